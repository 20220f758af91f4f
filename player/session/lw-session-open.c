/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a lesson: playback at once; beside it hash and probe; then the notes. */
#include "lw-session-private.h"

#include "lw-lesson-hash.h"
#include "lw-rooms.h"

/* How long a new lesson waits for the probe's facts once the file is hashed. */
#define PATIENCE_MS 1500

struct _LwOpening {
  LwSession *session; /* unowned: the task holds it, and later the session holds this */
  GTask *task;        /* NULL when the opening is over, well or not */
  GCancellable *cancellable;
  GCancellable *callers; /* nullable */
  gulong callers_id;
  char *path;          /* NULL for an address */
  LwSegment *expected; /* nullable */
  LwContentHash hash;
  LwContentHash grown_from; /* none: what was at this place before is no beginning of this */
  gboolean is_hashed;
  gboolean is_probed; /* or will not be */
  gboolean is_playable;
  gboolean is_impatient;
  gboolean is_own_segment; /* made by this opening */
  gboolean was_told_missing;
  GError *probe_error;
  GError *engine_error;
  GError *failure; /* told by "failed" */
  guint patience_id;
};

static void advance (LwOpening *opening);

static void
opening_clear (gpointer data)
{
  LwOpening *opening = data;
  g_clear_handle_id (&opening->patience_id, g_source_remove);
  g_clear_object (&opening->task);
  g_clear_object (&opening->cancellable);
  g_clear_object (&opening->callers);
  g_free (opening->path);
  g_clear_pointer (&opening->expected, lw_segment_unref);
  g_clear_error (&opening->probe_error);
  g_clear_error (&opening->engine_error);
  g_clear_error (&opening->failure);
}

static void
opening_unref (LwOpening *opening)
{
  g_rc_box_release_full (opening, opening_clear);
}

static gboolean
opening_is_current (LwOpening *opening)
{
  return !g_cancellable_is_cancelled (opening->cancellable);
}

gboolean
lw_session_is_opening (LwSession *self)
{
  return self->opening != NULL && self->opening->task != NULL;
}

/* ---- ends ---- */

static GTask *
take_task (LwOpening *opening)
{
  g_clear_handle_id (&opening->patience_id, g_source_remove);
  if (opening->callers_id != 0)
    g_cancellable_disconnect (opening->callers, opening->callers_id);
  opening->callers_id = 0;
  return g_steal_pointer (&opening->task);
}

static void
fail (LwOpening *opening, GError *error)
{
  g_autoptr (GTask) task = take_task (opening);
  LwSession *self = opening->session;
  if (opening->failure == NULL) {
    opening->failure = g_error_copy (error);
    lw_session_emit_failed (self, error);
  }
  g_task_return_error (task, error);
}

static void
tell_missing (LwOpening *opening)
{
  if (opening->probe_error == NULL || opening->was_told_missing)
    return;
  opening->was_told_missing = TRUE;
  /* The probe's own words are about a file that was not opened; here it plays. */
  if (g_error_matches (opening->probe_error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_SANDBOX))
    lw_session_message (opening->session, "%s",
                        _ ("The lesson plays and you can pin notes, but chapters, the filmstrip "
                           "and the sound wave are missing: they are made in a sandbox, and none "
                           "can be had here. Install the package “bubblewrap”; or, for files that "
                           "you trust, set LESSONWALK_UNSANDBOXED=1."));
  else
    lw_session_message (opening->session,
                        _ ("The lesson plays and you can pin notes, but chapters, the filmstrip "
                           "and the sound wave are missing: %s"),
                        opening->probe_error->message);
}

/* ---- the segment ---- */

static LwSegment *
make_segment (LwOpening *opening, GError **error)
{
  LwSession *self = opening->session;
  LwSegment fields = {
      .media = opening->hash,
      .title = self->title,
      .duration =
          self->probe != NULL ? self->probe->duration : lw_engine_get_duration (self->engine),
      .started_utc_us = self->probe != NULL ? self->probe->created_utc_us : 0,
  };
  opening->is_own_segment = TRUE;
  return lw_session_add_lesson (self->store, &fields, error);
}

/* Facts that came after the segment was made, into the segment. */
static void
complete_segment (LwOpening *opening)
{
  LwSession *self = opening->session;
  if (!opening->is_own_segment || self->segment == NULL)
    return;
  LwSegment fields = *self->segment;
  if (fields.duration == LW_TIME_NONE)
    fields.duration =
        self->probe != NULL ? self->probe->duration : lw_engine_get_duration (self->engine);
  if (fields.started_utc_us == 0 && self->probe != NULL)
    fields.started_utc_us = self->probe->created_utc_us;
  if (lw_segment_equal (&fields, self->segment))
    return;
  g_autoptr (LwSegment) segment = lw_segment_new (&fields, NULL);
  if (segment == NULL || !lw_store_put_segment (self->store, segment, NULL))
    return; /* worth nothing but a length in a list: next time */
  g_clear_pointer (&self->segment, lw_segment_unref);
  self->segment = g_steal_pointer (&segment);
  lw_session_notify (self, LW_SESSION_PROP_SEGMENT);
}

/* The lesson of which only the beginning was there when it was opened last: it goes on, with its
 * notes. NULL if there is none; one of a walk is left to the walk. */
static LwSegment *
find_grown (LwOpening *opening)
{
  LwStore *store = opening->session->store;
  g_autoptr (GPtrArray) found = NULL;
  if (lw_content_hash_is_none (&opening->grown_from))
    return NULL;
  found = lw_store_find_segments (store, &opening->grown_from, NULL);
  if (found == NULL || found->len == 0)
    return NULL;
  LwSegment fields = *(const LwSegment *)found->pdata[0];
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (store, &fields.id, NULL);
  if (walk != NULL)
    return NULL;
  fields.media = opening->hash;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = lw_segment_new (&fields, &error);
  if (segment != NULL && lw_store_put_segment (store, segment, &error))
    return g_steal_pointer (&segment);
  g_warning ("The lesson that has grown is taken for another one: %s", error->message);
  return NULL;
}

/* TRUE with a NULL segment: not yet. */
static gboolean
find_or_make_segment (LwOpening *opening, LwSegment **ret_segment, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;
  if (opening->expected != NULL &&
      lw_content_hash_equal (&opening->hash, &opening->expected->media)) {
    *ret_segment = lw_segment_ref (opening->expected);
    return TRUE;
  }
  found = lw_store_find_segments (opening->session->store, &opening->hash, error);
  if (found == NULL)
    return FALSE;
  if (found->len > 0) {
    *ret_segment = lw_segment_ref (g_ptr_array_index (found, 0));
    return TRUE;
  }
  *ret_segment = find_grown (opening);
  if (*ret_segment != NULL)
    return TRUE;
  if (!opening->is_probed && !opening->is_impatient)
    return TRUE;
  /* What neither can be played nor probed is not made a lesson. */
  if (opening->session->probe == NULL && !opening->is_playable) {
    if (!opening->is_probed || opening->engine_error == NULL)
      return TRUE;
    g_propagate_error (error, g_error_copy (opening->engine_error));
    return FALSE;
  }
  *ret_segment = make_segment (opening, error);
  return *ret_segment != NULL;
}

static gboolean
enter_segment (LwSession *self, LwSegment *segment, GError **error)
{
  g_autoptr (LwPerson) person =
      lw_rooms_ensure_person (self->store, &segment->id, self->local_name, error);
  if (person == NULL)
    return FALSE;
  g_autoptr (LwTrack) track = lw_store_ensure_track (self->store, &segment->id, &person->id, error);
  if (track == NULL)
    return FALSE;
  g_autoptr (GError) no_walk = NULL;
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (self->store, &segment->id, &no_walk);
  if (!lw_note_list_set_segment (self->notes, &segment->id, &person->id, error))
    return FALSE;
  g_clear_pointer (&self->person, lw_person_unref);
  self->person = g_steal_pointer (&person);
  self->segment = lw_segment_ref (segment);
  self->track = g_steal_pointer (&track);
  self->walk = g_steal_pointer (&walk);
  return TRUE;
}

/* Does the next thing that can be done; called whenever something new is known. */
static void
advance (LwOpening *opening)
{
  if (opening->task == NULL || !opening->is_hashed)
    return;
  LwSession *self = opening->session;
  GError *error = NULL;
  g_autoptr (LwSegment) segment = NULL;
  if (!find_or_make_segment (opening, &segment, &error)) {
    fail (opening, error);
    return;
  }
  if (segment == NULL)
    return;
  if (!enter_segment (self, segment, &error)) {
    g_prefix_error (&error, "%s ", _ ("The lesson plays, but its notes cannot be opened."));
    fail (opening, error);
    return;
  }
  g_autoptr (GTask) task = take_task (opening);
  lw_session_load_passes (self);
  lw_session_load_drafts (self);
  static const int changed[] = {LW_SESSION_PROP_SEGMENT,  LW_SESSION_PROP_TRACK,
                                LW_SESSION_PROP_WALK,     LW_SESSION_PROP_TITLE,
                                LW_SESSION_PROP_CAN_UNDO, LW_SESSION_PROP_CAN_REDO};
  for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
    lw_session_notify (self, changed[i]);
  lw_session_emit_opened (self);
  if (opening_is_current (opening)) {
    if (opening->engine_error == NULL)
      tell_missing (opening);
    lw_session_start_background (self);
  }
  g_task_return_boolean (task, TRUE);
}

/* ---- the hash ---- */

static GError *
explain_file_error (LwSession *self, GError *cause)
{
  const char *format = NULL;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    format = _ ("“%s” is not there. If it was moved, open it at its new place: its notes follow.");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    format = _ ("“%s” may not be read by you. Ask its owner, or copy it to your own folder.");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY))
    format = _ ("“%s” is still being written. You can watch; open it again when it is complete, "
                "to pin notes.");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY) ||
           g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE))
    format = _ ("“%s” is not a video file.");
  if (format == NULL)
    return cause;
  g_autofree char *name = g_file_get_parse_name (self->file);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *message = g_strdup_printf (format, name);
#pragma GCC diagnostic pop
  GError *error = g_error_new_literal (cause->domain, cause->code, message);
  g_error_free (cause);
  return error;
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer data)
{
  LwOpening *opening = data;
  g_autoptr (GError) error = NULL;
  LwContentHash hash, grown_from;
  gboolean done = lw_lesson_hash_finish (result, &hash, &grown_from, &error);
  if (opening_is_current (opening) && opening->task != NULL) {
    if (done) {
      opening->hash = hash;
      opening->grown_from = grown_from;
      opening->is_hashed = TRUE;
      advance (opening);
    } else {
      fail (opening, explain_file_error (opening->session, g_steal_pointer (&error)));
    }
  }
  opening_unref (opening);
}

/* ---- the probe ---- */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  LwOpening *opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = lw_media_probe_finish (result, &error);
  if (!opening_is_current (opening)) {
    opening_unref (opening);
    return;
  }
  LwSession *self = opening->session;
  opening->is_probed = TRUE;
  if (probe != NULL) {
    self->probe = g_steal_pointer (&probe);
    lw_engine_set_frame_index (self->engine, (const LwTime *)self->probe->frames->data,
                               self->probe->frames->len);
    lw_session_reframe_draft (self);
    lw_session_notify (self, LW_SESSION_PROP_PROBE);
    if (self->probe->is_truncated)
      lw_session_message (self, "%s",
                          _ ("The file is damaged or ends early. What is there can be watched "
                             "and pinned to."));
  } else {
    opening->probe_error = g_steal_pointer (&error);
  }
  if (self->track == NULL) {
    advance (opening);
  } else {
    complete_segment (opening);
    if (opening->engine_error == NULL)
      tell_missing (opening);
    lw_session_start_background (self);
  }
  opening_unref (opening);
}

static gboolean
on_impatient (gpointer data)
{
  LwOpening *opening = data;
  opening->patience_id = 0;
  opening->is_impatient = TRUE;
  advance (opening);
  return G_SOURCE_REMOVE;
}

/* ---- the engine ---- */

void
lw_session_opening_engine_changed (LwSession *self)
{
  LwOpening *opening = self->opening;
  if (opening == NULL)
    return;
  LwEngineState state = lw_engine_get_state (self->engine);
  if (state != LW_ENGINE_PAUSED && state != LW_ENGINE_PLAYING && state != LW_ENGINE_ENDED)
    return;
  opening->is_playable = TRUE;
  if (self->track == NULL)
    advance (opening);
  else
    complete_segment (opening);
}

void
lw_session_opening_engine_failed (LwSession *self, const GError *error)
{
  LwOpening *opening = self->opening;
  if (opening == NULL)
    return;
  /* The file itself was the trouble, and that was told. */
  gboolean was_told = opening->failure != NULL && opening->failure->domain == G_IO_ERROR;
  if (opening->engine_error == NULL)
    opening->engine_error = g_error_copy (error);
  if (!was_told) {
    if (opening->failure == NULL)
      opening->failure = g_error_copy (error);
    lw_session_emit_failed (self, error);
  }
  if (opening_is_current (opening))
    advance (opening);
}

/* ---- begin and cancel ---- */

void
lw_session_cancel_opening (LwSession *self)
{
  LwOpening *opening = g_steal_pointer (&self->opening);
  if (opening == NULL)
    return;
  g_cancellable_cancel (opening->cancellable);
  g_autoptr (GTask) task = take_task (opening);
  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("Opening was given up."));
  opening_unref (opening);
}

static gboolean
on_give_up (gpointer data)
{
  LwOpening *opening = data;
  if (opening_is_current (opening) && opening->task != NULL)
    lw_session_close (opening->session);
  return G_SOURCE_REMOVE;
}

static void
opening_unref_data (gpointer data)
{
  opening_unref (data);
}

static void
on_callers_cancelled (GCancellable *cancellable, gpointer data)
{
  /* Perhaps another thread, and inside the cancellable's lock: later, and here. */
  LwOpening *opening = data;
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_callback (source, on_give_up, g_rc_box_acquire (opening), opening_unref_data);
  g_source_attach (source, g_task_get_context (opening->task));
}

static gboolean
start (LwOpening *opening, GError **error)
{
  LwSession *self = opening->session;
  g_autofree char *uri = g_file_get_uri (self->file);
  opening->path = g_file_get_path (self->file);
  if (opening->path == NULL) {
    if (!lw_session_hash_address (uri, &opening->hash)) {
      g_set_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_ADDRESS,
                   _ ("“%s” is neither a file on this machine nor an http or https address."), uri);
      return FALSE;
    }
    opening->is_hashed = opening->is_probed = TRUE;
    /* Its address holds a ticket that is good for hours; its content is what lasts. */
    if (opening->expected != NULL)
      opening->hash = opening->expected->media;
  }
  lw_engine_open (self->engine, uri);
  lw_engine_play (self->engine);
  if (opening->path != NULL) {
    opening->patience_id = g_timeout_add (PATIENCE_MS, on_impatient, opening);
    lw_media_probe_async (opening->path, opening->cancellable, on_probed,
                          g_rc_box_acquire (opening));
    lw_lesson_hash_async (self->store, opening->path, opening->cancellable, on_hashed,
                          g_rc_box_acquire (opening));
  } else if (opening->expected == NULL &&
             !lw_store_remember_media (self->store, &opening->hash, uri, 0, 0, error)) {
    g_debug ("the address is not remembered: %s", (*error)->message);
    g_clear_error (error);
  }
  return TRUE;
}

void
lw_session_open_async (LwSession *self,
                       GFile *file,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (LW_IS_SESSION (self) && G_IS_FILE (file));
  /* It may be the one that closing lets go. */
  g_autoptr (GFile) held G_GNUC_UNUSED = g_object_ref (file);
  lw_session_close (self);
  self->file = g_object_ref (file);
  self->title = lw_session_title_of (file);
  LwOpening *opening = g_rc_box_new0 (LwOpening);
  opening->session = self;
  opening->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (opening->task, lw_session_open_async);
  opening->cancellable = g_cancellable_new ();
  opening->expected = g_steal_pointer (&self->expected);
  if (opening->expected != NULL && *opening->expected->title != '\0') {
    g_free (self->title);
    self->title = g_strdup (opening->expected->title);
  }
  self->opening = opening;
  lw_session_notify (self, LW_SESSION_PROP_FILE);
  lw_session_notify (self, LW_SESSION_PROP_TITLE);
  GError *error = NULL;
  if (!start (opening, &error)) {
    fail (opening, error);
    return;
  }
  if (cancellable != NULL) {
    opening->callers = g_object_ref (cancellable);
    opening->callers_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_callers_cancelled), opening, NULL);
  }
  advance (opening); /* an address whose notes are known needs to wait for nothing */
}

gboolean
lw_session_open_finish (LwSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
lw_session_expect_lesson (LwSession *self, const LwSegment *segment)
{
  g_return_if_fail (LW_IS_SESSION (self) && segment != NULL);
  g_clear_pointer (&self->expected, lw_segment_unref);
  self->expected = lw_segment_ref (segment);
}
