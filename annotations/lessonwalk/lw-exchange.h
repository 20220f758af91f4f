/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-store.h"

G_BEGIN_DECLS

/*
 * Other people's formats. Each is one LwFormat in one file, listed in lw-exchange.c; a new one
 * adds a file and a line.
 *
 * Thread: any. Blocks: on the streams and the store.
 */

#define LW_EXCHANGE_ERROR (lw_exchange_error_quark ())
GQuark lw_exchange_error_quark (void);

typedef enum {
  LW_EXCHANGE_ERROR_SYNTAX,      /* not of this format; the message says where (line, or path) */
  LW_EXCHANGE_ERROR_VERSION,     /* of a version that this Lessonwalk does not know */
  LW_EXCHANGE_ERROR_LIMIT,       /* too large, too deep or too many */
  LW_EXCHANGE_ERROR_UNSUPPORTED, /* the format is unknown, or cannot be read (or written) */
} LwExchangeError;

typedef enum {
  LW_FORMAT_CAN_READ = 1 << 0,
  LW_FORMAT_CAN_WRITE = 1 << 1,
} LwFormatAbility;

typedef struct {
  const char *name;       /* "webvtt": for --format */
  const char *title;      /* "WebVTT": for people */
  const char *extension;  /* "vtt" */
  const char *media_type; /* "text/vtt" */
  LwFormatAbility abilities;
} LwFormatInfo;

/* Every format there is; NULL-terminated array of pointers, owned by the library. */
const LwFormatInfo *const *lw_formats (void);
const LwFormatInfo *lw_format_by_name (const char *name);
/* By the file name's extension. NULL if unknown. */
const LwFormatInfo *lw_format_for_path (const char *path);

/* What happened on the way, so that nothing is lost in silence. */
typedef struct {
  guint64 notes;      /* written or read */
  guint64 unchanged;  /* read, and there already, the same */
  GPtrArray *omitted; /* (element-type utf8): one sentence for each kind of thing that the format
                         cannot carry and that was there */
} LwExchangeReport;

LwExchangeReport *lw_exchange_report_new (void);
void lw_exchange_report_free (LwExchangeReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwExchangeReport, lw_exchange_report_free)

/**
 * lw_export:
 * @format: a format that can write
 * @segment_id: the segment whose notes to write
 * @query: (nullable): which of them; its segment_id is set by this call
 * @report: (nullable): filled in
 *
 * No local path is ever written. @out is flushed, not closed.
 */
gboolean lw_export (LwStore *store,
                    const LwFormatInfo *format,
                    const LwId *segment_id,
                    const LwNoteQuery *query,
                    GOutputStream *out,
                    LwExchangeReport *report,
                    GCancellable *cancellable,
                    GError **error);

/**
 * lw_import:
 * @format: a format that can read
 * @segment_id: (nullable): the segment to attach to; %NULL: what the file names (only formats that
 *   name one, such as our own JSON)
 * @person_id: whose track notes go to when the file names no author
 *
 * All or nothing: on error the store is as it was. Twice is once.
 */
gboolean lw_import (LwStore *store,
                    const LwFormatInfo *format,
                    GInputStream *in,
                    const LwId *segment_id,
                    const LwId *person_id,
                    LwExchangeReport *report,
                    GCancellable *cancellable,
                    GError **error);

G_END_DECLS
