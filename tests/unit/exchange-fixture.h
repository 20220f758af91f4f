/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-exchange.h"

G_BEGIN_DECLS

/* Stores in a folder, and what goes out of them and into them as text. */

LwStore *open_store (const char *dir, const char *name);
void remove_dir (const char *dir);
/* (transfer full) */
char *
export_text (LwStore *store, const char *format, const LwId *segment_id, LwExchangeReport *report);
gboolean import_text (LwStore *store,
                      const char *format,
                      const char *text,
                      const LwId *segment_id,
                      const LwId *person_id,
                      LwExchangeReport *report,
                      GError **error);
guint64 count_ops (LwStore *store);
void assert_sound (LwStore *store);
/* Of the JSON of notes; writes a file into @dir. */
void assert_meets_schema (const char *dir, const char *text);

G_END_DECLS
