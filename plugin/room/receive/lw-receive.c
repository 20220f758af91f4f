/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-receive-private.h"

#include <sodium.h>
#include <string.h>

#include "lw-json.h"
#include "lw-live-address.h"
#include "lw-media-files.h"

/* ---- all of them ---- */

gboolean
lw_receive_begin (LwReceive *self, const LwLiveSource *source, GError **error)
{
  g_autofree char *id = lw_id_to_string (&source->id);
  g_autofree char *folder = g_build_filename (self->room->config->data, "live", id, NULL);
  LwRecording *recording = lw_recording_open (folder, error);
  LwLiveRun *run;

  if (recording == NULL)
    return FALSE;
  run = g_new0 (LwLiveRun, 1);
  g_atomic_ref_count_init (&run->refs);
  run->owner = self;
  run->id = source->id;
  run->walk_id = source->walk_id;
  run->visit_id = source->visit_id;
  run->segment_id = source->segment_id;
  run->person_id = source->person_id;
  run->kind = g_strdup (source->kind);
  run->title = g_strdup (source->title);
  run->address = g_strdup (source->address);
  run->folder = g_steal_pointer (&folder);
  run->stage = source->stage;
  run->origin_us = source->origin_us;
  run->recording = recording;
  run->hls = lw_hls_new (recording);
  run->cancel = g_cancellable_new ();
  run->state = source->stage != LW_LIVE_OPEN         ? LW_RECEIVER_ENDED
               : lw_id_is_none (&source->segment_id) ? LW_RECEIVER_WAITING
                                                     : LW_RECEIVER_INTERRUPTED;
  run->since_us = g_get_real_time ();
  run->viewers = g_ptr_array_new ();
  run->recent = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->runs, &run->id, run);
  run->thread = g_thread_new ("live-lesson", lw_live_run_work, lw_live_run_ref (run));
  g_mutex_unlock (&self->mutex);
  lw_watch_tell_state (run);
  return TRUE;
}

LwLiveRun *
lw_receive_find (LwReceive *self, const LwId *source_id)
{
  LwLiveRun *run;

  g_mutex_lock (&self->mutex);
  run = g_hash_table_lookup (self->runs, source_id);
  if (run != NULL)
    lw_live_run_ref (run);
  g_mutex_unlock (&self->mutex);
  return run;
}

LwLiveRun *
lw_receive_find_segment (LwReceive *self, const LwId *segment_id)
{
  LwLiveRun *found = NULL;
  GHashTableIter iter;
  gpointer run;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (found == NULL && g_hash_table_iter_next (&iter, NULL, &run))
    if (lw_id_equal (&((LwLiveRun *)run)->segment_id, segment_id))
      found = lw_live_run_ref (run);
  g_mutex_unlock (&self->mutex);
  return found;
}

gboolean
lw_receive_is_live (LwReceive *self, const LwId *segment_id)
{
  g_autoptr (LwLiveRun) run = lw_receive_find_segment (self, segment_id);

  return run != NULL;
}

/* Under the mutex. */
static void
wake (LwLiveRun *run)
{
  if (run->process != NULL)
    lw_receiver_process_end (run->process);
  g_cond_broadcast (&run->owner->changed);
}

void
lw_live_run_set_address (LwLiveRun *run, const char *address)
{
  g_mutex_lock (&run->owner->mutex);
  if (g_strcmp0 (run->address, address) != 0) {
    g_free (run->address);
    run->address = g_strdup (address);
    /* The next receiver begins with it. */
    if (run->process != NULL)
      lw_receiver_process_end (run->process);
  }
  g_mutex_unlock (&run->owner->mutex);
}

void
lw_live_run_end (LwLiveRun *run)
{
  g_mutex_lock (&run->owner->mutex);
  run->ending = TRUE;
  wake (run);
  g_mutex_unlock (&run->owner->mutex);
}

json_object *
lw_live_run_to_json (LwLiveRun *run)
{
  static const char *const states[LW_RECEIVER_N_STATES] = {"waiting", "live", "interrupted",
                                                           "ended"};
  json_object *json = json_object_new_object ();
  json_object *missing = json_object_new_array ();
  g_autoptr (GArray) gaps = lw_recording_list_gaps (run->recording, LW_LIVE_GAP_LEAST);

  g_mutex_lock (&run->owner->mutex);
  lw_json_add_id (json, "id", &run->id);
  lw_json_add_text (json, "kind", run->kind);
  lw_json_add_text (json, "state", run->stage == LW_LIVE_KEPT ? "kept" : states[run->state]);
  lw_json_add_utc (json, "since", run->since_us);
  lw_json_add_id (json, "segment", &run->segment_id);
  if (*run->address != '\0' && lw_live_address_get_port (run->address) == 0)
    json_object_object_add (json, "fetched", json_object_new_boolean (TRUE));
  if (run->trouble != NULL)
    lw_json_add_text (json, "trouble", run->trouble);
  if (run->has_clock) {
    json_object *clock = json_object_new_object ();

    lw_json_add_int (clock, "media", run->clock.media);
    lw_json_add_utc (clock, "wall", run->clock.utc_us);
    lw_json_add_int (clock, "uncertainty_ms", run->clock.uncertainty_ms);
    json_object_object_add (json, "clock", clock);
  }
  for (guint i = 0; i < gaps->len; i += 2) {
    json_object *pair = json_object_new_array ();

    for (guint j = i; j < i + 2; j++)
      json_object_array_add (pair, json_object_new_int64 (g_array_index (gaps, LwTime, j)));
    json_object_array_add (missing, pair);
  }
  g_mutex_unlock (&run->owner->mutex);
  json_object_object_add (json, "missing", missing);
  return json;
}

json_object *
lw_receive_describe_visit (LwReceive *self, const LwId *visit_id)
{
  g_autoptr (LwLiveRun) found = NULL;
  GHashTableIter iter;
  gpointer run;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &run)) {
    LwLiveRun *one = run;

    if (!lw_id_equal (&one->visit_id, visit_id) ||
        /* Ids of version 7 rise with time. */
        (found != NULL && lw_id_compare (&one->id, &found->id) < 0))
      continue;
    g_clear_pointer (&found, lw_live_run_unref);
    found = lw_live_run_ref (one);
  }
  g_mutex_unlock (&self->mutex);
  return found != NULL ? lw_live_run_to_json (found) : NULL;
}

gboolean
lw_receive_erase (LwReceive *self, const LwId *segment_id, guint *files, GError **error)
{
  g_autoptr (LwLiveRun) run = lw_receive_find_segment (self, segment_id);
  GThread *thread;

  if (run == NULL)
    return TRUE;
  g_mutex_lock (&self->mutex);
  run->dropped = TRUE;
  g_cancellable_cancel (run->cancel);
  wake (run);
  thread = g_steal_pointer (&run->thread);
  g_mutex_unlock (&self->mutex);
  if (thread != NULL)
    g_thread_join (thread);
  if (!lw_receive_remove_folder (run->folder, files, error))
    return FALSE;
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->runs, &run->id);
  g_mutex_unlock (&self->mutex);
  lw_watch_tell_state (run);
  return TRUE;
}

/* ---- the whole ---- */

/* What play names are made from lasts: a publisher goes on while the room starts anew. */
static gboolean
read_secret (LwReceive *self, GError **error)
{
  g_autofree char *path = lw_room_path (self->room, "live.key");
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, NULL) && length == sizeof self->secret) {
    memcpy (self->secret, text, sizeof self->secret);
    return TRUE;
  }
  randombytes_buf (self->secret, sizeof self->secret);
  return g_file_set_contents_full (path, (const char *)self->secret, sizeof self->secret,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

LwReceive *
lw_receive_new (LwRoom *room, GError **error)
{
  /* Nobody mistypes a key of 128 bits: a program that is set wrong asks again and again. */
  static const LwGuessLimits guess_limits = {
      .at_once = 30, .refill_s = 5, .all_at_once = 300, .all_refill_ms = 200, .keys_max = 10000};
  g_autofree char *folder = lw_room_path (room, "live");
  LwReceive *self = g_new0 (LwReceive, 1);

  self->room = room;
  if (!lw_media_make_folder (folder, error) || !read_secret (self, error)) {
    g_free (self);
    return NULL;
  }
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->opening);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->tickets = lw_tickets_new ();
  self->guesses = lw_guesses_new (&guess_limits);
  self->runs =
      g_hash_table_new_full (lw_id_hash, lw_id_equal, NULL, (GDestroyNotify)lw_live_run_unref);
  lw_receive_add_api (self);
  lw_receive_add_hls (self);
  lw_receive_add_rtmp (self);
  lw_receive_add_whip (self);
  return self;
}

void
lw_receive_start (LwReceive *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sources = lw_live_sources_list (self->room->ledger, &error);

  lw_watch_start (self);
  for (guint i = 0; sources != NULL && i < sources->len; i++) {
    if (!lw_receive_begin (self, sources->pdata[i], &error)) {
      g_warning ("A live lesson cannot be gone on with: %s", error->message);
      g_clear_error (&error);
    }
  }
  if (sources == NULL)
    g_warning ("Live lessons cannot be gone on with: %s", error->message);
}

void
lw_receive_stop (LwReceive *self)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer run;

  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &run)) {
    LwLiveRun *one = run;

    one->stopping = TRUE;
    g_cancellable_cancel (one->cancel);
    wake (one);
    if (one->thread != NULL)
      g_ptr_array_add (threads, g_steal_pointer (&one->thread));
  }
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  lw_watch_stop (self);
}

void
lw_receive_free (LwReceive *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->runs);
  lw_tickets_free (self->tickets);
  lw_guesses_free (self->guesses);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->opening);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}
