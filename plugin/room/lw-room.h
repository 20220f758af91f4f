/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-accounts.h"
#include "lw-guesses.h"
#include "lw-http.h"
#include "lw-ledger.h"
#include "lw-passwords.h"
#include "lw-room-config.h"
#include "lw-store.h"

G_BEGIN_DECLS

/**
 * LwRoom:
 *
 * One service: its settings, the walks' store, the ledger, and the port on which it answers. Each
 * part of the room is a file that adds its routes in lw_room_new() and finds here what it needs.
 *
 * Thread: made, started and freed in the main loop's thread; the members are used by the workers
 * and are all made for any thread.
 */
typedef struct {
  LwRoomConfig *config;
  LwStore *store;             /* data/walks.db */
  struct _LwWalkCache *walks; /* of it, what every request needs */
  LwLedger *ledger;           /* data/ledger.db */
  LwAccounts *accounts;
  LwPasswords *passwords;
  LwGuesses *guesses;       /* at codes and passwords, by address */
  LwGuesses *login_guesses; /* at one account's password, by login */
  LwHttp *http;
  struct _LwAuditQueue *audit;    /* rows of the audit log on their way */
  struct _LwClipMaker *clips;     /* cuts shared clips */
  struct _LwRetention *retention; /* erases what is past its time */
  struct _LwLive *live;           /* news to those who are here */
  struct _LwMediaService *media;  /* uploads, what is made of them, and delivery */
  struct _LwReceive *receive;     /* live lessons */
  char *address;                  /* "127.0.0.1:8437" once it listens */
  char *url;                      /* what links begin with */
  gint64 started_utc_us;
} LwRoom;

/* Opens the folder, making it; one room a folder (BUSY). Takes @config. */
LwRoom *lw_room_new (LwRoomConfig *config, GError **error);
/* The same data while a room may be open on it: for commands that look after accounts and
 * invitations. It has no port and is not started. NOT_FOUND if there is no room yet. */
LwRoom *lw_room_new_beside (LwRoomConfig *config, GError **error);
/* Begins to answer. */
gboolean lw_room_start (LwRoom *self, GError **error);
/* Answers what is under way, then frees. */
void lw_room_free (LwRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwRoom, lw_room_free)

/* A file or folder of the room's data. (transfer full) */
char *lw_room_path (LwRoom *self, const char *name);
/* public_url + "/panel/" + @page + @code: "#join=" and a secret. (transfer full) */
char *lw_room_link (LwRoom *self, const char *page, const char *code);

/* ---- the parts: each adds its routes ---- */

void lw_room_add_panel (LwRoom *self);   /* panel/: the pages */
void lw_room_add_sign_in (LwRoom *self); /* keep/: sessions */
void lw_room_add_passwords (LwRoom *self);
void lw_room_add_oidc (LwRoom *self);        /* keep/: sign-in by a provider */
void lw_room_add_join (LwRoom *self);        /* walk/: coming in by an invitation */
void lw_room_add_invitations (LwRoom *self); /* walk/: making them */
void lw_room_add_members (LwRoom *self);
void lw_room_add_preparing (LwRoom *self);  /* walk/: norms, lens and intention of each */
void lw_room_add_visits (LwRoom *self);     /* and lenses */
void lw_room_add_walks (LwRoom *self);      /* walk/: walks */
void lw_room_add_phases (LwRoom *self);     /* phase/: which part of the routine is open */
void lw_room_add_timers (LwRoom *self);     /* phase/: the time that there is for it */
void lw_room_add_walk_clock (LwRoom *self); /* phase/: from visit to visit */
void lw_room_add_protocols (LwRoom *self);
void lw_room_add_notes (LwRoom *self);  /* walk/: notes */
void lw_room_add_board (LwRoom *self);  /* walk/: the debrief board, next steps */
void lw_room_add_next (LwRoom *self);   /* walk/: the next cycle */
void lw_room_add_clock (LwRoom *self);  /* clock/: visits without media */
void lw_room_add_align (LwRoom *self);  /* align/: several recordings of one visit */
void lw_room_add_coding (LwRoom *self); /* coding/: codes, and small tests of change */
void lw_room_add_trends (LwRoom *self); /* trends/: across walks */
void lw_room_add_coverage (LwRoom *self);
void lw_room_add_year (LwRoom *self);
void lw_room_add_health (LwRoom *self); /* /healthz, /metrics */
void lw_room_add_audit (LwRoom *self);  /* keep/: who saw a lesson */
void lw_room_add_sync (LwRoom *self);   /* walk/: ops, for stores */
void lw_room_add_clips (LwRoom *self);  /* clips/: ranges that teachers share */
void lw_room_add_erase (LwRoom *self);  /* keep/: erasing for good, and legal holds */

G_END_DECLS
