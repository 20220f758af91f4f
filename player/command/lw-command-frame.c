/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frame is on screen at a time: asked of the engine itself, playing unseen. */
#include "lw-command.h"

#define WATCHDOG_S 60

typedef struct {
  GMainLoop *loop;
  LwEngine *engine;
  LwTime wanted;
  LwTime found;
  gboolean is_sought;
  GError *error;
} LwFrameSearch;

static void
on_state_changed (LwEngine *engine, LwEngineState state, LwFrameSearch *search)
{
  if (search->is_sought || state != LW_ENGINE_PAUSED)
    return;
  search->is_sought = TRUE;
  lw_engine_seek (engine, search->wanted, LW_SEEK_EXACT);
}

static void
on_seek_done (LwEngine *engine, gint64 time, LwFrameSearch *search)
{
  search->found = lw_engine_get_frame_time (engine);
  g_main_loop_quit (search->loop);
}

static void
on_failed (LwEngine *engine, GError *error, LwFrameSearch *search)
{
  if (search->error == NULL)
    search->error = g_error_copy (error);
  g_main_loop_quit (search->loop);
}

static gboolean
on_overdue (gpointer data)
{
  LwFrameSearch *search = data;
  search->error = g_error_new (LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED, "%s",
                               _ ("The frame did not come within a minute. Without --frame the "
                                  "note is pinned to the time as you wrote it."));
  g_main_loop_quit (search->loop);
  return G_SOURCE_CONTINUE;
}

gboolean
lw_command_real_frame (const char *path, LwTime time, LwTime *ret_time, GError **error)
{
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  g_autoptr (LwEngine) engine = lw_engine_new (NULL);
  lw_engine_set_silent (engine, TRUE);
  gboolean is_file = g_path_is_absolute (path);
  g_autoptr (GError) unprobed = NULL;
  g_autoptr (LwProbe) probe = is_file ? lw_media_probe (path, NULL, &unprobed) : NULL;
  if (probe != NULL)
    lw_engine_set_frame_index (engine, (const LwTime *)probe->frames->data, probe->frames->len);
  else if (unprobed != NULL)
    lw_command_warn (_ ("%s\nThe frame is taken as the player has it."), unprobed->message);

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  LwFrameSearch search = {.loop = loop, .engine = engine, .wanted = time, .found = LW_TIME_NONE};
  g_signal_connect (engine, "state-changed", G_CALLBACK (on_state_changed), &search);
  g_signal_connect (engine, "seek-done", G_CALLBACK (on_seek_done), &search);
  g_signal_connect (engine, "failed", G_CALLBACK (on_failed), &search);
  guint watchdog = g_timeout_add_seconds (WATCHDOG_S, on_overdue, &search);
  g_autoptr (GFile) file = is_file ? g_file_new_for_path (path) : g_file_new_for_uri (path);
  g_autofree char *uri = g_file_get_uri (file);
  lw_engine_open (engine, uri);
  if (probe != NULL) /* opening may have dropped it */
    lw_engine_set_frame_index (engine, (const LwTime *)probe->frames->data, probe->frames->len);
  g_main_loop_run (loop);
  g_source_remove (watchdog);
  g_signal_handlers_disconnect_by_data (engine, &search);
  lw_engine_close (engine);
  if (search.error != NULL) {
    g_propagate_error (error, search.error);
    return FALSE;
  }
  if (search.found == LW_TIME_NONE) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED, "%s",
                 _ ("Nothing is shown at that time."));
    return FALSE;
  }
  *ret_time = search.found;
  return TRUE;
}
