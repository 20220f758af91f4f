/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a notes file: refused with a message, or read, and then written and read again
 * without a difference. */

#include "fuzz.h"
#include "lw-format.h"

static LwBundle *
read_bytes (GBytes *bytes)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;
  LwReadHints hints = {0};
  LwBundle *bundle = lw_format_json.read (in, &hints, report, NULL, &error);

  g_assert_true ((bundle == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  return bundle;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (LwBundle) bundle = read_bytes (bytes);
  g_autoptr (LwBundle) again = NULL;
  g_autoptr (GBytes) written = NULL;

  if (bundle == NULL)
    return 0;
  written = fuzz_write (&lw_format_json, bundle);
  again = read_bytes (written);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->notes->len, ==, bundle->notes->len);
  g_assert_true (lw_segment_equal (again->segment, bundle->segment));
  g_assert_true ((again->walk == NULL) == (bundle->walk == NULL));
  if (bundle->walk != NULL) {
    g_assert_true (lw_walk_equal (again->walk, bundle->walk));
    g_assert_true (lw_visit_equal (again->visit, bundle->visit));
  }
  for (guint i = 0; i < bundle->notes->len; i++)
    g_assert_true (lw_note_equal (again->notes->pdata[i], bundle->notes->pdata[i]));
  return 0;
}
