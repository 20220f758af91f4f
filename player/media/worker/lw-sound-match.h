/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where one recording of a lesson lies in another, by what is heard in both. No I/O.
 *
 * First, over all of it: when sounds begin, in six bands of frequency (the logarithm of the energy
 * against that of a moment before, its rises only), is cross-correlated by Fourier transform; gain
 * and codec fall out of that, and a clock that runs differently only blurs it. Then windows of up
 * to eight seconds, spread over all that the two would share, are each compared by generalized
 * cross-correlation with phase transform (Knapp and Carter, IEEE Transactions on Acoustics, Speech
 * and Signal Processing 24, 1976), which finds a delay to a fraction of a sample. It is the same
 * lesson when most windows lie on one line: its height is the offset, its slope the drift. What
 * fits as well in two places (a bell that strikes again and again) is no match.
 *
 * Thread: any; takes a second or two for two recordings of an hour.
 */

#define LW_SOUND_RATE 8000 /* samples a second, of one channel */

typedef struct {
  const gint16 *samples;
  gsize length;
} LwSound;

typedef struct {
  gboolean is_same; /* the other fields are 0 unless it is, but for the counts */
  double offset_s;  /* time in @b at time 0 of @a: may be negative */
  double drift; /* seconds that @b's clock gains on @a's in a second; 0 where it can't be told */
  guint n_compared; /* windows with something to be heard in them */
  guint n_agreed;   /* of these, those that lie on the line within 8 ms */
} LwSoundMatch;

/* FALSE too for two that share less than 12 seconds. */
gboolean lw_sound_match (const LwSound *a, const LwSound *b, LwSoundMatch *ret_match);

G_END_DECLS
