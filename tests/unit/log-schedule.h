/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "log-oracle.h"
#include "lw-store.h"

G_BEGIN_DECLS

/* One random schedule of test-log-properties.c: its stores, and what they must show. */

#define N_STEPS 36
#define N_TRACKS 3
#define N_NOTES_MAX N_STEPS

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
  /* Numbers of the ops that undo (redo) would take back, for each device and track. */
  GArray *undo[ORACLE_DEVICES_MAX][N_TRACKS];
  GArray *redo[ORACLE_DEVICES_MAX][N_TRACKS];
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

/* Device @device shows what the oracle says, by one question or by one of each kind. */
void schedule_check_notes (Schedule *self, guint device);
void schedule_check_queries (Schedule *self, guint device);
/* And finds nothing wrong with itself, and nothing is left of what was erased. */
void schedule_check_sound (Schedule *self, guint device);

G_END_DECLS
