/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync-fixture.h"

LwSyncVector *
get_vector (LwStore *store)
{
  g_autoptr (GError) error = NULL;
  LwSyncVector *vector = lw_store_get_vector (store, NULL, &error);

  g_assert_no_error (error);
  return vector;
}

GPtrArray *
read_batches (LwStore *from, LwStore *to, gsize max_bytes, LwSyncMaySee may_see, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncVector) since = get_vector (to);
  g_autoptr (LwSyncReader) reader = lw_store_read_since (from, since, NULL, may_see, data, &error);
  GPtrArray *batches = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);

  g_assert_no_error (error);
  for (;;) {
    LwSyncBatch *batch;

    lw_sync_reader_next (reader, max_bytes, &batch, &error);
    g_assert_no_error (error);
    if (batch == NULL)
      return batches;
    g_ptr_array_add (batches, batch);
  }
}

GPtrArray *
apply (LwStore *to, GPtrArray *batches)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *results = NULL;

  lw_store_apply (to, (const LwSyncBatch *const *)batches->pdata, batches->len, &results, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, batches->len);
  return results;
}

guint
apply_well (LwStore *to, GPtrArray *batches)
{
  g_autoptr (GPtrArray) results = apply (to, batches);
  guint n_new = 0;

  for (guint i = 0; i < results->len; i++) {
    const LwSyncResult *result = results->pdata[i];

    g_assert_no_error (result->error);
    n_new += result->n_new;
  }
  assert_verifies (to);
  return n_new;
}

guint
pull (LwStore *to, LwStore *from)
{
  g_autoptr (GPtrArray) batches = read_batches (from, to, ANY_BYTES, NULL, NULL);

  return apply_well (to, batches);
}

LwSyncOrder
compare (LwStore *a, LwStore *b)
{
  g_autoptr (LwSyncVector) left = get_vector (a);
  g_autoptr (LwSyncVector) right = get_vector (b);

  return lw_sync_vector_compare (left, right);
}

gboolean
see_none_of (const LwSyncOpInfo *info, gpointer user_data)
{
  return !lw_id_equal (&info->author_id, user_data) || !info->about_note;
}
