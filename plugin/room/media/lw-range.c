/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-range.h"

#include <string.h>

static const char *
skip_space (const char *at)
{
  while (*at == ' ' || *at == '\t')
    at++;
  return at;
}

/* Digits; what is too large for 64 bits is as large as can be. */
static const char *
read_number (const char *at, gboolean *ret_there, guint64 *ret_number)
{
  guint64 number = 0;

  *ret_there = g_ascii_isdigit (*at);
  for (; g_ascii_isdigit (*at); at++) {
    guint digit = (guint)(*at - '0');

    number = number > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64 : number * 10 + digit;
  }
  *ret_number = number;
  return at;
}

LwRangeKind
lw_range_parse (const char *header, guint64 size, guint64 *ret_first, guint64 *ret_last)
{
  guint64 first, last;
  gboolean has_first, has_last;
  const char *at;

  if (header == NULL || g_ascii_strncasecmp (header, "bytes=", strlen ("bytes=")) != 0)
    return LW_RANGE_WHOLE;
  at = skip_space (header + strlen ("bytes="));
  at = read_number (at, &has_first, &first);
  if (*at != '-')
    return LW_RANGE_WHOLE;
  at = skip_space (read_number (at + 1, &has_last, &last));
  if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
    return LW_RANGE_WHOLE;
  if (!has_first) {
    if (last == 0 || size == 0)
      return LW_RANGE_UNSATISFIABLE;
    first = size - MIN (last, size);
    last = size - 1;
  } else {
    if (first >= size)
      return LW_RANGE_UNSATISFIABLE;
    last = has_last ? MIN (last, size - 1) : size - 1;
  }
  *ret_first = first;
  *ret_last = last;
  return LW_RANGE_PART;
}

gboolean
lw_etag_list_contains (const char *list, const char *etag)
{
  gsize length = strlen (etag);
  const char *at = skip_space (list);

  if (g_str_equal (at, "*"))
    return TRUE;
  while (*at != '\0') {
    const char *end;

    if (g_str_has_prefix (at, "W/"))
      at += 2;
    end = *at == '"' ? strchr (at + 1, '"') : NULL;
    if (end == NULL)
      return FALSE;
    end++;
    if ((gsize)(end - at) == length && strncmp (at, etag, length) == 0)
      return TRUE;
    at = skip_space (end);
    if (*at != ',')
      return FALSE;
    at = skip_space (at + 1);
  }
  return FALSE;
}
