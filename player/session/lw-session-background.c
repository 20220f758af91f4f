/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filmstrip and waveform: made beside playback, never in its way. */
#include "lw-session-private.h"

#define PICTURE_EVERY (4 * LW_SECOND)
#define PICTURES_MIN 24
#define PICTURES_MAX 240
#define PICTURE_HEIGHT 72
#define PEAKS_MAX 20000
#define PEAK_STEP_MIN (10 * LW_MSECOND)
#define PEAK_STEP_MAX (10 * LW_SECOND)

/* A job's own hold on the session, and on what it was started for. */
typedef struct {
  LwSession *session;
  GCancellable *cancellable;
  double *fraction;
} LwJob;

static LwJob *
job_new (LwSession *self, double *fraction)
{
  LwJob *job = g_new0 (LwJob, 1);
  job->session = g_object_ref (self);
  job->cancellable = g_object_ref (self->background);
  job->fraction = fraction;
  *fraction = 0;
  return job;
}

static void
job_free (LwJob *job)
{
  g_object_unref (job->session);
  g_object_unref (job->cancellable);
  g_free (job);
}

static gboolean
job_is_current (LwJob *job)
{
  return job->session->background == job->cancellable &&
         !g_cancellable_is_cancelled (job->cancellable);
}

static void
job_set_fraction (LwJob *job, double fraction)
{
  *job->fraction = CLAMP (fraction, 0, 1);
  lw_session_notify (job->session, LW_SESSION_PROP_PREPARING);
}

static void
on_progress (double fraction, gpointer data)
{
  LwJob *job = data;
  if (job_is_current (job))
    job_set_fraction (job, fraction);
}

/* A file without pictures (or sound) has no filmstrip (waveform): nothing to tell. */
static void
job_failed (LwJob *job, const GError *error, const char *format)
{
  if (!g_error_matches (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA))
    lw_session_message (job->session, format, error->message);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void
on_filmstrip (GObject *source, GAsyncResult *result, gpointer data)
{
  LwJob *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwFilmstrip) filmstrip = lw_media_filmstrip_finish (result, &error);
  if (job_is_current (job)) {
    if (filmstrip != NULL) {
      job->session->filmstrip = g_steal_pointer (&filmstrip);
      lw_session_notify (job->session, LW_SESSION_PROP_FILMSTRIP);
    } else {
      job_failed (job, error, _ ("The timeline stays without pictures: %s"));
    }
    job_set_fraction (job, 1);
  }
  job_free (job);
}

static void
on_waveform (GObject *source, GAsyncResult *result, gpointer data)
{
  LwJob *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWaveform) waveform = lw_media_waveform_finish (result, &error);
  if (job_is_current (job)) {
    if (waveform != NULL) {
      job->session->waveform = g_steal_pointer (&waveform);
      lw_session_notify (job->session, LW_SESSION_PROP_WAVEFORM);
    } else {
      job_failed (job, error, _ ("The timeline stays without a sound wave: %s"));
    }
    job_set_fraction (job, 1);
  }
  job_free (job);
}

#pragma GCC diagnostic pop

void
lw_session_stop_background (LwSession *self)
{
  if (self->background == NULL)
    return;
  g_cancellable_cancel (self->background);
  g_clear_object (&self->background);
  self->filmstrip_fraction = self->waveform_fraction = 1;
}

void
lw_session_start_background (LwSession *self)
{
  lw_session_stop_background (self);
  g_autofree char *path = g_file_get_path (self->file);
  if (path == NULL || self->probe == NULL)
    return;
  self->background = g_cancellable_new ();
  char key[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  lw_content_hash_format (&self->segment->media, key);
  LwTime duration = MAX (self->probe->duration, LW_SECOND);
  if (lw_probe_get_video (self->probe) != NULL) {
    guint count = (guint)CLAMP (duration / PICTURE_EVERY, PICTURES_MIN, PICTURES_MAX);
    LwJob *job = job_new (self, &self->filmstrip_fraction);
    lw_media_filmstrip_async (path, key, count, PICTURE_HEIGHT, on_progress, job, self->background,
                              on_filmstrip, job);
  }
  if (lw_probe_get_audio (self->probe) != NULL) {
    LwTime step = CLAMP (duration / PEAKS_MAX, PEAK_STEP_MIN, PEAK_STEP_MAX);
    LwJob *job = job_new (self, &self->waveform_fraction);
    lw_media_waveform_async (path, key, step, on_progress, job, self->background, on_waveform, job);
  }
  lw_session_notify (self, LW_SESSION_PROP_PREPARING);
}
