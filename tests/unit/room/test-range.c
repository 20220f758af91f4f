/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ranges, entity tags and tus metadata against second opinions that count byte by byte. */

#include <string.h>

#include "lw-range.h"
#include "lw-tus-metadata.h"

#define CASES 200000

/* RFC 9110, 14.1.2, asked of each byte of a small file in turn. */
static gboolean
is_in_range (gint64 first, gint64 last, gint64 size, gint64 byte)
{
  if (first < 0)
    return byte >= size - last && byte < size;
  return byte >= first && (last < 0 || byte <= last);
}

static void
check_case (gint64 first, gint64 last, gint64 size)
{
  g_autofree char *a = first >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, first) : g_strdup ("");
  g_autofree char *b = last >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, last) : g_strdup ("");
  g_autofree char *header = g_strdup_printf ("bytes=%s-%s", a, b);
  guint64 from = 0, to = 0;
  LwRangeKind kind = lw_range_parse (header, (guint64)size, &from, &to);
  gint64 count = 0, least = -1, most = -1;

  if ((first < 0 && last < 0) || (first >= 0 && last >= 0 && last < first)) {
    g_assert_cmpint (kind, ==, LW_RANGE_WHOLE);
    return;
  }
  for (gint64 byte = 0; byte < size; byte++) {
    if (!is_in_range (first, last, size, byte))
      continue;
    count++;
    least = least < 0 ? byte : least;
    most = byte;
  }
  if (count == 0) {
    g_assert_cmpint (kind, ==, LW_RANGE_UNSATISFIABLE);
    return;
  }
  g_assert_cmpint (kind, ==, LW_RANGE_PART);
  g_assert_cmpuint (from, ==, (guint64)least);
  g_assert_cmpuint (to, ==, (guint64)most);
}

static void
test_a_range_is_what_counting_says (void)
{
  const char *given = g_getenv ("LESSONWALK_SEED");
  guint32 seed = given != NULL ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

  g_test_message ("LESSONWALK_SEED=%u", seed);
  for (guint i = 0; i < CASES; i++)
    check_case (g_rand_int_range (chance, -1, 40), g_rand_int_range (chance, -1, 40),
                g_rand_int_range (chance, 0, 36));
}

static void
test_a_range_beyond_64_bits_is_as_far_as_can_be (void)
{
  guint64 size = (guint64)1 << 40, first, last;

  g_assert_cmpint (lw_range_parse ("bytes=4294967296-99999999999999999999999", size, &first, &last),
                   ==, LW_RANGE_PART);
  g_assert_cmpuint (first, ==, (guint64)1 << 32);
  g_assert_cmpuint (last, ==, size - 1);
  g_assert_cmpint (lw_range_parse ("bytes=99999999999999999999999-", size, &first, &last), ==,
                   LW_RANGE_UNSATISFIABLE);
  g_assert_cmpint (lw_range_parse ("bytes=-99999999999999999999999", size, &first, &last), ==,
                   LW_RANGE_PART);
  g_assert_cmpuint (first, ==, 0);
}

static void
test_what_is_no_single_range_means_the_whole (void)
{
  static const char *const headers[] = {
      "bytes=0-1,2-3", "bytes=",    "bytes=-", "bytes=x-1",     "byte=0-1", "bytes=0-1-2",
      "bytes=0 -1",    "bytes=- 1", "bytes",   "bytes=0-1;q=1", "",         " bytes=0-1"};
  guint64 first, last;

  g_assert_cmpint (lw_range_parse (NULL, 10, &first, &last), ==, LW_RANGE_WHOLE);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    g_assert_cmpint (lw_range_parse (headers[i], 10, &first, &last), ==, LW_RANGE_WHOLE);
  g_assert_cmpint (lw_range_parse ("Bytes= 2-3 ", 10, &first, &last), ==, LW_RANGE_PART);
}

static void
test_a_tag_is_found_in_a_list_only_whole (void)
{
  g_assert_true (lw_etag_list_contains ("\"a\"", "\"a\""));
  g_assert_true (lw_etag_list_contains ("\"b\" , W/\"a\"", "\"a\""));
  g_assert_true (lw_etag_list_contains ("*", "\"a\""));
  g_assert_false (lw_etag_list_contains ("\"ab\"", "\"a\""));
  g_assert_false (lw_etag_list_contains ("a", "\"a\""));
  g_assert_false (lw_etag_list_contains ("\"b\" \"a\"", "\"a\""));
  g_assert_false (lw_etag_list_contains ("\"a", "\"a\""));
  g_assert_false (lw_etag_list_contains ("", "\"a\""));
}

static void
test_metadata_is_read_or_refused_whole (void)
{
  static const char *const bad[] = {
      ",",      "a,",     "a !",    "a YQ",        "a YQ==,a YQ==", "a YQ= ",
      "a Y=Q=", "a gA==", "a AA==", "a YQ== YQ==", "a ====",        "a YQ==,,b"};
  g_autoptr (GHashTable) pairs = lw_tus_metadata_parse ("title RnJhY3Rpb25z, walk YQ==,flag,none ");
  g_autoptr (GHashTable) none = lw_tus_metadata_parse (NULL);
  g_autofree char *long_one = g_strnfill (LW_TUS_METADATA_MAX + 1, 'a');

  g_assert_nonnull (pairs);
  g_assert_cmpuint (g_hash_table_size (pairs), ==, 4);
  g_assert_cmpstr (g_hash_table_lookup (pairs, "title"), ==, "Fractions");
  g_assert_cmpstr (g_hash_table_lookup (pairs, "walk"), ==, "a");
  g_assert_cmpstr (g_hash_table_lookup (pairs, "flag"), ==, "");
  g_assert_cmpuint (g_hash_table_size (none), ==, 0);
  g_assert_null (lw_tus_metadata_parse (long_one));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (lw_tus_metadata_parse (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range/a-range-is-what-counting-says", test_a_range_is_what_counting_says);
  g_test_add_func ("/range/a-range-beyond-64-bits-is-as-far-as-can-be",
                   test_a_range_beyond_64_bits_is_as_far_as_can_be);
  g_test_add_func ("/range/what-is-no-single-range-means-the-whole",
                   test_what_is_no_single_range_means_the_whole);
  g_test_add_func ("/etag/a-tag-is-found-in-a-list-only-whole",
                   test_a_tag_is_found_in_a_list_only_whole);
  g_test_add_func ("/tus/metadata-is-read-or-refused-whole",
                   test_metadata_is_read_or_refused_whole);
  return g_test_run ();
}
