/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Radix 2, decimation in time (Cooley and Tukey, 1965). libavutil's, which is faster, goes up to 2^17
 * only, and an hour of onsets needs 2^19. */

#include "lw-fft.h"

#include <math.h>

struct LwFft {
  guint length;
  guint *reversed;  /* of each place, the one with its bits in the other order */
  LwComplex *turns; /* of each stage, one after the other: the half circle in its steps */
};

LwFft *
lw_fft_new (guint length)
{
  LwFft *self;
  LwComplex *turn;

  g_return_val_if_fail (length >= 2 && length <= 1u << 24 && (length & (length - 1)) == 0, NULL);
  self = g_new0 (LwFft, 1);
  self->length = length;
  self->reversed = g_new0 (guint, length);
  self->turns = turn = g_new (LwComplex, length);
  for (guint i = 1; i < length; i++)
    self->reversed[i] = self->reversed[i >> 1] >> 1 | ((i & 1) != 0 ? length >> 1 : 0);
  for (guint half = 1; half < length; half *= 2)
    for (guint i = 0; i < half; i++, turn++) {
      double angle = -G_PI * i / half;

      *turn = (LwComplex){(float)cos (angle), (float)sin (angle)};
    }
  return self;
}

void
lw_fft_free (LwFft *self)
{
  if (self == NULL)
    return;
  g_free (self->reversed);
  g_free (self->turns);
  g_free (self);
}

static void
combine (LwComplex *low, LwComplex *high, const LwComplex *turns, guint half)
{
  for (guint i = 0; i < half; i++) {
    float re = high[i].re * turns[i].re - high[i].im * turns[i].im;
    float im = high[i].re * turns[i].im + high[i].im * turns[i].re;

    high[i].re = low[i].re - re;
    high[i].im = low[i].im - im;
    low[i].re += re;
    low[i].im += im;
  }
}

void
lw_fft_forward (const LwFft *self, LwComplex *data)
{
  const LwComplex *turns = self->turns;

  for (guint i = 0; i < self->length; i++) {
    guint other = self->reversed[i];

    if (i < other) {
      LwComplex kept = data[i];

      data[i] = data[other];
      data[other] = kept;
    }
  }
  for (guint half = 1; half < self->length; turns += half, half *= 2)
    for (guint from = 0; from < self->length; from += 2 * half)
      combine (data + from, data + from + half, turns, half);
}

static void
swap_parts (LwComplex *data, guint length)
{
  for (guint i = 0; i < length; i++)
    data[i] = (LwComplex){data[i].im, data[i].re};
}

void
lw_fft_inverse (const LwFft *self, LwComplex *data)
{
  swap_parts (data, self->length);
  lw_fft_forward (self, data);
  swap_parts (data, self->length);
}
