/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-search-text.h"

#include <string.h>

static gboolean
is_unspaced (gunichar c)
{
  /* The mark that lengthens a vowel belongs to no script, but stands in Japanese words only. */
  if (c < 0x0e00)
    return FALSE;
  if (c == 0x30fc)
    return TRUE;
  switch (g_unichar_get_script (c)) {
  case G_UNICODE_SCRIPT_HAN:
  case G_UNICODE_SCRIPT_HIRAGANA:
  case G_UNICODE_SCRIPT_KATAKANA:
  case G_UNICODE_SCRIPT_BOPOMOFO:
  case G_UNICODE_SCRIPT_THAI:
  case G_UNICODE_SCRIPT_LAO:
  case G_UNICODE_SCRIPT_KHMER:
  case G_UNICODE_SCRIPT_MYANMAR:
  case G_UNICODE_SCRIPT_TIBETAN:
  case G_UNICODE_SCRIPT_YI:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++) {
    if ((guchar)*text >= 0x80)
      return FALSE;
  }
  return TRUE;
}

static char *
drop_accents (const char *text)
{
  g_autofree char *apart = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  GString *bare = g_string_sized_new (strlen (apart));

  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c < 0x300 || c > 0x36f)
      g_string_append_unichar (bare, c);
  }
  g_free (g_steal_pointer (&apart));
  apart = g_string_free (bare, FALSE);
  return g_utf8_normalize (apart, -1, G_NORMALIZE_ALL_COMPOSE);
}

char *
lw_search_text_fold (const char *text)
{
  g_autofree char *bare = NULL;
  gboolean within_unspaced = FALSE;
  GString *folded;

  if (is_ascii (text))
    return NULL;
  bare = drop_accents (text);
  folded = g_string_sized_new (strlen (bare) * 2);
  for (const char *p = bare; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    /* A vowel or tone mark stays with its letter. */
    if (!g_unichar_ismark (c)) {
      gboolean unspaced = is_unspaced (c);

      if (unspaced || within_unspaced)
        g_string_append_c (folded, ' ');
      within_unspaced = unspaced;
    }
    g_string_append_unichar (folded, c);
  }
  return g_string_free (folded, FALSE);
}

gboolean
lw_search_text_ends_unspaced (const char *text)
{
  const char *p = text + strlen (text);

  while (p > text) {
    gunichar c;

    p = g_utf8_prev_char (p);
    c = g_utf8_get_char (p);
    if (!g_unichar_ismark (c))
      return is_unspaced (c);
  }
  return FALSE;
}
