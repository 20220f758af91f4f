/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-bundle.h"
#include "lw-exchange.h"

G_BEGIN_DECLS

/*
 * How a format is made: a value of this type in a file of its own, and a line in lw-exchange.c.
 * A format turns bytes into a bundle and a bundle into bytes; it never sees the store, so it can
 * be tested and fuzzed alone.
 */

/* What a reader may need to know and the file does not say. */
typedef struct {
  LwId segment_id; /* what the notes are for; may be none */
  LwId person_id;  /* whose notes they are when the file names no author; may be none */
} LwReadHints;

typedef struct {
  LwFormatInfo info;
  gboolean (*write) (const LwBundle *bundle,
                     GOutputStream *out,
                     LwExchangeReport *report,
                     GCancellable *cancellable,
                     GError **error);
  LwBundle *(*read) (GInputStream *in,
                     const LwReadHints *hints,
                     LwExchangeReport *report,
                     GCancellable *cancellable,
                     GError **error);
} LwFormat;

extern const LwFormat lw_format_csv;
extern const LwFormat lw_format_json;
extern const LwFormat lw_format_webvtt;

/* The maker behind one of lw_formats(); %NULL for a stranger's. */
const LwFormat *lw_format_from_info (const LwFormatInfo *info);

/* Adds a sentence to what was left out, once however often it is said. @report is nullable. */
void lw_exchange_report_omit (LwExchangeReport *report, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/**
 * lw_exchange_read_all:
 * @max_bytes: more than this is refused with %LW_EXCHANGE_ERROR_LIMIT, before it is held
 *
 * Returns: (transfer full): the bytes, with a NUL behind them that @ret_length leaves out
 */
char *lw_exchange_read_all (GInputStream *in,
                            gsize max_bytes,
                            gsize *ret_length,
                            GCancellable *cancellable,
                            GError **error);

/* Writes all of @text, then empties it for the next piece. */
gboolean
lw_exchange_flush (GString *text, GOutputStream *out, GCancellable *cancellable, GError **error);

G_END_DECLS
