/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* usage: mark-lines LANGUAGE|-  (-: by each text itself)
 * For each line of input, a JSON text, a line of output: the language and its marks as
 * [start, end, kind, rule], counted in UTF-16 units as a browser counts. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "lw-wording.h"

static gint64
utf16_units (const char *text, gsize bytes)
{
  gint64 n = 0;

  for (const char *at = text; at < text + bytes; at = g_utf8_next_char (at))
    n += g_utf8_get_char (at) > 0xFFFF ? 2 : 1;
  return n;
}

static void
answer (const char *language, const char *text)
{
  g_autoptr (LwWording) wording =
      language[0] == '-' ? lw_wording_choose (text, NULL) : lw_wording_find (language, NULL);
  g_autoptr (GArray) marks = lw_wording_check (wording, text);
  json_object *list = json_object_new_array ();
  json_object *line = json_object_new_object ();

  for (guint i = 0; i < marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (marks, LwWordingMark, i);
    json_object *item = json_object_new_array ();

    json_object_array_add (item, json_object_new_int64 (utf16_units (text, mark->start)));
    json_object_array_add (item, json_object_new_int64 (utf16_units (text, mark->end)));
    json_object_array_add (item, json_object_new_string (mark->kind));
    json_object_array_add (item, json_object_new_string (mark->rule));
    json_object_array_add (list, item);
  }
  json_object_object_add (line, "language",
                          json_object_new_string (lw_wording_get_language (wording)));
  json_object_object_add (line, "marks", list);
  puts (json_object_to_json_string_ext (line, JSON_C_TO_STRING_PLAIN));
  json_object_put (line);
}

int
main (int argc, char **argv)
{
  char *line = NULL;
  size_t size = 0;

  g_assert_cmpint (argc, ==, 2);
  while (getline (&line, &size, stdin) > 0) {
    json_object *text = json_tokener_parse (line);

    g_assert_true (json_object_is_type (text, json_type_string));
    answer (argv[1], json_object_get_string (text));
    json_object_put (text);
  }
  free (line);
  return 0;
}
