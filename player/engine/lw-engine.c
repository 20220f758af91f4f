/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-engine-private.h"

#include "lw-core.h"
#include "lw-engine-error.h"

/* Teardown of a healthy pipeline takes a few ms; of a stuck one, for ever. */
#define QUIT_BOUND_MS 3000

/* The core's own watchdog cannot bark while its thread is inside a call that does not return. */
#define GUARD_SECONDS 2
#define STUCK_US (30 * G_USEC_PER_SEC)

struct _LwEngine {
  GObject parent;
  LwCore *core;
  GSource *guard;
  gboolean is_stuck; /* only the owner's context writes it */
};

/* The core's way back to an engine that may be gone. */
typedef struct {
  GWeakRef engine;
  GMainContext *owner;
  gint frame_waits; /* atomic: a "frame" is on its way already */
} Link;

typedef struct {
  Link *link;
  LwNotice notice;
  char *text;
  GError *error;
} Delivery;

G_DEFINE_FINAL_TYPE (LwEngine, lw_engine, G_TYPE_OBJECT)

enum {
  STATE_CHANGED,
  MEDIA_INFO,
  FRAME,
  SEEK_DONE,
  RATE_CHANGED,
  BUFFERING,
  ENDED,
  FAILED,
  WARNING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
link_clear (gpointer data)
{
  Link *link = data;

  g_weak_ref_clear (&link->engine);
  g_main_context_unref (link->owner);
}

static void
link_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, link_clear);
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  link_unref (delivery->link);
  g_free (delivery->text);
  g_clear_error (&delivery->error);
  g_free (delivery);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;
  const LwNotice *notice = &delivery->notice;
  g_autoptr (LwEngine) self = NULL;

  if (notice->type == LW_NOTICE_FRAME)
    g_atomic_int_set (&delivery->link->frame_waits, 0);
  self = g_weak_ref_get (&delivery->link->engine);
  if (self == NULL)
    return G_SOURCE_REMOVE;

  switch (notice->type) {
  case LW_NOTICE_STATE:
    g_signal_emit (self, signals[STATE_CHANGED], 0, notice->number);
    break;
  case LW_NOTICE_MEDIA_INFO:
    g_signal_emit (self, signals[MEDIA_INFO], 0);
    break;
  case LW_NOTICE_FRAME:
    g_signal_emit (self, signals[FRAME], 0, lw_core_get_frame_time (self->core));
    break;
  case LW_NOTICE_SEEK_DONE:
    g_signal_emit (self, signals[SEEK_DONE], 0, notice->time);
    break;
  case LW_NOTICE_RATE:
    g_signal_emit (self, signals[RATE_CHANGED], 0, notice->rate);
    break;
  case LW_NOTICE_BUFFERING:
    g_signal_emit (self, signals[BUFFERING], 0, notice->number);
    break;
  case LW_NOTICE_ENDED:
    g_signal_emit (self, signals[ENDED], 0);
    break;
  case LW_NOTICE_FAILED:
    g_signal_emit (self, signals[FAILED], 0, delivery->error);
    break;
  case LW_NOTICE_WARNING:
    g_signal_emit (self, signals[WARNING], 0, delivery->text);
    break;
  }
  return G_SOURCE_REMOVE;
}

static void
on_notice (const LwNotice *notice, gpointer user_data)
{
  Link *link = user_data;
  g_autoptr (GSource) source = NULL;
  Delivery *delivery;

  if (notice->type == LW_NOTICE_FRAME &&
      !g_atomic_int_compare_and_exchange (&link->frame_waits, 0, 1))
    return;
  g_debug ("notice %d", (int)notice->type);
  delivery = g_new0 (Delivery, 1);
  delivery->link = g_atomic_rc_box_acquire (link);
  delivery->notice = *notice;
  delivery->text = g_strdup (notice->text);
  delivery->error = notice->error != NULL ? g_error_copy (notice->error) : NULL;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, link->owner);
}

static void
lw_engine_dispose (GObject *object)
{
  LwEngine *self = LW_ENGINE (object);

  if (self->guard != NULL)
    g_source_destroy (self->guard);
  g_clear_pointer (&self->guard, g_source_unref);
  if (self->core != NULL) {
    if (!lw_core_quit (self->core, QUIT_BOUND_MS))
      g_warning ("The pipeline did not let go in time; it is left to end by itself");
    g_clear_pointer (&self->core, lw_core_unref);
  }
  G_OBJECT_CLASS (lw_engine_parent_class)->dispose (object);
}

static void
lw_engine_class_init (LwEngineClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_engine_dispose;
  signals[STATE_CHANGED] = g_signal_new ("state-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[MEDIA_INFO] =
      g_signal_new ("media-info", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FRAME] = g_signal_new ("frame", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_INT64);
  signals[SEEK_DONE] = g_signal_new ("seek-done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[RATE_CHANGED] = g_signal_new ("rate-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[BUFFERING] = g_signal_new ("buffering", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT);
  signals[ENDED] =
      g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[WARNING] = g_signal_new ("warning", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lw_engine_init (LwEngine *self)
{
}

static gboolean
on_guard (gpointer data)
{
  LwEngine *self = data;
  gboolean is_stuck = lw_core_get_stuck_us (self->core) > STUCK_US;
  g_autoptr (GError) error = NULL;

  if (is_stuck == self->is_stuck)
    return G_SOURCE_CONTINUE;
  self->is_stuck = is_stuck;
  g_signal_emit (self, signals[STATE_CHANGED], 0, (int)lw_engine_get_state (self));
  if (is_stuck) {
    error = lw_engine_error_stuck ();
    g_signal_emit (self, signals[FAILED], 0, error);
  }
  return G_SOURCE_CONTINUE;
}

LwEngine *
lw_engine_new (GstElement *video_sink)
{
  LwEngine *self;
  Link *link;

  g_return_val_if_fail (video_sink == NULL || GST_IS_ELEMENT (video_sink), NULL);
  gst_init (NULL, NULL);
  self = g_object_new (LW_TYPE_ENGINE, NULL);
  link = g_atomic_rc_box_new0 (Link);
  g_weak_ref_init (&link->engine, self);
  link->owner = g_main_context_ref_thread_default ();
  self->core = lw_core_new (video_sink, on_notice, link, link_unref);
  self->guard = g_timeout_source_new_seconds (GUARD_SECONDS);
  g_source_set_callback (self->guard, on_guard, self, NULL);
  g_source_attach (self->guard, link->owner);
  return self;
}

void
lw_engine_set_silent (LwEngine *self, gboolean silent)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_silent, GINT_TO_POINTER (silent), NULL);
}

void
lw_engine_open (LwEngine *self, const char *uri)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  g_return_if_fail (uri != NULL);
  lw_core_set_frame_index (self->core, NULL, 0);
  lw_core_invoke (self->core, lw_core_open, g_strdup (uri), g_free);
}

void
lw_engine_close (LwEngine *self)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_close, NULL, NULL);
}

void
lw_engine_set_frame_index (LwEngine *self, const LwTime *starts, gsize n_starts)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_set_frame_index (self->core, starts, n_starts);
}

void
lw_engine_play (LwEngine *self)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_play, NULL, NULL);
}

void
lw_engine_pause (LwEngine *self)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_pause, NULL, NULL);
}

void
lw_engine_seek (LwEngine *self, LwTime time, LwSeekMode mode)
{
  LwSeekData data = {time, mode};

  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_seek, g_memdup2 (&data, sizeof data), g_free);
}

void
lw_engine_step (LwEngine *self, int n)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_step, GINT_TO_POINTER (n), NULL);
}

void
lw_engine_stay (LwEngine *self, LwTime frame)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_stay, g_memdup2 (&frame, sizeof frame), g_free);
}

void
lw_engine_set_rate (LwEngine *self, double rate)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  g_return_if_fail (rate > 0);
  lw_core_invoke (self->core, lw_core_set_rate, g_memdup2 (&rate, sizeof rate), g_free);
}

void
lw_engine_set_loop (LwEngine *self, LwTime a, LwTime b)
{
  LwLoopData data = {a, b};

  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_loop, g_memdup2 (&data, sizeof data), g_free);
}

void
lw_engine_set_volume (LwEngine *self, double volume)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_volume, g_memdup2 (&volume, sizeof volume), g_free);
}

void
lw_engine_set_muted (LwEngine *self, gboolean muted)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_muted, GINT_TO_POINTER (muted), NULL);
}

void
lw_engine_select_track (LwEngine *self, LwEngineTrackKind kind, int index)
{
  LwTrackData data = {kind, index};

  g_return_if_fail (LW_IS_ENGINE (self));
  g_return_if_fail (kind == LW_ENGINE_AUDIO || kind == LW_ENGINE_CAPTIONS);
  lw_core_invoke (self->core, lw_core_select_track, g_memdup2 (&data, sizeof data), g_free);
}

void
lw_engine_set_external_captions (LwEngine *self, const char *uri)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_captions, g_strdup (uri), g_free);
}

void
lw_engine_set_patience (LwEngine *self, guint patience_ms)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  lw_core_invoke (self->core, lw_core_set_patience, GUINT_TO_POINTER (patience_ms), NULL);
}

LwEngineState
lw_engine_get_state (LwEngine *self)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), LW_ENGINE_EMPTY);
  return self->is_stuck ? LW_ENGINE_FAILED : lw_core_get_state (self->core);
}

double
lw_engine_get_rate (LwEngine *self)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), 1.0);
  return lw_core_get_rate (self->core);
}

LwTime
lw_engine_get_duration (LwEngine *self)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), LW_TIME_NONE);
  return lw_core_get_duration (self->core);
}

LwTime
lw_engine_get_position (LwEngine *self)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), LW_TIME_NONE);
  return lw_core_get_position (self->core);
}

LwTime
lw_engine_get_frame_time (LwEngine *self)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), LW_TIME_NONE);
  return lw_core_get_frame_time (self->core);
}

guint
lw_engine_get_n_tracks (LwEngine *self, LwEngineTrackKind kind)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), 0);
  g_return_val_if_fail (kind == LW_ENGINE_AUDIO || kind == LW_ENGINE_CAPTIONS, 0);
  return lw_core_get_n_tracks (self->core, kind);
}

int
lw_engine_get_selected_track (LwEngine *self, LwEngineTrackKind kind)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), -1);
  g_return_val_if_fail (kind == LW_ENGINE_AUDIO || kind == LW_ENGINE_CAPTIONS, -1);
  return lw_core_get_selected_track (self->core, kind);
}

char *
lw_engine_get_track_name (LwEngine *self, LwEngineTrackKind kind, guint index)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), NULL);
  g_return_val_if_fail (kind == LW_ENGINE_AUDIO || kind == LW_ENGINE_CAPTIONS, NULL);
  return lw_core_get_track_name (self->core, kind, index);
}

GBytes *
lw_engine_take_picture (LwEngine *self, guint *ret_width, guint *ret_height, LwTime *ret_time)
{
  g_return_val_if_fail (LW_IS_ENGINE (self), NULL);
  return lw_core_take_picture (self->core, ret_width, ret_height, ret_time);
}

void
lw_engine_get_stats (LwEngine *self, LwEngineStats *ret_stats)
{
  g_return_if_fail (LW_IS_ENGINE (self));
  g_return_if_fail (ret_stats != NULL);
  lw_core_get_stats (self->core, ret_stats);
}
