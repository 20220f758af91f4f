/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A table for spreadsheets: RFC 4180, in UTF-8 with the byte order mark by which spreadsheets
 * tell UTF-8. Written, never read.
 */

#include <string.h>

#include "lw-format.h"

/* Spreadsheets take a cell that begins so for a formula and run it, even from a file that somebody
 * else wrote. An apostrophe in front makes it text. */
static gboolean
looks_like_formula (const char *cell)
{
  static const gunichar fullwidth[] = {0xff0b, 0xff0d, 0xff1d, 0xff20};
  gunichar first = g_utf8_get_char (cell);

  if (*cell != '\0' && strchr ("=+-@\t\r\n|%", *cell) != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (fullwidth); i++)
    if (first == fullwidth[i])
      return TRUE;
  return FALSE;
}

static void
append_cell (GString *line, const char *cell, LwExchangeReport *report)
{
  if (line->len > 0 && line->str[line->len - 1] != '\n')
    g_string_append_c (line, ',');
  g_string_append_c (line, '"');
  if (looks_like_formula (cell)) {
    g_string_append_c (line, '\'');
    lw_exchange_report_omit (report, "Texts that a spreadsheet would run as a formula were given "
                                     "an apostrophe in front.");
  }
  for (const char *p = cell; *p != '\0'; p++) {
    if (*p == '"')
      g_string_append_c (line, '"');
    g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

static void
append_time (GString *line, LwTime time)
{
  g_autofree char *text = lw_time_format_ms (time);

  append_cell (line, text, NULL);
}

static void
append_id (GString *line, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1] = "";

  if (!lw_id_is_none (id))
    lw_id_format (id, text);
  append_cell (line, text, NULL);
}

static void
append_row (GString *line, const LwBundle *bundle, const LwNote *note, LwExchangeReport *report)
{
  const LwTrack *track = lw_bundle_find_track (bundle, &note->track_id);
  const LwId *lens_id = lw_id_is_none (&note->lens_id) ? &track->lens_id : &note->lens_id;
  const LwLens *lens = lw_bundle_find_lens (bundle, lens_id);
  g_autofree char *pass = g_strdup_printf ("%u", note->pass);
  g_autofree char *tags = g_strjoinv (", ", (char **)note->tags);
  g_autofree char *created = lw_utc_format (note->created_utc_us);
  g_autofree char *edited = lw_utc_format (note->edited_utc_us);
  g_autofree char *wall =
      note->wall_utc_ns != 0 ? lw_utc_format (note->wall_utc_ns / LW_USECOND) : NULL;

  append_time (line, note->start);
  append_time (line, note->end);
  append_cell (line, lw_note_kind_to_string (note->kind), NULL);
  append_cell (line, lw_bundle_find_author (bundle, note)->name, report);
  append_cell (line, note->text, report);
  append_cell (line, tags, report);
  append_cell (line, lens != NULL ? lens->name : "", report);
  append_cell (line, pass, NULL);
  append_cell (line, note->on_focus ? "yes" : "", NULL);
  append_cell (line, created, NULL);
  append_cell (line, edited, NULL);
  append_id (line, &note->id);
  append_id (line, &note->reply_to);
  append_cell (line, wall != NULL ? wall : "", NULL);
  g_string_append (line, "\r\n");
  if (!lw_region_is_none (&note->region))
    lw_exchange_report_omit (report, "Places marked in the picture were left out.");
  if (note->start % LW_MSECOND != 0 || note->end % LW_MSECOND != 0)
    lw_exchange_report_omit (report, "Times were rounded down to the millisecond.");
}

static gboolean
csv_write (const LwBundle *bundle,
           GOutputStream *out,
           LwExchangeReport *report,
           GCancellable *cancellable,
           GError **error)
{
  static const char *const columns[] = {"start",  "end",  "kind",     "author",     "text",
                                        "tags",   "lens", "pass",     "on focus",   "created",
                                        "edited", "id",   "reply to", "time of day"};
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    append_cell (text, columns[i], NULL);
  g_string_append (text, "\r\n");
  g_string_prepend (text, "\xef\xbb\xbf");
  for (guint i = 0; i < bundle->notes->len; i++) {
    append_row (text, bundle, bundle->notes->pdata[i], report);
    if (text->len > 64 * 1024 && !lw_exchange_flush (text, out, cancellable, error))
      return FALSE;
  }
  return lw_exchange_flush (text, out, cancellable, error);
}

const LwFormat lw_format_csv = {
    .info =
        {
            .name = "csv",
            .title = "Table for spreadsheets (CSV)",
            .extension = "csv",
            .media_type = "text/csv",
            .abilities = LW_FORMAT_CAN_WRITE,
        },
    .write = csv_write,
};
