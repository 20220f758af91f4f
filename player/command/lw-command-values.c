/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

gboolean
lw_command_parse_time (const char *option, const char *text, LwTime *ret, GError **error)
{
  if (lw_time_parse (text, ret))
    return TRUE;
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
               _ ("%s: “%s” is not a time. Write it like 75, 1:15, 1:15.250 or 0:01:15."), option,
               text);
  return FALSE;
}

gboolean
lw_command_parse_kind (const char *text, LwNoteKind *ret, GError **error)
{
  if (lw_note_kind_parse (text, ret))
    return TRUE;
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
               _ ("--kind: “%s” is none. There are noticing, wondering, reply, progress, "
                  "answer and code."),
               text);
  return FALSE;
}

gboolean
lw_command_parse_number (
    const char *option, const char *text, guint64 least, guint64 most, guint64 *ret, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, least, most, ret, NULL))
    return TRUE;
  g_set_error (
      error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
      _ ("%s: “%s” is not a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT "."),
      option, text, least, most);
  return FALSE;
}

/* A number with a point, the same in every locale; nothing after it. */
static gboolean
parse_decimal (const char *text, double *ret)
{
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(value > -1e9 && value < 1e9))
    return FALSE;
  *ret = value;
  return TRUE;
}

gboolean
lw_command_parse_rate (const char *text, double *ret, GError **error)
{
  double value;
  if (parse_decimal (text, &value) && value >= LW_RATE_MIN && value <= LW_RATE_MAX) {
    *ret = value;
    return TRUE;
  }
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
               _ ("--rate: “%s” is not a speed from 0.25 to 4, such as 1.5."), text);
  return FALSE;
}

gboolean
lw_command_parse_region (const char *text, LwRegion *ret, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 5);
  double values[4] = {0};
  gboolean good = g_strv_length (parts) == 4;
  for (gsize i = 0; good && i < 4; i++)
    good = parse_decimal (g_strstrip (parts[i]), &values[i]) && values[i] >= 0 && values[i] <= 100;
  good = good && values[2] > 0 && values[3] > 0 && values[0] + values[2] <= 100 &&
         values[1] + values[3] <= 100;
  LwRegion region = {0};
  if (good) {
    const double scale = LW_REGION_SCALE / 100.0;
    region = (LwRegion){.x = (guint16)(values[0] * scale + 0.5),
                        .y = (guint16)(values[1] * scale + 0.5),
                        .width = (guint16)(values[2] * scale + 0.5),
                        .height = (guint16)(values[3] * scale + 0.5)};
    good = region.width > 0 && region.height > 0;
  }
  if (!good) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 _ ("--region: “%s” is not a part of the picture. Write left, top, width and "
                    "height in percent, such as 25,10,50,30."),
                 text);
    return FALSE;
  }
  *ret = region;
  return TRUE;
}

static char *
read_input (GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[65536];
  size_t count;
  while ((count = fread (buffer, 1, sizeof buffer, stdin)) > 0) {
    g_string_append_len (text, buffer, (gssize)count);
    if (text->len > LW_NOTE_TEXT_MAX_BYTES + 1)
      break; /* lw_note_new() will say that it is too long */
  }
  if (!g_utf8_validate (text->str, (gssize)text->len, NULL)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED, "%s",
                 _ ("What came in is not text in UTF-8. Nothing was changed."));
    return NULL;
  }
  /* The line end that echo and editors add is not part of what was said. */
  if (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
lw_command_read_text (const char *text, GError **error)
{
  g_autofree char *read = NULL;
  if (text != NULL && strcmp (text, "-") != 0)
    read = g_strdup (text);
  else if (text == NULL && isatty (STDIN_FILENO)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE, "%s",
                 _ ("What shall the note say? Give --text “…”, or send the text in by a pipe."));
    return NULL;
  } else
    read = read_input (error);
  if (read == NULL)
    return NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (read));
  if (*stripped == '\0') {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE, "%s",
                 _ ("The text is empty. Write what was said or done, or what you wonder."));
    return NULL;
  }
  return g_steal_pointer (&read);
}
