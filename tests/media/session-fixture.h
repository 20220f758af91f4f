/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-session.h"

/* A session on a store in a folder of its own, with the real engine, silent, and the small lesson
 * of tests/fixtures/make_small_lesson.py, whose frames show their number. */
typedef struct {
  char *folder; /* emptied and removed at the end */
  char *store_path;
  char *media;  /* the folder of the made files */
  char *lesson; /* a copy of lesson.mp4 in @folder */
  LwStore *store;
  LwEngine *engine;
  LwSession *session;
  GArray *frames; /* of LwTime: where each frame of the lesson starts */
  GPtrArray *messages;
  GError *failure; /* the first that "failed" told */
  guint n_failures;
  guint n_kept;
} LwSessionFixture;

/* g_test_init() and g_test_run(), with a cache of the tests' own. */
void session_fixture_init (int *argc, char ***argv);
int session_fixture_run (void);
void session_fixture_set_up (LwSessionFixture *f);
void session_fixture_tear_down (LwSessionFixture *f);
/* Closes store, engine and session, and makes them anew on the same file: the next day. */
void session_fixture_reopen (LwSessionFixture *f);

/* Opens and waits; the error if it failed. Plays afterwards, as lw_session_open_async() says. */
GError *session_fixture_open (LwSessionFixture *f, const char *path);
/* As above; must succeed, and have its probe and its first frame. */
void session_fixture_open_lesson (LwSessionFixture *f);
void session_fixture_pause (LwSessionFixture *f);
void session_fixture_play (LwSessionFixture *f);
/* Exact, and waits until it is there. */
void session_fixture_seek (LwSessionFixture *f, LwTime time);
/* Reads the number that is drawn in the picture on screen. */
guint session_fixture_frame_number (LwSessionFixture *f);
/* Where that frame starts, as the probe has it to the nanosecond. */
LwTime session_fixture_start_on_screen (LwSessionFixture *f);
LwTime session_fixture_frame_start (LwSessionFixture *f, guint number); /* as drawn */
const LwNote *session_fixture_note (LwSessionFixture *f, guint position);
guint session_fixture_n_notes (LwSessionFixture *f);
gboolean session_fixture_was_told (LwSessionFixture *f, const char *part);
void session_fixture_copy (const char *from, const char *to);

/* Turns the main loop until @condition holds; fails the test after a minute. */
#define session_fixture_wait(condition)                               \
  G_STMT_START                                                        \
  {                                                                   \
    gint64 deadline_ = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; \
    guint tick_ = g_timeout_add (5, session_fixture_tick, NULL);      \
    while (!(condition) && g_get_monotonic_time () < deadline_)       \
      g_main_context_iteration (NULL, TRUE);                          \
    g_source_remove (tick_);                                          \
    g_assert_true (condition);                                        \
  }                                                                   \
  G_STMT_END
gboolean session_fixture_tick (gpointer data);
void session_fixture_pass_time (guint ms);
