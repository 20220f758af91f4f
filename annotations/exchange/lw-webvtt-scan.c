/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-webvtt-scan.h"

#include <string.h>

#include "lw-exchange.h"

void
lw_vtt_block_clear (LwVttBlock *block)
{
  g_clear_pointer (&block->id, g_free);
  g_clear_pointer (&block->payload, g_free);
}

void
lw_vtt_scanner_clear (LwVttScanner *scanner)
{
  g_clear_pointer (&scanner->text, g_free);
}

/* ---- lines ---- */

/* NUL becomes U+FFFD and each line ends in LF, as the specification begins. */
static char *
normalise (const char *bytes, gsize length)
{
  GString *text = g_string_sized_new (length + 1);

  for (gsize i = 0; i < length; i++) {
    if (bytes[i] == '\0')
      g_string_append (text, "\xef\xbf\xbd");
    else if (bytes[i] != '\r')
      g_string_append_c (text, bytes[i]);
    else if (i + 1 == length || bytes[i + 1] != '\n')
      g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

/* The end of the line at @at: its LF or the closing NUL. */
static const char *
line_end (const char *at)
{
  return at + strcspn (at, "\n");
}

static gboolean
line_is_empty (const char *at)
{
  return *at == '\n' || *at == '\0';
}

static gboolean
line_has_arrow (const char *at)
{
  return g_strstr_len (at, line_end (at) - at, "-->") != NULL;
}

static void
step (LwVttScanner *scanner)
{
  scanner->at = line_end (scanner->at);
  if (*scanner->at == '\n') {
    scanner->at++;
    scanner->line++;
  }
}

gboolean
lw_vtt_scanner_init (LwVttScanner *scanner, char *bytes, gsize length, GError **error)
{
  const char *bad;

  memset (scanner, 0, sizeof *scanner);
  scanner->text = normalise (bytes, length);
  g_free (bytes);
  scanner->line = 1;
  if (!g_utf8_validate (scanner->text, -1, &bad)) {
    guint line = 1;

    for (const char *p = scanner->text; p < bad; p++)
      line += *p == '\n';
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                 "Line %u: this is not UTF-8 text. Nothing was imported; save the file as UTF-8 "
                 "and try again.",
                 line);
    return FALSE;
  }
  scanner->at = scanner->text;
  if (g_str_has_prefix (scanner->at, "\xef\xbb\xbf"))
    scanner->at += 3;
  if (!g_str_has_prefix (scanner->at, "WEBVTT") || strchr (" \t\n", scanner->at[6]) == NULL) {
    g_set_error_literal (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                         "Line 1: a WebVTT file begins with \"WEBVTT\", and this one does not. "
                         "Nothing was imported.");
    return FALSE;
  }
  step (scanner);
  /* What follows at once is the header's, until an empty line or a cue. */
  while (!line_is_empty (scanner->at) && !line_has_arrow (scanner->at))
    step (scanner);
  return TRUE;
}

/* ---- times ---- */

static gboolean
parse_digits (const char **at, guint least, guint most, gint64 *ret_value)
{
  guint n = 0;
  gint64 value = 0;

  for (; g_ascii_isdigit (**at) && n < most; n++)
    value = value * 10 + *(*at)++ - '0';
  *ret_value = value;
  return n >= least && !g_ascii_isdigit (**at);
}

/* [hours:]minutes:seconds.milliseconds, with two or more digits of hours. */
static gboolean
parse_time (const char **at, LwTime *ret_time)
{
  gint64 first, hours = 0, minutes, seconds, ms;

  if (!parse_digits (at, 2, 6, &first) || *(*at)++ != ':' || !parse_digits (at, 2, 2, &seconds))
    return FALSE;
  minutes = first;
  if (**at == ':') {
    (*at)++;
    hours = first;
    minutes = seconds;
    if (!parse_digits (at, 2, 2, &seconds))
      return FALSE;
  }
  if (*(*at)++ != '.' || !parse_digits (at, 3, 3, &ms) || minutes > 59 || seconds > 59)
    return FALSE;
  *ret_time = ((hours * 60 + minutes) * 60 + seconds) * LW_SECOND + ms * LW_MSECOND;
  return LW_TIME_IS_MOMENT (*ret_time);
}

/* Settings behind the times say how a cue is laid out: not read. */
static gboolean
parse_times (const char *at, LwTime *ret_start, LwTime *ret_end)
{
  at += strspn (at, " \t\f");
  if (!parse_time (&at, ret_start))
    return FALSE;
  at += strspn (at, " \t\f");
  if (strncmp (at, "-->", 3) != 0)
    return FALSE;
  at += 3;
  at += strspn (at, " \t\f");
  return parse_time (&at, ret_end) && strchr (" \t\f\n", *at) != NULL && *ret_end >= *ret_start;
}

/* ---- blocks ---- */

/* The lines until an empty one or one with an arrow, joined by LF. */
static char *
take_lines (LwVttScanner *scanner)
{
  const char *begin = scanner->at;
  const char *end = begin;

  while (!line_is_empty (scanner->at) && !line_has_arrow (scanner->at)) {
    end = line_end (scanner->at);
    step (scanner);
  }
  return g_strndup (begin, end - begin);
}

static gboolean
line_is_word (const char *at, const char *word)
{
  gsize length = strlen (word);

  return strncmp (at, word, length) == 0 && strchr (" \t\n", at[length]) != NULL;
}

void
lw_vtt_scanner_next (LwVttScanner *scanner, LwVttBlock *ret_block)
{
  const char *first, *second;

  memset (ret_block, 0, sizeof *ret_block);
  while (*scanner->at == '\n')
    step (scanner);
  ret_block->line = scanner->line;
  if (*scanner->at == '\0')
    return;
  first = scanner->at;
  second = line_end (first);
  second += *second == '\n';
  if (line_has_arrow (first) || (!line_is_empty (second) && line_has_arrow (second))) {
    ret_block->kind = LW_VTT_CUE;
    if (line_has_arrow (first)) {
      ret_block->id = g_strdup ("");
    } else {
      ret_block->id = g_strndup (first, line_end (first) - first);
      step (scanner);
    }
    ret_block->has_times = parse_times (scanner->at, &ret_block->start, &ret_block->end);
    step (scanner);
    ret_block->payload = take_lines (scanner);
  } else if (line_is_word (first, "NOTE")) {
    g_autofree char *lines = take_lines (scanner);

    ret_block->kind = LW_VTT_NOTE;
    ret_block->payload = g_strdup (lines + strlen ("NOTE"));
    g_strstrip (ret_block->payload);
  } else {
    ret_block->kind = LW_VTT_OTHER;
    ret_block->payload = take_lines (scanner);
  }
}
