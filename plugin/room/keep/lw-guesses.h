/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwGuesses:
 *
 * Limits on guesses at codes and passwords: a number at once for each key (an address, a login),
 * and one over all, both filling up again with time. A guess is taken before it is tried and given
 * back when it was right, so that a class that joins from one address is not held up, and many
 * guesses at the same moment do not slip through together.
 *
 * Memory is bounded: beyond a number of keys, those that wait the longest share one limit.
 * Nothing of it is kept on disk.
 *
 * Thread: any.
 */
typedef struct _LwGuesses LwGuesses;

typedef struct {
  guint at_once;  /* for one key */
  guint refill_s; /* one more after that many seconds */
  guint all_at_once;
  guint all_refill_ms;
  guint keys_max;
} LwGuessLimits;

LwGuesses *lw_guesses_new (const LwGuessLimits *limits);
void lw_guesses_free (LwGuesses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwGuesses, lw_guesses_free)

/* @key: an address (of IPv6 the first 64 bits count) or any other text.
 * @now_us: as of g_get_monotonic_time().
 * FALSE: not now; nothing was taken. */
gboolean lw_guesses_take (LwGuesses *self, const char *key, gint64 now_us);
void lw_guesses_give_back (LwGuesses *self, const char *key);
/* How many keys are remembered. */
guint lw_guesses_get_n_keys (LwGuesses *self);

G_END_DECLS
