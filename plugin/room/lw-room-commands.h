/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/* The commands of lessonwalk-room. Each takes the settings and returns the program's exit code:
 * 0 done, 1 not done (said on standard error), 2 used wrongly. */

typedef struct {
  const char *name;    /* nullable: --name */
  const char *walk;    /* nullable: --walk */
  const char *roles;   /* nullable: --roles */
  char *label;         /* nullable: --label */
  int days, uses;      /* 0: not given */
  gboolean may_create; /* --may-create */
  char **rest;         /* nullable: the command and what follows it */
} LwRoomArguments;

typedef struct {
  const char *name;
  const char *summary;
  int (*run) (LwRoomConfig *config, const LwRoomArguments *arguments);
} LwRoomCommand;

int lw_room_serve (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_setup (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_backup (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_restore (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_doctor (LwRoomConfig *config, const LwRoomArguments *arguments);

int lw_room_nginx_rtmp (LwRoomConfig *config, const LwRoomArguments *arguments);

int lw_room_add_account (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_sign_in_link (LwRoomConfig *config, const LwRoomArguments *arguments);
int lw_room_invite (LwRoomConfig *config, const LwRoomArguments *arguments);

/* Prints a link of the room's, and what to do with it where its port is not known yet. */
void lw_room_print_link (const LwRoom *room, const char *link);

G_END_DECLS
