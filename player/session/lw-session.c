/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-session-private.h"

enum { SIGNAL_OPENED, SIGNAL_FAILED, SIGNAL_KEPT, SIGNAL_MESSAGE, N_SIGNALS };

static guint signals[N_SIGNALS];
static GParamSpec *properties[LW_SESSION_N_PROPS];

G_DEFINE_QUARK (lw - session - error - quark, lw_session_error)
G_DEFINE_FINAL_TYPE (LwSession, lw_session, G_TYPE_OBJECT)

/* ---- told to the outside ---- */

void
lw_session_notify (LwSession *self, int property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
lw_session_emit_opened (LwSession *self)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

void
lw_session_emit_failed (LwSession *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

void
lw_session_emit_kept (LwSession *self, const LwNote *note)
{
  g_signal_emit (self, signals[SIGNAL_KEPT], 0, note);
}

void
lw_session_message (LwSession *self, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

static void
set_can (LwSession *self, gboolean *flag, gboolean value, int property)
{
  if (*flag == value)
    return;
  *flag = value;
  lw_session_notify (self, property);
}

void
lw_session_wrote (LwSession *self, const LwId *note_id)
{
  lw_note_list_refresh_note (self->notes, note_id);
  set_can (self, &self->can_undo, TRUE, LW_SESSION_PROP_CAN_UNDO);
  set_can (self, &self->can_redo, FALSE, LW_SESSION_PROP_CAN_REDO);
}

void
lw_session_explain_write (GError **error, GError *cause)
{
  const char *what = NULL;
  if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_FULL))
    what = _ ("The disk is full, so the note is not kept yet. What you wrote is still here: free "
              "some space, then keep it again.");
  else if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY))
    what = _ ("The notes file cannot be written, so the note is not kept yet. What you wrote is "
              "still here: allow writing to the file and its folder, then keep it again.");
  else if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_BUSY))
    what = _ ("Another program is using the notes file just now. What you wrote is still here: "
              "keep it again in a moment.");
  else if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_IO))
    what = _ ("The disk answered with an error, so the note is not kept yet. What you wrote is "
              "still here: keep it again, or copy it to another place.");
  else if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT))
    what = _ ("The notes file is damaged, so the note is not kept. What you wrote is still here: "
              "copy it to another place, then run “lessonwalk verify”.");
  if (what == NULL) {
    g_propagate_error (error, cause);
    return;
  }
  g_debug ("a write failed: %s", cause->message);
  g_set_error_literal (error, cause->domain, cause->code, what);
  g_error_free (cause);
}

/* ---- what others of this room ask ---- */

gboolean
lw_session_require_open (LwSession *self, GError **error)
{
  if (self->track != NULL)
    return TRUE;
  const char *message = _ ("No lesson is open. Open a video first.");
  if (lw_session_is_opening (self))
    message = _ ("The lesson is still being opened. Try again in a moment.");
  else if (self->file != NULL)
    message = _ ("The notes of this lesson could not be opened. Open it again to pin notes.");
  g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OPEN, message);
  return FALSE;
}

LwNote *
lw_session_get_own_note (LwSession *self, const LwId *note_id, GError **error)
{
  if (!lw_session_require_open (self, error))
    return NULL;
  g_autoptr (LwNote) note = lw_store_get_note (self->store, note_id, error);
  if (note == NULL)
    return NULL;
  if (!lw_id_equal (&note->author_id, &self->person->id)) {
    g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OWN,
                         _ ("This note was written by someone else. You can reply to it."));
    return NULL;
  }
  return g_steal_pointer (&note);
}

/* ---- changes to notes ---- */

gboolean
lw_session_delete_note (LwSession *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self) && note_id != NULL, FALSE);
  LwId id = *note_id; /* may be lent by the very item that goes */
  g_autoptr (LwNote) note = lw_session_get_own_note (self, &id, error);
  if (note == NULL || !lw_store_delete_note (self->store, &id, error))
    return FALSE;
  lw_session_wrote (self, &id);
  return TRUE;
}

gboolean
lw_session_set_note_on_focus (LwSession *self,
                              const LwId *note_id,
                              gboolean on_focus,
                              GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self) && note_id != NULL, FALSE);
  g_autoptr (LwNote) note = lw_session_get_own_note (self, note_id, error);
  if (note == NULL)
    return FALSE;
  if (!note->on_focus == !on_focus)
    return TRUE;
  LwNote fields = *note;
  fields.on_focus = !!on_focus;
  g_autoptr (LwNote) changed = lw_note_new (&fields, error);
  if (changed == NULL || !lw_store_edit_note (self->store, changed, NULL, error))
    return FALSE;
  lw_session_wrote (self, &changed->id);
  return TRUE;
}

static gboolean
step_history (LwSession *self, gboolean is_undo, GError **error)
{
  if (!lw_session_require_open (self, error))
    return FALSE;
  LwId note_id = LW_ID_NONE;
  g_autoptr (GError) cause = NULL;
  gboolean done = is_undo ? lw_store_undo (self->store, &self->track->id, &note_id, &cause)
                          : lw_store_redo (self->store, &self->track->id, &note_id, &cause);
  if (done) {
    lw_note_list_refresh_note (self->notes, &note_id);
    set_can (self, &self->can_undo, TRUE, LW_SESSION_PROP_CAN_UNDO);
    set_can (self, &self->can_redo, TRUE, LW_SESSION_PROP_CAN_REDO);
    return TRUE;
  }
  if (!g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (is_undo)
    set_can (self, &self->can_undo, FALSE, LW_SESSION_PROP_CAN_UNDO);
  else
    set_can (self, &self->can_redo, FALSE, LW_SESSION_PROP_CAN_REDO);
  g_set_error_literal (error, cause->domain, cause->code,
                       is_undo ? _ ("There is nothing left to undo.")
                               : _ ("There is nothing to redo."));
  return FALSE;
}

gboolean
lw_session_undo (LwSession *self, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  return step_history (self, TRUE, error);
}

gboolean
lw_session_redo (LwSession *self, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  return step_history (self, FALSE, error);
}

/* ---- the engine speaks ---- */

static void
on_state_changed (LwEngine *engine, LwEngineState state, LwSession *self)
{
  lw_session_hold_engine_changed (self, state);
  lw_session_opening_engine_changed (self);
}

static void
on_media_info (LwEngine *engine, LwSession *self)
{
  lw_session_opening_engine_changed (self);
}

static void
on_engine_failed (LwEngine *engine, GError *error, LwSession *self)
{
  if (self->file == NULL)
    return;
  lw_session_opening_engine_failed (self, error);
}

static void
on_engine_warning (LwEngine *engine, const char *text, LwSession *self)
{
  lw_session_message (self, "%s", text);
}

/* ---- reading ---- */

LwStore *
lw_session_get_store (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->store;
}

LwEngine *
lw_session_get_engine (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->engine;
}

GFile *
lw_session_get_file (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->file;
}

const char *
lw_session_get_title (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), "");
  if (self->segment != NULL && *self->segment->title != '\0')
    return self->segment->title;
  return self->title != NULL ? self->title : "";
}

const LwSegment *
lw_session_get_segment (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->segment;
}

const LwTrack *
lw_session_get_track (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->track;
}

const LwPerson *
lw_session_get_person (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->person;
}

const LwWalk *
lw_session_get_walk (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->walk;
}

const LwProbe *
lw_session_get_probe (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->probe;
}

LwFilmstrip *
lw_session_get_filmstrip (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->filmstrip;
}

LwWaveform *
lw_session_get_waveform (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->waveform;
}

double
lw_session_get_preparing (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), 1);
  return (self->filmstrip_fraction + self->waveform_fraction) / 2;
}

gboolean
lw_session_get_can_undo (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  return self->track != NULL && self->can_undo;
}

gboolean
lw_session_get_can_redo (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  return self->track != NULL && self->can_redo;
}

GListModel *
lw_session_get_notes (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return G_LIST_MODEL (self->notes);
}

void
lw_session_set_filter (LwSession *self, const LwNoteQuery *filter)
{
  g_return_if_fail (LW_IS_SESSION (self));
  g_autoptr (GError) error = NULL;
  if (!lw_note_list_set_filter (self->notes, filter, &error))
    lw_session_message (self, _ ("The notes could not be read: %s"), error->message);
}

int
lw_session_find_note_at (LwSession *self, LwTime time)
{
  g_return_val_if_fail (LW_IS_SESSION (self), -1);
  return lw_note_list_find_at (self->notes, time);
}

/* ---- life ---- */

void
lw_session_close (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  lw_session_cancel_opening (self);
  lw_session_stop_background (self);
  g_autoptr (GError) error = NULL;
  if (!lw_session_flush_drafts (self, &error))
    lw_session_message (self, "%s", error->message);
  lw_session_forget_drafts (self);
  lw_session_forget_next (self);
  self->held = LW_HOLD_NONE;
  if (self->file == NULL)
    return;
  g_clear_object (&self->file);
  lw_engine_close (self->engine);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->segment, lw_segment_unref);
  g_clear_pointer (&self->track, lw_track_unref);
  g_clear_pointer (&self->walk, lw_walk_unref);
  g_clear_pointer (&self->probe, lw_probe_unref);
  g_clear_pointer (&self->filmstrip, lw_filmstrip_unref);
  g_clear_pointer (&self->waveform, lw_waveform_unref);
  self->mark_in = self->mark_out = LW_TIME_NONE;
  self->pass = self->n_passes = 1;
  self->can_undo = self->can_redo = TRUE;
  lw_note_list_set_segment (self->notes, NULL, NULL, NULL);
  g_object_freeze_notify (G_OBJECT (self));
  for (int i = 1; i < LW_SESSION_N_PROPS; i++)
    lw_session_notify (self, i);
  g_object_thaw_notify (G_OBJECT (self));
}

LwSession *
lw_session_new (LwStore *store, LwEngine *engine, const char *local_name)
{
  g_return_val_if_fail (LW_IS_STORE (store) && LW_IS_ENGINE (engine), NULL);
  LwSession *self = g_object_new (LW_TYPE_SESSION, NULL);
  self->store = g_object_ref (store);
  self->engine = g_object_ref (engine);
  self->local_name = g_strdup (local_name);
  self->notes = lw_note_list_new (store);
  self->parked = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_draft_free);
  g_autofree char *hold = lw_store_get_setting (store, LW_SESSION_HOLD_KEY, NULL);
  self->hold = g_strcmp0 (hold, "0") != 0;
  g_signal_connect_object (engine, "state-changed", G_CALLBACK (on_state_changed), self, 0);
  g_signal_connect_object (engine, "media-info", G_CALLBACK (on_media_info), self, 0);
  g_signal_connect_object (engine, "failed", G_CALLBACK (on_engine_failed), self, 0);
  g_signal_connect_object (engine, "warning", G_CALLBACK (on_engine_warning), self, 0);
  lw_session_init_follow (self);
  return self;
}

static void
lw_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LwSession *self = LW_SESSION (object);
  switch (id) {
  case LW_SESSION_PROP_FILE:
    g_value_set_object (value, self->file);
    break;
  case LW_SESSION_PROP_SEGMENT:
    g_value_set_boxed (value, self->segment);
    break;
  case LW_SESSION_PROP_TRACK:
    g_value_set_boxed (value, self->track);
    break;
  case LW_SESSION_PROP_WALK:
    g_value_set_boxed (value, self->walk);
    break;
  case LW_SESSION_PROP_PROBE:
    g_value_set_boxed (value, self->probe);
    break;
  case LW_SESSION_PROP_FILMSTRIP:
    g_value_set_pointer (value, self->filmstrip);
    break;
  case LW_SESSION_PROP_WAVEFORM:
    g_value_set_pointer (value, self->waveform);
    break;
  case LW_SESSION_PROP_DRAFT:
    g_value_set_boxed (value, lw_session_get_draft (self));
    break;
  case LW_SESSION_PROP_PASS:
    g_value_set_uint (value, self->pass);
    break;
  case LW_SESSION_PROP_TITLE:
    g_value_set_string (value, lw_session_get_title (self));
    break;
  case LW_SESSION_PROP_PREPARING:
    g_value_set_double (value, lw_session_get_preparing (self));
    break;
  case LW_SESSION_PROP_CAN_UNDO:
    g_value_set_boolean (value, lw_session_get_can_undo (self));
    break;
  case LW_SESSION_PROP_CAN_REDO:
    g_value_set_boolean (value, lw_session_get_can_redo (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lw_session_dispose (GObject *object)
{
  LwSession *self = LW_SESSION (object);
  if (self->store != NULL)
    lw_session_close (self);
  g_clear_object (&self->notes);
  g_clear_object (&self->engine);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_session_parent_class)->dispose (object);
}

static void
lw_session_finalize (GObject *object)
{
  LwSession *self = LW_SESSION (object);
  g_clear_pointer (&self->parked, g_ptr_array_unref);
  g_clear_pointer (&self->person, lw_person_unref);
  g_clear_pointer (&self->expected, lw_segment_unref);
  g_free (self->local_name);
  G_OBJECT_CLASS (lw_session_parent_class)->finalize (object);
}

static void
lw_session_class_init (LwSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = lw_session_get_property;
  object_class->dispose = lw_session_dispose;
  object_class->finalize = lw_session_finalize;

  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
#define BOXED(name, type) g_param_spec_boxed (name, NULL, NULL, type, flags)
  properties[LW_SESSION_PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, flags);
  properties[LW_SESSION_PROP_SEGMENT] = BOXED ("segment", lw_segment_get_type ());
  properties[LW_SESSION_PROP_TRACK] = BOXED ("track", lw_track_get_type ());
  properties[LW_SESSION_PROP_WALK] = BOXED ("walk", lw_walk_get_type ());
  properties[LW_SESSION_PROP_PROBE] = BOXED ("probe", lw_probe_get_type ());
  properties[LW_SESSION_PROP_FILMSTRIP] = g_param_spec_pointer ("filmstrip", NULL, NULL, flags);
  properties[LW_SESSION_PROP_WAVEFORM] = g_param_spec_pointer ("waveform", NULL, NULL, flags);
  properties[LW_SESSION_PROP_DRAFT] = BOXED ("draft", LW_TYPE_NOTE);
#undef BOXED
  properties[LW_SESSION_PROP_PASS] = g_param_spec_uint ("pass", NULL, NULL, 1, G_MAXUINT, 1, flags);
  properties[LW_SESSION_PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[LW_SESSION_PROP_PREPARING] =
      g_param_spec_double ("preparing", NULL, NULL, 0, 1, 1, flags);
  properties[LW_SESSION_PROP_CAN_UNDO] =
      g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[LW_SESSION_PROP_CAN_REDO] =
      g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, LW_SESSION_N_PROPS, properties);

  GType type = G_TYPE_FROM_CLASS (klass);
  signals[SIGNAL_OPENED] =
      g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_KEPT] = g_signal_new ("kept", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, LW_TYPE_NOTE);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lw_session_init (LwSession *self)
{
  self->mark_in = self->mark_out = LW_TIME_NONE;
  self->pass = self->n_passes = 1;
  self->can_undo = self->can_redo = TRUE;
  self->filmstrip_fraction = self->waveform_fraction = 1;
}
