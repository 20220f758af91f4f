/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

/* What the tests of player/media share. */

/* Call first in main(): g_test, and where this machine has no sandbox the switch that does without
 * it, said aloud, so that everything but the sandbox is tested still. */
void media_fixture_init (int *argc, char ***argv);
gboolean media_fixture_has_sandbox (void);

/* (transfer full): of a file made by make_media.py. */
char *media_fixture_path (const char *name);
/* Skips the running test and returns FALSE if this ffmpeg could not make the file. */
gboolean media_fixture_exists (const char *name);
/* A fresh folder of the program's own, removed by media_fixture_finish(). */
const char *media_fixture_folder (void);
/* (transfer full): a file in it with these bytes. */
char *media_fixture_write (const char *name, const void *bytes, gsize length);
GBytes *media_fixture_read (const char *name);
int media_fixture_finish (int result);

/* Waits, 20 s at most, until no other process of this user has the file open. */
gboolean media_fixture_comes_free (const char *path);
