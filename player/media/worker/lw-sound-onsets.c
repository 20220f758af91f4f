/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sound-onsets.h"

#include <math.h>
#include <string.h>

#define FRAME 256 /* samples */
#define BACK 2    /* steps: against which moment something has risen */
#define FLOOR 0.02
#define LEAST_STEPS 64
/* What both share counts as no less than this, or chance would win at the edges. */
#define LEAST_SHARED 512

static const guint edges_hz[LW_ONSET_N_BANDS + 1] = {200, 400, 650, 1000, 1500, 2200, 3400};

void
lw_onsets_free (LwOnsets *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < LW_ONSET_N_BANDS; i++)
    g_free (self->bands[i]);
  g_free (self);
}

/* Energies of two frames at once: one in the real parts, one in the imaginary ones. */
static void
measure (LwOnsets *self, const LwFft *fft, const float *shape, const LwSound *sound, gsize step)
{
  LwComplex data[FRAME];
  const gint16 *first = sound->samples + step * LW_ONSET_STEP;
  gboolean has_next = step + 1 < self->length;
  const gint16 *next = has_next ? first + LW_ONSET_STEP : first;

  for (guint i = 0; i < FRAME; i++)
    data[i] = (LwComplex){first[i] * shape[i], next[i] * shape[i]};
  lw_fft_forward (fft, data);
  for (guint band = 0; band < LW_ONSET_N_BANDS; band++) {
    double energies[2] = {0};

    for (guint i = edges_hz[band] * FRAME / LW_SOUND_RATE;
         i < edges_hz[band + 1] * FRAME / LW_SOUND_RATE; i++) {
      LwComplex p = data[i], q = data[FRAME - i];
      float re = p.re + q.re, im = p.im - q.im, other_re = p.im + q.im, other_im = q.re - p.re;

      energies[0] += re * re + im * im;
      energies[1] += other_re * other_re + other_im * other_im;
    }
    self->bands[band][step] = (float)energies[0];
    if (has_next)
      self->bands[band][step + 1] = (float)energies[1];
  }
}

/* Energies become rises; FALSE where nothing ever does. */
static gboolean
to_rises (float *band, gsize length)
{
  double mean = 0, squares = 0, floor;

  for (gsize i = 0; i < length; i++)
    mean += band[i];
  mean /= (double)length;
  floor = FLOOR * mean;
  if (mean <= 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    band[i] = logf ((float)(band[i] + floor));
  for (gsize i = length; i-- > 0;)
    band[i] = i >= BACK ? MAX (band[i] - band[i - BACK], 0) : 0;
  mean = 0;
  for (gsize i = 0; i < length; i++) {
    mean += band[i];
    squares += (double)band[i] * band[i];
  }
  mean /= (double)length;
  squares = squares / (double)length - mean * mean;
  if (squares <= 1e-9)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    band[i] = (float)((band[i] - mean) / sqrt (squares));
  return TRUE;
}

LwOnsets *
lw_onsets_new (const LwSound *sound)
{
  g_autoptr (LwOnsets) self = g_new0 (LwOnsets, 1);
  g_autoptr (LwFft) fft = lw_fft_new (FRAME);
  float shape[FRAME];

  if (sound->length < FRAME + LEAST_STEPS * LW_ONSET_STEP)
    return NULL;
  self->length = (sound->length - FRAME) / LW_ONSET_STEP;
  for (guint i = 0; i < FRAME; i++)
    shape[i] = (float)(0.5 - 0.5 * cos (2 * G_PI * i / FRAME)) / 32768;
  for (guint i = 0; i < LW_ONSET_N_BANDS; i++)
    self->bands[i] = g_new (float, self->length);
  for (gsize step = 0; step < self->length; step += 2)
    measure (self, fft, shape, sound, step);
  for (guint i = 0; i < LW_ONSET_N_BANDS; i++)
    if (!to_rises (self->bands[i], self->length))
      memset (self->bands[i], 0, self->length * sizeof (float));
  return g_steal_pointer (&self);
}

static void
load (LwComplex *data, guint n, const LwOnsets *onsets, guint band)
{
  memset (data, 0, n * sizeof *data);
  for (gsize i = 0; i < onsets->length; i++)
    data[i] = (LwComplex){onsets->bands[band][i], onsets->bands[band + 1][i]};
}

float *
lw_onsets_correlate (const LwOnsets *a, const LwOnsets *b, gint64 *ret_first_lag, gsize *ret_length)
{
  gsize length = a->length + b->length - 1;
  guint n = 1;
  g_autoptr (LwFft) fft = NULL;
  g_autofree LwComplex *x = NULL;
  g_autofree LwComplex *y = NULL;
  g_autofree LwComplex *sum = NULL;
  float *scores = g_new (float, length);

  while (n < length)
    n *= 2;
  fft = lw_fft_new (n);
  x = g_new (LwComplex, n);
  y = g_new (LwComplex, n);
  sum = g_new0 (LwComplex, n);
  /* Two bands at once: the real part of their correlation is the sum of both. */
  for (guint band = 0; band < LW_ONSET_N_BANDS; band += 2) {
    load (x, n, a, band);
    load (y, n, b, band);
    lw_fft_forward (fft, x);
    lw_fft_forward (fft, y);
    for (guint i = 0; i < n; i++) {
      sum[i].re += x[i].re * y[i].re + x[i].im * y[i].im;
      sum[i].im += x[i].re * y[i].im - x[i].im * y[i].re;
    }
  }
  lw_fft_inverse (fft, sum);
  *ret_first_lag = 1 - (gint64)a->length;
  *ret_length = length;
  for (gsize i = 0; i < length; i++) {
    gint64 lag = *ret_first_lag + (gint64)i;
    gint64 shared = MIN ((gint64)a->length, (gint64)b->length - lag) - MAX (0, -lag);

    scores[i] = sum[lag >= 0 ? (guint)lag : (guint)(n + lag)].re /
                sqrtf ((float)MAX (shared, LEAST_SHARED));
  }
  return scores;
}
