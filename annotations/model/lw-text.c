/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-text.h"

#include <string.h>

#define REPLACEMENT_CHARACTER 0xfffd

static gboolean
is_control (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static gboolean
is_clean (const char *text, gboolean one_line)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_control (c) && (one_line || (c != '\n' && c != '\t')))
      return FALSE;
  }
  return TRUE;
}

char *
lw_text_clean (const char *text, gboolean one_line)
{
  GString *clean;

  if (is_clean (text, one_line))
    return g_strdup (text);
  clean = g_string_sized_new (strlen (text) + 16);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\r' && p[1] == '\n')
      continue;
    if (c == '\n' || c == '\t')
      c = one_line ? ' ' : c;
    else if (is_control (c))
      c = REPLACEMENT_CHARACTER;
    g_string_append_unichar (clean, c);
  }
  return g_string_free (clean, FALSE);
}

char *
lw_text_strip (const char *text)
{
  const char *end;

  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  end = text + strlen (text);
  while (end > text) {
    const char *previous = g_utf8_prev_char (end);

    if (!g_unichar_isspace (g_utf8_get_char (previous)))
      break;
    end = previous;
  }
  return g_strndup (text, (gsize)(end - text));
}
