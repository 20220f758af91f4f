/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Servers that give a file only from its beginning to its end. On the engine's thread. */
#include "lw-core-private.h"
#include "lw-engine-error.h"

/* A seek that nobody can make is not always refused (1.22): so ask beforehand. */
void
lw_one_way_look (LwCore *self)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean is_seekable = TRUE;

  if (self->first_rate != NULL && gst_element_query (self->playbin, query))
    gst_query_parse_seeking (query, NULL, &is_seekable, NULL, NULL);
  self->one_way = self->one_way || !is_seekable;
}

static void
tell (LwCore *self, gboolean begins_anew)
{
  g_autofree char *text = lw_engine_one_way_warning (self->uri, begins_anew);

  if (!self->told_one_way)
    lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_WARNING, .text = text});
  self->told_one_way = TRUE;
}

void
lw_one_way_refuse (LwCore *self)
{
  double rate = lw_first_rate_get_given (self->first_rate);

  tell (self, FALSE);
  if (rate == self->rate)
    return;
  self->rate = rate;
  g_mutex_lock (&self->lock);
  self->snapshot.rate = rate;
  g_mutex_unlock (&self->lock);
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_RATE, .rate = rate});
}

/* Some servers say nothing of it beforehand, and give the whole file when asked for a part. */
gboolean
lw_one_way_take_error (LwCore *self, GstMessage *message)
{
  const LwWork *flight = &self->machine.flight;
  gboolean is_jump = flight->kind == LW_WORK_EXACT || flight->kind == LW_WORK_SCRUB;
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  /* Outside of a seek it is what was cut off, which the source asked for again. */
  if (self->first_rate == NULL || self->one_way || self->machine.phase != LW_PHASE_SEEKING ||
      !g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SEEK))
    return FALSE;
  self->one_way = TRUE;
  tell (self, TRUE);
  /* The jump is asked for again, so that it is told of as done. */
  lw_core_post_event (
      self, &(LwEvent){.type = LW_EVENT_RELOAD, .time = is_jump ? flight->time : LW_TIME_NONE});
  return TRUE;
}
