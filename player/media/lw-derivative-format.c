/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-derivative-format.h"

#include <string.h>

#include "lw-media-i18n.h"
#include "lw-worker-protocol.h"

static void
filmstrip_clear (gpointer data)
{
  LwFilmstrip *self = data;

  g_free (self->times);
  g_clear_pointer (&self->pixels, g_bytes_unref);
}

LwFilmstrip *
lw_filmstrip_ref (LwFilmstrip *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
lw_filmstrip_unref (LwFilmstrip *self)
{
  g_atomic_rc_box_release_full (self, filmstrip_clear);
}

static void
waveform_clear (gpointer data)
{
  LwWaveform *self = data;

  g_free (self->min_max);
}

LwWaveform *
lw_waveform_ref (LwWaveform *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
lw_waveform_unref (LwWaveform *self)
{
  g_atomic_rc_box_release_full (self, waveform_clear);
}

static gpointer
refuse (GError **error)
{
  g_set_error_literal (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER,
                       _ ("The part of Lessonwalk that reads media files gave an answer that makes "
                          "no sense. The file may be damaged."));
  return NULL;
}

LwFilmstrip *
lw_filmstrip_from_bytes (GBytes *bytes, guint count, guint height, GError **error)
{
  g_autoptr (LwFilmstrip) self = NULL;
  LwFilmstripHead head;
  gsize length, times_size, pixels_size;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length < sizeof head)
    return refuse (error);
  memcpy (&head, data, sizeof head);
  if (head.count < 1 || head.count > count || head.height != height || head.width < 1 ||
      head.width > height * LW_FILMSTRIP_MAX_ASPECT)
    return refuse (error);
  times_size = head.count * sizeof (LwTime);
  pixels_size = (gsize)head.count * head.width * head.height * 4;
  if (length != sizeof head + times_size + pixels_size)
    return refuse (error);
  self = g_atomic_rc_box_new0 (LwFilmstrip);
  self->count = head.count;
  self->width = head.width;
  self->height = head.height;
  self->times = g_memdup2 (data + sizeof head, times_size);
  for (guint i = 0; i < self->count; i++) {
    if (!LW_TIME_IS_MOMENT (self->times[i]) || (i > 0 && self->times[i] <= self->times[i - 1]))
      return refuse (error);
  }
  self->pixels = g_bytes_new_from_bytes (bytes, sizeof head + times_size, pixels_size);
  return g_steal_pointer (&self);
}

LwWaveform *
lw_waveform_from_bytes (GBytes *bytes, LwTime step, GError **error)
{
  LwWaveform *self;
  LwWaveformHead head;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length < sizeof head)
    return refuse (error);
  memcpy (&head, data, sizeof head);
  if (head.step != step || head.count < 1 || head.count > LW_MEDIA_MAX_PEAKS ||
      length != sizeof head + 2 * (gsize)head.count)
    return refuse (error);
  self = g_atomic_rc_box_new0 (LwWaveform);
  self->step = head.step;
  self->count = head.count;
  self->min_max = g_memdup2 (data + sizeof head, 2 * (gsize)head.count);
  return self;
}
