/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-trend-names.h"

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const LwPlaceCount *left = *(LwPlaceCount *const *)a, *right = *(LwPlaceCount *const *)b;

  return lw_id_compare (&left->place->id, &right->place->id);
}

/* All that are open to the caller, whatever page or filter is asked for. */
static gboolean
letter (LwTrendNames *self, const LwOpenWalks *open, GError **error)
{
  g_auto (LwOpenWalks) all = {0};
  g_autoptr (LwTrendBoard) board = NULL;
  g_autoptr (GArray) ids = NULL;
  LwTrendQuery query = {.level = LW_PLACE_CLASSROOM, .limit = G_MAXUINT};

  if (!lw_open_walks_load (&all, open->room, open->caller, NULL, NULL, error))
    return FALSE;
  ids = lw_open_walks_ids (&all);
  query.walk_ids = (const LwId *)ids->data;
  query.n_walk_ids = ids->len;
  board = lw_store_count_trends (self->store, &query, error);
  if (board == NULL)
    return FALSE;
  g_ptr_array_sort (board->places, compare_places);
  for (guint i = 0; i < board->places->len; i++) {
    const LwPlaceCount *count = board->places->pdata[i];

    g_hash_table_insert (self->letters, g_memdup2 (&count->place->id, sizeof (LwId)),
                         GUINT_TO_POINTER (i + 1));
  }
  return TRUE;
}

gboolean
lw_trend_names_init (LwTrendNames *self, const LwOpenWalks *open, LwHttpCall *call, GError **error)
{
  *self = (LwTrendNames){.store = open->room->store};
  self->hidden = open->hide_names || g_strcmp0 (lw_http_call_query (call, "names"), "false") == 0;
  self->letters = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  return !self->hidden || letter (self, open, error);
}

void
lw_trend_names_clear (LwTrendNames *self)
{
  g_clear_pointer (&self->letters, g_hash_table_unref);
}

/* A, B … Z, AA, AB … */
static char *
name_number (guint number)
{
  g_autoptr (GString) letters = g_string_new (NULL);

  for (; number > 0; number = (number - 1) / 26)
    g_string_prepend_c (letters, (char)('A' + (number - 1) % 26));
  return g_strdup_printf ("Classroom %s", letters->str);
}

char *
lw_trend_names_of_place (const LwTrendNames *self, const LwPlace *place)
{
  guint number;

  if (!self->hidden || place->kind != LW_PLACE_CLASSROOM)
    return g_strdup (place->name);
  number = GPOINTER_TO_UINT (g_hash_table_lookup (self->letters, &place->id));
  return number > 0 ? name_number (number) : g_strdup ("Classroom");
}

char *
lw_trend_names_of_classroom (const LwTrendNames *self, const LwId *classroom_id)
{
  g_autoptr (LwPlace) place =
      lw_id_is_none (classroom_id) ? NULL : lw_store_get_place (self->store, classroom_id, NULL);

  return place != NULL ? lw_trend_names_of_place (self, place) : g_strdup ("");
}
