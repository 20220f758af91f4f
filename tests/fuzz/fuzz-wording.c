/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any text as a note: marks in its order, each of whole characters; and any bytes as a language's
 * file: refused, or rules that read a note. Before the first line that is "====", the file; without
 * such a line, the bytes are a note. */

#include "fuzz.h"

#include <string.h>

#include "lw-wording.h"

static void
check (LwWording *wording, const char *bytes, gssize size)
{
  g_autofree char *text = g_utf8_make_valid (bytes, size);
  g_autoptr (GArray) marks = lw_wording_check (wording, text);
  gsize before = 0;

  for (guint i = 0; i < marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (marks, LwWordingMark, i);

    g_assert_cmpuint (mark->start, >=, before);
    g_assert_cmpuint (mark->end, >, mark->start);
    g_assert_cmpuint (mark->end, <=, strlen (text));
    g_assert_true (g_utf8_validate (text + mark->start, (gssize)(mark->end - mark->start), NULL));
    g_assert_cmpuint (strlen (mark->reason), >, 0);
    before = mark->end;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char parting[] = "\n====\n";
  g_autofree char *bytes = g_strndup ((const char *)data, size);
  const char *note = strstr (bytes, parting);

  if (note == NULL) {
    g_autoptr (LwWording) wording = lw_wording_choose ("", NULL);
    g_autoptr (LwWording) spanish = lw_wording_find ("es", NULL);

    check (wording, bytes, (gssize)strlen (bytes));
    check (spanish, bytes, (gssize)strlen (bytes));
  } else {
    g_autofree char *file = g_memdup2 (bytes, note - bytes);
    g_autoptr (GError) error = NULL;
    g_autoptr (LwWording) wording =
        lw_wording_parse (file != NULL ? file : "", note - bytes, &error);

    g_assert_true ((wording == NULL) == (error != NULL));
    if (wording != NULL)
      check (wording, note + strlen (parting), (gssize)strlen (note + strlen (parting)));
  }
  return 0;
}
