/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-engine.h"

G_BEGIN_DECLS

/* An engine without screen and sound, what it reported, and ways to wait for it that never wait
 * for ever. */
typedef struct {
  LwEngine *engine;
  GMainContext *context;
  guint n_failed, n_ended, n_seek_done, n_warnings, n_frames;
  LwTime seek_done, last_frame;
  GError *error; /* the newest failure */
  char *warning;
  GArray *seen; /* of LwTime: each "frame", if it is not NULL */
} Fixture;

/* The starts of the frames of a drawn file; .first is the number drawn on the first. */
typedef struct {
  guint first;
  GArray *starts; /* of LwTime */
} Frames;

void fixture_init (Fixture *f);
/* @sink: as in lw_engine_new() */
void fixture_init_with_sink (Fixture *f, GstElement *sink);
void fixture_clear (Fixture *f);

char *fixture_path (const char *name); /* of a drawn file (transfer full) */
char *fixture_uri (const char *name);  /* (transfer full) */
Frames *fixture_read_frames (const char *name);
void frames_free (Frames *frames);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frames, frames_free)

typedef gboolean (*FixtureTest) (Fixture *f, gpointer data);
/* Runs the main context until @test; FALSE after the watchdog's time. */
gboolean fixture_wait_for (Fixture *f, FixtureTest test, gpointer data);
gboolean fixture_wait_state (Fixture *f, LwEngineState state);
/* Until it is PAUSED with a frame, or FAILED. */
gboolean fixture_wait_opened (Fixture *f);
void fixture_run_ms (Fixture *f, guint ms);

/* Opens a drawn file, paused; gives the engine its index if @indexed. */
Frames *fixture_open (Fixture *f, const char *name, gboolean indexed);
/* Seeks and waits until that seek is done. */
void fixture_seek (Fixture *f, LwTime time);
/* Steps and waits until the frame on screen is the one that starts at @expected. */
void fixture_step (Fixture *f, int n, LwTime expected);

/* The number drawn on the frame on screen, -1 if there is no picture; with its time. */
int fixture_read_number (Fixture *f, LwTime *ret_time);

G_END_DECLS
