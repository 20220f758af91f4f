/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-fft.h"
#include "lw-sound-match.h"

G_BEGIN_DECLS

/* When sounds begin in a recording, band by band: what lw-sound-match.h looks over all of it with.
 */

#define LW_ONSET_STEP 128 /* samples */
#define LW_ONSET_RATE (LW_SOUND_RATE / (double)LW_ONSET_STEP)
#define LW_ONSET_N_BANDS 6

typedef struct {
  gsize length;                   /* steps */
  float *bands[LW_ONSET_N_BANDS]; /* each of mean 0 and spread 1 */
} LwOnsets;

/* NULL if there is too little of it, or nothing in it. */
LwOnsets *lw_onsets_new (const LwSound *sound);
void lw_onsets_free (LwOnsets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwOnsets, lw_onsets_free)

/* How alike they are at each lag of b's steps behind a's, against what they share; the first is
 * @ret_first_lag. (transfer full) */
float *lw_onsets_correlate (const LwOnsets *a,
                            const LwOnsets *b,
                            gint64 *ret_first_lag,
                            gsize *ret_length);

G_END_DECLS
