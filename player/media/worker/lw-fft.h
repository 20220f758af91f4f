/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Discrete Fourier transforms of one length, a power of two. Immutable: any thread. */
typedef struct LwFft LwFft;

typedef struct {
  float re, im;
} LwComplex;

/* @length: a power of two, 2 … 2^24 */
LwFft *lw_fft_new (guint length);
void lw_fft_free (LwFft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFft, lw_fft_free)

/* In place; the inverse is not divided by the length. */
void lw_fft_forward (const LwFft *self, LwComplex *data);
void lw_fft_inverse (const LwFft *self, LwComplex *data);

G_END_DECLS
