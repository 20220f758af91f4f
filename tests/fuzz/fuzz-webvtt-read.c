/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as WebVTT: refused with a message, or read, and then written and read again with
 * everything that the format carries. */

#include "fuzz.h"
#include "lw-format.h"

static LwBundle *
read_bytes (GBytes *bytes)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;
  LwReadHints hints = {.segment_id = {{1}}, .person_id = {{2}}};
  LwBundle *bundle = lw_format_webvtt.read (in, &hints, report, NULL, &error);

  g_assert_true ((bundle == NULL) == (error != NULL));
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
  written = fuzz_write (&lw_format_webvtt, bundle);
  again = read_bytes (written);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->notes->len, ==, bundle->notes->len);
  for (guint i = 0; i < bundle->notes->len; i++) {
    const LwNote *a = bundle->notes->pdata[i];
    const LwNote *b = again->notes->pdata[i];

    g_assert_true (lw_id_equal (&a->id, &b->id));
    g_assert_true (lw_id_equal (&a->author_id, &b->author_id));
    g_assert_true (lw_id_equal (&a->reply_to, &b->reply_to));
    g_assert_cmpint (a->kind, ==, b->kind);
    g_assert_cmpstr (a->text, ==, b->text);
    g_assert_cmpint (a->start, ==, b->start);
    g_assert_cmpint (a->end, ==, b->end);
    g_assert_cmpint (a->edited_utc_us, ==, b->edited_utc_us);
    g_assert_cmpuint (g_strv_length ((char **)a->tags), ==, g_strv_length ((char **)b->tags));
  }
  return 0;
}
