/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-rounds.h"

#define PREFIX "round:"
#define ROUND_MAX 1000000

guint
lw_rounds_of_tags (const char *const *tags)
{
  for (gsize i = 0; tags[i] != NULL; i++) {
    guint64 round;

    if (g_str_has_prefix (tags[i], PREFIX) &&
        g_ascii_string_to_unsigned (tags[i] + sizeof PREFIX - 1, 10, 1, ROUND_MAX, &round, NULL))
      return (guint)round - 1;
  }
  return 0;
}
