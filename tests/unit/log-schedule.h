/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "log-oracle.h"
#include "lw-store.h"

G_BEGIN_DECLS

/* One random schedule of test-log-properties.c: its stores, and what they must show. */

#define N_STEPS 36
#define N_TRACKS 3
#define N_NOTES_MAX N_STEPS

#define N_DRAFTS 3 /* on one track, at most */

/* A note half written on one device's track. */
typedef struct {
  gboolean is_there, put_away;
  LwId id;
  guint note;   /* the note that it changes; ORACLE_NONE: it shall be a new one */
  guint serial; /* greater, saved later */
} ScheduleDraft;

/* What a device's file holds beside its notes: of this machine alone. */
typedef struct {
  gboolean knows[ORACLE_OPS_MAX], hidden[ORACLE_OPS_MAX];
  gboolean track_erased[N_TRACKS];
  ScheduleDraft drafts[N_TRACKS][N_DRAFTS];
} ScheduleBackup;

typedef struct {
  guint n_devices;
  guint32 seed;
  guint step;
  GRand *rand;
  char *dir;
  LwStore *stores[ORACLE_DEVICES_MAX];
  char *paths[ORACLE_DEVICES_MAX];
  LwId device_ids[ORACLE_DEVICES_MAX];
  LwId segment_id;
  LwId person_ids[N_TRACKS];
  LwId track_ids[N_TRACKS];
  gboolean track_erased[ORACLE_DEVICES_MAX][N_TRACKS];
  LwId note_ids[N_NOTES_MAX];
  guint note_tracks[N_NOTES_MAX];
  guint n_notes, n_contents;
  Oracle oracle;
  ScheduleDraft drafts[ORACLE_DEVICES_MAX][N_TRACKS][N_DRAFTS];
  char *backup_path;
  gboolean has_backup;
  ScheduleBackup backup;
  GString *trace;
} Schedule;

#define MUST(self, condition, ...)                             \
  do {                                                         \
    if (!(condition))                                          \
      schedule_fail (self, #condition, __LINE__, __VA_ARGS__); \
  } while (0)

/* Says the seed, the step and all steps before it, and ends the program. */
void schedule_fail (Schedule *self, const char *condition, int line, const char *format, ...)
    G_GNUC_PRINTF (4, 5) G_GNUC_NORETURN;
/* Adds a line to the story of this schedule. */
void schedule_trace (Schedule *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Below @n. */
guint schedule_choose (Schedule *self, guint n);

/* Something new to write, and the note that says it. */
OracleContent schedule_make_content (Schedule *self);
LwNote *schedule_make_note (Schedule *self, guint note, const OracleContent *content);

/* ---- log-schedule-alone.c: what a machine does for itself ---- */

/* Saves or drops a draft. */
void schedule_step_draft (Schedule *self, guint device);
/* Copies the file; or goes back to the newest copy, whichever device it is of. From then on two
 * files write under one name, or one file writes again under numbers that it once gave out. */
void schedule_step_backup (Schedule *self, guint device);
void schedule_step_go_back (Schedule *self, guint device);
/* A draft on that track, NULL if none of them is there. */
ScheduleDraft *schedule_choose_draft (Schedule *self, guint device, guint track);
/* The drafts are as they were left, whatever came in. */
void schedule_check_drafts (Schedule *self, guint device);
void schedule_remove_store (const char *path);
void schedule_copy_file (const char *from, const char *to);

/* Device @device shows what the oracle says, by one question or by one of each kind. */
void schedule_check_notes (Schedule *self, guint device);
void schedule_check_queries (Schedule *self, guint device);
/* And finds nothing wrong with itself, and nothing is left of what was erased. */
void schedule_check_sound (Schedule *self, guint device);
/* All of these, also after its tables were made anew from the logs. */
void schedule_check_rebuilt (Schedule *self, guint device);

G_END_DECLS
