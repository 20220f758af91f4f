/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-first-rate.h"

struct _LwFirstRate {
  GMutex lock;
  double rate;
  gboolean is_given; /* a segment went by */
  gboolean is_over;
};

LwFirstRate *
lw_first_rate_new (double rate)
{
  LwFirstRate *self = g_atomic_rc_box_new0 (LwFirstRate);

  g_mutex_init (&self->lock);
  self->rate = rate;
  return self;
}

LwFirstRate *
lw_first_rate_ref (LwFirstRate *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  LwFirstRate *self = data;

  g_mutex_clear (&self->lock);
}

void
lw_first_rate_unref (LwFirstRate *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
unref (gpointer self)
{
  lw_first_rate_unref (self);
}

/* (transfer full): in place of @event, or NULL if it may pass as it is. */
static GstEvent *
rewrite (LwFirstRate *self, GstEvent *event)
{
  GstEvent *other;
  GstSegment segment;
  double rate = 1.0;

  gst_event_copy_segment (event, &segment);
  if (segment.format != GST_FORMAT_TIME)
    return NULL;
  g_mutex_lock (&self->lock);
  if (!self->is_over) {
    self->is_given = TRUE;
    rate = self->rate;
  }
  g_mutex_unlock (&self->lock);
  if (rate == 1.0 || segment.rate != 1.0)
    return NULL;
  segment.rate = rate;
  other = gst_event_new_segment (&segment);
  gst_event_set_seqnum (other, gst_event_get_seqnum (event));
  gst_event_set_running_time_offset (other, gst_event_get_running_time_offset (event));
  return other;
}

/* In the source's thread. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer self)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *other;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT)
    return GST_PAD_PROBE_OK;
  other = rewrite (self, event);
  if (other != NULL) {
    gst_event_unref (event);
    GST_PAD_PROBE_INFO_DATA (info) = other;
  }
  return GST_PAD_PROBE_OK;
}

void
lw_first_rate_attach (LwFirstRate *self, GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, lw_first_rate_ref (self),
                     unref);
}

static void
on_pad_added (GstElement *demuxer, GstPad *pad, gpointer self)
{
  if (GST_PAD_IS_SRC (pad))
    lw_first_rate_attach (self, pad);
}

static gboolean
attach_each (GstElement *demuxer, GstPad *pad, gpointer self)
{
  lw_first_rate_attach (self, pad);
  return TRUE;
}

static void
unref_closure (gpointer self, GClosure *closure)
{
  lw_first_rate_unref (self);
}

void
lw_first_rate_attach_all (LwFirstRate *self, GstElement *demuxer)
{
  g_signal_connect_data (demuxer, "pad-added", G_CALLBACK (on_pad_added), lw_first_rate_ref (self),
                         unref_closure, (GConnectFlags)0);
  gst_element_foreach_src_pad (demuxer, attach_each, self);
}

void
lw_first_rate_set (LwFirstRate *self, double rate)
{
  g_mutex_lock (&self->lock);
  if (!self->is_given)
    self->rate = rate;
  g_mutex_unlock (&self->lock);
}

double
lw_first_rate_get_given (LwFirstRate *self)
{
  double rate;

  g_mutex_lock (&self->lock);
  rate = self->is_given ? self->rate : 1.0;
  g_mutex_unlock (&self->lock);
  return rate;
}

void
lw_first_rate_end (LwFirstRate *self)
{
  g_mutex_lock (&self->lock);
  self->is_over = TRUE;
  g_mutex_unlock (&self->lock);
}
