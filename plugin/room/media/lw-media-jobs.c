/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is done with an upload after its last byte. Two threads, so that a sample of student work is
 * not kept waiting by an hour's lesson: one looks at what has come, one makes what browsers need;
 * each takes one at a time. What there is to do stands in the ledger, so a restart loses none of
 * it.
 */

#include "lw-align.h"
#include "lw-media-check.h"
#include "lw-media-make.h"
#include "lw-media-service.h"

#include <unistd.h>

#define RETRY_S 60
#define STALE_US (G_TIME_SPAN_DAY * 7)

typedef gboolean (*Turn) (LwMediaJobs *self);

typedef struct {
  LwMediaJobs *owner;
  Turn turn; /* does one thing; FALSE: there is nothing, or not now */
  GThread *thread;
  guint seen; /* of the wakes */
  /* What it is at; under the owner's mutex. */
  LwId upload; /* or none */
  LwContentHash media;
  double progress;
  GCancellable *job; /* nullable: ends it */
} Worker;

struct _LwMediaJobs {
  LwRoom *room;
  LwUploadLocks *locks;
  GMutex keeping; /* while what came is registered, and while something is erased */
  GMutex mutex;
  GCond woken;
  guint wakes;
  gboolean ending;
  Worker checker, maker;
};

/* ---- what is under way ---- */

static gboolean
is_ending (LwMediaJobs *self)
{
  gboolean ending;

  g_mutex_lock (&self->mutex);
  ending = self->ending;
  g_mutex_unlock (&self->mutex);
  return ending;
}

/* The upload's row is read again after this: an erasure deletes it first, then ends the job. */
static gboolean
begin_job (Worker *worker, const LwUpload *upload)
{
  LwMediaJobs *self = worker->owner;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = !self->ending;
  if (ok) {
    worker->upload = upload->id;
    worker->media = upload->media;
    worker->progress = 0;
    worker->job = g_cancellable_new ();
  }
  g_mutex_unlock (&self->mutex);
  return ok;
}

static void
end_job (Worker *worker)
{
  LwMediaJobs *self = worker->owner;

  g_mutex_lock (&self->mutex);
  worker->upload = LW_ID_NONE;
  g_clear_object (&worker->job);
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->mutex);
}

void
lw_media_jobs_hold (LwMediaJobs *self)
{
  g_mutex_lock (&self->keeping);
}

void
lw_media_jobs_go_on (LwMediaJobs *self)
{
  g_mutex_unlock (&self->keeping);
}

void
lw_media_jobs_drop_upload (LwMediaJobs *self, const LwId *upload_id)
{
  g_mutex_lock (&self->mutex);
  if (lw_id_equal (&self->checker.upload, upload_id))
    g_cancellable_cancel (self->checker.job);
  g_mutex_unlock (&self->mutex);
}

void
lw_media_jobs_drop_media (LwMediaJobs *self, const LwContentHash *media)
{
  g_mutex_lock (&self->mutex);
  while (!lw_id_is_none (&self->maker.upload) &&
         lw_content_hash_equal (&self->maker.media, media)) {
    g_cancellable_cancel (self->maker.job);
    g_cond_wait (&self->woken, &self->mutex);
  }
  g_mutex_unlock (&self->mutex);
}

/* ---- looking ---- */

static void
sweep (LwMediaJobs *self)
{
  g_autoptr (LwUpload) upload =
      lw_uploads_stale (self->room->ledger, g_get_real_time () - STALE_US, NULL);
  g_autofree char *path = NULL;

  if (upload == NULL || !lw_upload_locks_take (self->locks, &upload->id, NULL))
    return;
  path = lw_upload_path (self->room, &upload->id);
  unlink (path);
  lw_uploads_remove (self->room->ledger, &upload->id, NULL);
  lw_upload_locks_release (self->locks, &upload->id);
}

static gboolean
check_one (LwMediaJobs *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwUpload) upload = NULL;
  LwCheckResult result;
  gboolean dropped;

  sweep (self);
  upload = lw_uploads_next (self->room->ledger, LW_UPLOAD_CHECKING, &error);
  if (error != NULL)
    g_warning ("The uploads could not be read: %s", error->message);
  if (upload == NULL || !begin_job (&self->checker, upload))
    return FALSE;
  result = lw_media_check (self->room, upload, &self->keeping, self->checker.job);
  dropped = g_cancellable_is_cancelled (self->checker.job);
  end_job (&self->checker);
  if (result != LW_CHECK_DONE)
    return dropped;
  lw_media_jobs_wake (self);
  return TRUE;
}

/* ---- making ---- */

static void
set_progress (double fraction, gpointer data)
{
  LwMediaJobs *self = data;

  g_mutex_lock (&self->mutex);
  self->maker.progress = fraction;
  g_mutex_unlock (&self->mutex);
}

static gboolean
make_one (LwMediaJobs *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwUpload) upload = lw_uploads_next (self->room->ledger, LW_UPLOAD_MAKING, NULL);
  LwUploadState state = LW_UPLOAD_READY;
  const char *message = "";
  gboolean made, dropped;

  if (upload == NULL || !begin_job (&self->maker, upload))
    return FALSE;
  made = lw_media_make (self->room, &upload->media, set_progress, self, self->maker.job, &error) &&
         lw_align_find (self->room, &upload->segment_id, self->maker.job);
  dropped = g_cancellable_is_cancelled (self->maker.job);
  end_job (&self->maker);
  if (!made) {
    if (dropped)
      return TRUE;
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)) {
      g_warning ("Lessons cannot be made ready for browsers: %s", error->message);
      return FALSE;
    }
    g_warning ("A lesson could not be made ready for browsers: %s", error->message);
    state = LW_UPLOAD_FAILED;
    message = "The lesson is kept, but it could not be made ready for browsers. Save it as an MP4 "
              "in the program you recorded with, then send that.";
  }
  return lw_uploads_set_state (self->room->ledger, &upload->id, state, message, NULL, NULL, NULL);
}

double
lw_media_jobs_progress (LwMediaJobs *self, const LwId *upload_id)
{
  double progress;

  g_mutex_lock (&self->mutex);
  progress = lw_id_equal (&self->maker.upload, upload_id) ? self->maker.progress : 0;
  g_mutex_unlock (&self->mutex);
  return progress;
}

/* ---- threads ---- */

static gpointer
run (gpointer data)
{
  Worker *worker = data;
  LwMediaJobs *self = worker->owner;

  while (!is_ending (self)) {
    gint64 until = g_get_monotonic_time () + RETRY_S * G_USEC_PER_SEC;

    if (worker->turn (self))
      continue;
    g_mutex_lock (&self->mutex);
    while (worker->seen == self->wakes && !self->ending &&
           g_cond_wait_until (&self->woken, &self->mutex, until))
      ;
    worker->seen = self->wakes;
    g_mutex_unlock (&self->mutex);
  }
  return NULL;
}

static void
start (LwMediaJobs *self, Worker *worker, const char *name, Turn turn)
{
  worker->owner = self;
  worker->turn = turn;
  worker->thread = g_thread_new (name, run, worker);
}

LwMediaJobs *
lw_media_jobs_new (LwRoom *room, LwUploadLocks *locks)
{
  LwMediaJobs *self = g_new0 (LwMediaJobs, 1);

  self->room = room;
  self->locks = locks;
  g_mutex_init (&self->keeping);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->woken);
  start (self, &self->checker, "uploads", check_one);
  start (self, &self->maker, "making", make_one);
  return self;
}

void
lw_media_jobs_wake (LwMediaJobs *self)
{
  g_mutex_lock (&self->mutex);
  self->wakes++;
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->mutex);
}

void
lw_media_jobs_free (LwMediaJobs *self)
{
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cancellable_cancel (self->checker.job);
  g_cancellable_cancel (self->maker.job);
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->checker.thread);
  g_thread_join (self->maker.thread);
  g_cond_clear (&self->woken);
  g_mutex_clear (&self->keeping);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
