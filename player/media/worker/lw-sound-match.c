/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sound-match.h"

#include <math.h>
#include <string.h>

#include "lw-sound-onsets.h"

#define N_CANDIDATES 5
/* Of the best one's score: another that is so likely, and holds as well, and nobody can tell. */
#define AS_LIKELY 0.93
#define APART (LW_ONSET_RATE / 2) /* of two candidates, in steps */
#define LEAST_SCORE 5.0           /* of a candidate, against what chance gives */

#define MAX_WINDOWS 16
#define LEAST_WINDOWS 5
#define LEAST_SHARE 0.5
#define SMALLEST_WINDOW 16384 /* samples */
#define LARGEST_WINDOW 65536
#define WINDOWS_IN_SHARED 6
/* How far a window's delay may be from what the candidate says: its step, and the drift. */
#define NEAR_S 0.1
#define FAR_S 1.0
#define MAX_DRIFT 100e-6
#define AGREE_S 0.008
#define QUIET 0.05 /* of the loudness of the whole */
/* Above what the phases of unlike windows come to by chance, so much more is heard in both. */
#define HEARD 2.0
#define LOWEST_HZ 150
#define HIGHEST_HZ 3600
/* A shorter line says nothing of the slope. */
#define DRIFT_FROM_S 120.0
#define DRIFT_WORTH_S 0.002

typedef struct {
  double at;    /* of the window's middle, seconds of a */
  double delay; /* b's time less a's */
} Reading;

typedef struct {
  const LwSound *a, *b;
  LwFft *fft;
  LwComplex *x, *y;
  gsize window; /* samples */
} Comparing;

/* ---- where it could be ---- */

typedef struct {
  gint64 lag; /* steps */
  double score;
} Candidate;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* What chance comes to: the median of many, so that the peaks have no say. */
static double
find_spread (const float *scores, gsize length)
{
  g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (double));
  gsize step = MAX (length / 4096, 1);

  for (gsize i = 0; i < length; i += step) {
    double size = fabs (scores[i]);

    if (size > 0)
      g_array_append_val (some, size);
  }
  if (some->len == 0)
    return 0;
  g_array_sort (some, compare_doubles);
  return g_array_index (some, double, some->len / 2) / 0.6745;
}

static guint
pick (float *scores, gsize length, gint64 first_lag, Candidate *candidates)
{
  double spread = find_spread (scores, length);
  guint n = 0;

  for (; n < N_CANDIDATES && spread > 0; n++) {
    gsize best = 0, from, to;

    for (gsize i = 1; i < length; i++)
      best = scores[i] > scores[best] ? i : best;
    if (scores[best] < LEAST_SCORE * spread)
      break;
    candidates[n] = (Candidate){(gint64)best + first_lag, scores[best] / spread};
    from = best > APART ? best - APART : 0;
    to = MIN (best + APART, length - 1);
    memset (scores + from, 0, (to - from + 1) * sizeof *scores);
  }
  return n;
}

static guint
find_candidates (const LwSound *a, const LwSound *b, Candidate *candidates)
{
  g_autoptr (LwOnsets) onsets_a = lw_onsets_new (a);
  g_autoptr (LwOnsets) onsets_b = lw_onsets_new (b);
  g_autofree float *scores = NULL;
  gint64 first_lag;
  gsize length;

  if (onsets_a == NULL || onsets_b == NULL)
    return 0;
  scores = lw_onsets_correlate (onsets_a, onsets_b, &first_lag, &length);
  return pick (scores, length, first_lag, candidates);
}

/* ---- windows ---- */

static double
loudness (const LwSound *sound, gsize from, gsize to)
{
  double sum = 0;

  for (gsize i = from; i < to; i++)
    sum += (double)sound->samples[i] * sound->samples[i];
  return to > from ? sqrt (sum / (double)(to - from)) : 0;
}

static void
load (LwComplex *data, guint n, const LwSound *sound, gint64 from, gsize length)
{
  memset (data, 0, n * sizeof *data);
  for (gsize i = 0; i < length; i++) {
    gint64 at = from + (gint64)i;

    if (at >= 0 && (gsize)at < sound->length)
      data[i].re = (float)sound->samples[at] / 32768;
  }
}

/* Only the phases of what both have, in the band that speech and codecs leave. Returns: how many.
 */
static guint
whiten (LwComplex *x, const LwComplex *y, guint n)
{
  guint lowest = (guint)((guint64)LOWEST_HZ * n / LW_SOUND_RATE);
  guint highest = (guint)((guint64)HIGHEST_HZ * n / LW_SOUND_RATE), used = 0;

  for (guint i = 0; i < n; i++) {
    guint frequency = MIN (i, n - i);
    float re = x[i].re * y[i].re + x[i].im * y[i].im;
    float im = x[i].re * y[i].im - x[i].im * y[i].re;
    float size = sqrtf (re * re + im * im);

    if (frequency < lowest || frequency > highest || size < 1e-12f) {
      x[i] = (LwComplex){0, 0};
      continue;
    }
    x[i] = (LwComplex){re / size, im / size};
    used++;
  }
  return used;
}

/* Between three samples around a peak. */
static double
refine (float before, float at, float after)
{
  double bend = before - 2.0 * at + after;

  return bend < 0 ? CLAMP (0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

/* The delay of the window that begins at @from of a, near @delay_s; FALSE: nothing is heard in
 * both. */
static gboolean
read_window (const Comparing *self, gsize from, double delay_s, double near_s, Reading *ret_reading)
{
  guint n = (guint)(2 * self->window), used, at = 0;
  gint64 near = (gint64)ceil (near_s * LW_SOUND_RATE);
  gint64 begin = (gint64)from + llround (delay_s * LW_SOUND_RATE) - near;
  gsize wide = self->window + 2 * (gsize)near;
  double chance;

  load (self->x, n, self->a, (gint64)from, self->window);
  load (self->y, n, self->b, begin, MIN (wide, n));
  lw_fft_forward (self->fft, self->x);
  lw_fft_forward (self->fft, self->y);
  used = whiten (self->x, self->y, n);
  lw_fft_inverse (self->fft, self->x);
  for (guint i = 1; i <= 2 * near; i++)
    at = self->x[i].re > self->x[at].re ? i : at;
  /* The greatest of so many sums of random phases. */
  chance = sqrt (2.0 * log (2.0 * (double)near) * used);
  if (used == 0 || at == 0 || at == 2 * near || self->x[at].re < HEARD * chance)
    return FALSE;
  ret_reading->at = ((double)from + (double)self->window / 2) / LW_SOUND_RATE;
  ret_reading->delay =
      (double)(begin - (gint64)from + at) / LW_SOUND_RATE +
      refine (self->x[at - 1].re, self->x[at].re, self->x[at + 1].re) / LW_SOUND_RATE;
  return TRUE;
}

/* In a part of a, the window with most to hear. */
static gsize
find_loudest (const Comparing *self, gsize from, gsize to)
{
  gsize best = from;
  double most = -1;

  for (gsize at = from; at + self->window <= to; at += self->window / 2) {
    double loud = loudness (self->a, at, at + self->window);

    if (loud > most) {
      most = loud;
      best = at;
    }
  }
  return best;
}

/* ---- one line through them ---- */

typedef struct {
  double offset, drift;
  guint n;
} Line;

static double
miss (const Line *line, const Reading *reading)
{
  return fabs (reading->delay - line->offset - line->drift * reading->at);
}

static guint
count_on (const Line *line, const Reading *readings, guint n)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    count += miss (line, &readings[i]) <= AGREE_S;
  return count;
}

static void
try_line (Line *best, double offset, double drift, const Reading *readings, guint n)
{
  Line line = {offset, drift, 0};

  line.n = count_on (&line, readings, n);
  if (line.n > best->n)
    *best = line;
}

/* Least squares through those that agree. */
static void
settle_line (Line *line, const Reading *readings, guint n, gboolean tilts)
{
  double t = 0, d = 0, tt = 0, td = 0;

  for (guint i = 0; i < n; i++)
    if (miss (line, &readings[i]) <= AGREE_S) {
      t += readings[i].at;
      d += readings[i].delay;
      tt += readings[i].at * readings[i].at;
      td += readings[i].at * readings[i].delay;
    }
  if (tilts && line->n * tt - t * t > 0)
    line->drift = CLAMP ((line->n * td - t * d) / (line->n * tt - t * t), -MAX_DRIFT, MAX_DRIFT);
  line->offset = (d - line->drift * t) / line->n;
}

static Line
fit (const Reading *readings, guint n, double shared_s)
{
  gboolean tilts = shared_s >= DRIFT_FROM_S;
  Line line = {0};

  for (guint i = 0; i < n; i++) {
    try_line (&line, readings[i].delay, 0, readings, n);
    for (guint j = i + 1; j < n && tilts; j++) {
      double apart = readings[j].at - readings[i].at;
      double drift = (readings[j].delay - readings[i].delay) / apart;

      if (apart >= shared_s / 4 && fabs (drift) <= MAX_DRIFT)
        try_line (&line, readings[i].delay - drift * readings[i].at, drift, readings, n);
    }
  }
  if (line.n == 0)
    return line;
  settle_line (&line, readings, n, tilts);
  if (fabs (line.drift) * shared_s < DRIFT_WORTH_S) {
    line.drift = 0;
    settle_line (&line, readings, n, FALSE);
  }
  line.n = count_on (&line, readings, n);
  return line;
}

/* ---- a candidate ---- */

static void
compare_at (Comparing *self, double delay_s, LwSoundMatch *match)
{
  double length_a = (double)self->a->length, length_b = (double)self->b->length;
  double from = MAX (0, -delay_s * LW_SOUND_RATE);
  double to = MIN (length_a, length_b - delay_s * LW_SOUND_RATE);
  double shared_s = (to - from) / LW_SOUND_RATE;
  double quiet = QUIET * loudness (self->a, 0, self->a->length);
  double near_s = MIN (NEAR_S + MAX_DRIFT * shared_s, FAR_S);
  Reading readings[MAX_WINDOWS];
  guint n_windows, n = 0;
  Line line;

  *match = (LwSoundMatch){0};
  self->window = LARGEST_WINDOW;
  while (self->window >= SMALLEST_WINDOW && to - from < WINDOWS_IN_SHARED * (double)self->window)
    self->window /= 2;
  if (self->window < SMALLEST_WINDOW)
    return;
  self->fft = lw_fft_new ((guint)(2 * self->window));
  n_windows = (guint)MIN ((to - from) / (double)self->window, MAX_WINDOWS);
  for (guint i = 0; i < n_windows; i++) {
    gsize first = (gsize)(from + (to - from) * i / n_windows);
    gsize behind = (gsize)(from + (to - from) * (i + 1) / n_windows);
    gsize at = find_loudest (self, first, behind);

    if (loudness (self->a, at, at + self->window) <= quiet)
      continue;
    match->n_compared++;
    n += read_window (self, at, delay_s, near_s, &readings[n]);
  }
  g_clear_pointer (&self->fft, lw_fft_free);
  line = fit (readings, n, shared_s);
  match->n_agreed = line.n;
  match->is_same = line.n >= LEAST_WINDOWS && line.n >= LEAST_SHARE * match->n_compared;
  if (match->is_same) {
    match->offset_s = line.offset;
    match->drift = line.drift;
  }
}

gboolean
lw_sound_match (const LwSound *a, const LwSound *b, LwSoundMatch *ret_match)
{
  Candidate candidates[N_CANDIDATES];
  Comparing comparing = {.a = a, .b = b};
  guint n = find_candidates (a, b, candidates);
  double score = 0;
  g_autofree LwComplex *x = g_new (LwComplex, 2 * LARGEST_WINDOW);
  g_autofree LwComplex *y = g_new (LwComplex, 2 * LARGEST_WINDOW);

  comparing.x = x;
  comparing.y = y;
  *ret_match = (LwSoundMatch){0};
  for (guint i = 0; i < n; i++) {
    LwSoundMatch match;

    if (ret_match->is_same && candidates[i].score < AS_LIKELY * score)
      break;
    compare_at (&comparing, (double)candidates[i].lag / LW_ONSET_RATE, &match);
    /* A bell that strikes again and again. */
    if (match.is_same && ret_match->is_same) {
      *ret_match = (LwSoundMatch){.n_compared = match.n_compared};
      return FALSE;
    }
    if (match.is_same || match.n_agreed > ret_match->n_agreed || i == 0)
      *ret_match = match;
    if (match.is_same)
      score = candidates[i].score;
  }
  return ret_match->is_same;
}
