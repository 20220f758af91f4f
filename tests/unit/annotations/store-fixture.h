/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store.h"

G_BEGIN_DECLS

/* A real store in a folder of its own, with one lesson and one walker's track on it. */
typedef struct {
  char *folder;
  char *path;
  LwStore *store;
  LwId person_id;
  LwId segment_id;
  LwId track_id;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
void fixture_reopen (Fixture *fixture);

#define TEST(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

/* (transfer full) */
char *fixture_file (Fixture *fixture, const char *name);
/* A second store beside the first, under its own name. (transfer full) */
LwStore *fixture_open (Fixture *fixture, const char *name);
LwSegment *fixture_add_segment (LwStore *store, const char *title);
LwTrack *fixture_add_track (LwStore *store, const LwId *segment_id, const char *person);

LwId add_text (LwStore *store, const LwId *track_id, LwTime start, const char *text);
LwId add_range (LwStore *store, const LwId *track_id, LwTime start, LwTime end, const char *text);
void edit_text (LwStore *store, const LwId *note_id, const char *text);
/* The text; NULL if the note is not there. (transfer full) */
char *read_text (LwStore *store, const LwId *note_id);
void assert_text (LwStore *store, const LwId *note_id, const char *text);
void assert_gone (LwStore *store, const LwId *note_id);
guint64 count_notes (LwStore *store);
guint64 count_matches (LwStore *store, const char *text);
void assert_same_notes (LwStore *a, LwStore *b);
void assert_verifies (LwStore *store);
/* The words of the drafts, with spaces between; NULL: none. */
void assert_drafts (LwStore *store, const LwId *track_id, const char *open, const char *put_away);
/* (transfer full) */
char *read_findings (LwStore *store);
/* Runs SQL on the file behind the store's back. */
void run_sql (const char *path, const char *sql);
/* Whether any of the store's files holds these bytes. */
gboolean files_hold (const char *path, const char *bytes);

G_END_DECLS
