/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-id.h"

#include <string.h>

static void
test_ids_are_version_7_of_now (void)
{
  guint64 before = (guint64)(g_get_real_time () / 1000), ms = 0;
  LwId id = lw_id_new ();

  for (guint i = 0; i < 6; i++)
    ms = ms << 8 | id.bytes[i];
  g_assert_cmpint (id.bytes[6] >> 4, ==, 7);
  g_assert_cmpint (id.bytes[8] >> 6, ==, 2);
  g_assert_cmpuint (ms, >=, before);
  g_assert_cmpuint (ms, <=, before + 60000);
}

static void
test_later_ids_are_greater (void)
{
  LwId last = lw_id_new ();

  /* More than fit a millisecond's counter. */
  for (guint i = 0; i < 20000; i++) {
    LwId id = lw_id_new ();

    g_assert_cmpint (lw_id_compare (&last, &id), <, 0);
    last = id;
  }
}

static gpointer
make_many (gpointer data)
{
  LwId *ids = data;

  for (guint i = 0; i < 5000; i++)
    ids[i] = lw_id_new ();
  return NULL;
}

static void
test_threads_never_make_the_same_id (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autofree LwId *ids = g_new0 (LwId, 4 * 5000);
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("ids", make_many, ids + 5000 * i);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 4 * 5000; i++)
    g_assert_true (g_hash_table_add (seen, &ids[i]));
}

static void
test_text_goes_there_and_back (void)
{
  LwId id = lw_id_new (), back, upper;
  g_autofree char *text = lw_id_to_string (&id);
  g_autofree char *shouted = g_ascii_strup (text, -1);

  g_assert_cmpuint (strlen (text), ==, LW_ID_TEXT_LENGTH);
  g_assert_true (lw_id_parse (text, &back));
  g_assert_true (lw_id_parse (shouted, &upper));
  g_assert_true (lw_id_equal (&id, &back));
  g_assert_true (lw_id_equal (&id, &upper));
}

static void
test_other_text_is_no_id (void)
{
  static const char *const cases[] = {
      "",
      "0192d3a4",
      "0192d3a4-0000-7000-8000-00000000000",
      "0192d3a4-0000-7000-8000-0000000000000",
      "0192d3a4-0000-7000-8000-00000000000g",
      "0192d3a4 0000-7000-8000-000000000000",
      "0192d3a400007000800000000000000000000",
      "{192d3a4-0000-7000-8000-00000000000}",
  };
  LwId id = LW_ID_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (lw_id_parse (cases[i], &id));
  g_assert_false (lw_id_parse (NULL, &id));
  g_assert_true (lw_id_is_none (&id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/version-7", test_ids_are_version_7_of_now);
  g_test_add_func ("/id/later-is-greater", test_later_ids_are_greater);
  g_test_add_func ("/id/threads", test_threads_never_make_the_same_id);
  g_test_add_func ("/id/text", test_text_goes_there_and_back);
  g_test_add_func ("/id/other-text", test_other_text_is_no_id);
  return g_test_run ();
}
