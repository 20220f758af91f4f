/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-sql.h"
#include "lw-store-private.h"
#include "lw-words.h"

/* Up to so many notes of one segment or track are looked through rather than asked of the index. */
#define SCAN_NOTES_MAX 2000
/* A common word is found among the newest notes sooner than the index lists where it stands. */
#define RECENT_NOTES 400
#define RECENT_NOTES_MAX 4000
#define RECENT_LIMIT_MAX 200
/* Of more matches than that, the newest so many are ranked: to weigh each of half a million takes
 * seconds. */
#define RANKED_NOTES 4000

/* Where a question begins: which index leads. Names are those of note-query.sql. */
typedef enum {
  FROM_ALL,
  FROM_NEWEST,
  FROM_RECENT,
  FROM_SEGMENT,
  FROM_WINDOW,
  FROM_TRACK,
  FROM_AUTHOR,
  FROM_REPLY,
  FROM_WALK,
  FROM_TAGS,
  FROM_WORDS,
  FROM_WORDS_RANKED,
} From;

static const char *const from_names[] = {
    [FROM_ALL] = "query-from-all",       [FROM_NEWEST] = "query-from-newest",
    [FROM_RECENT] = "query-from-recent", [FROM_SEGMENT] = "query-from-segment",
    [FROM_WINDOW] = "query-from-window", [FROM_TRACK] = "query-from-track",
    [FROM_AUTHOR] = "query-from-author", [FROM_REPLY] = "query-from-reply",
    [FROM_WALK] = "query-from-walk",     [FROM_TAGS] = "query-from-tags",
    [FROM_WORDS] = "query-from-words",   [FROM_WORDS_RANKED] = "query-from-words-ranked",
};

typedef struct {
  const LwNoteQuery *query;
  LwOrder order;
  gint64 segment, track, author, lens; /* rows; 0: any */
  const LwWords *words;
  const char *expression; /* for FROM_WORDS */
  From from;
  gboolean scan;           /* look for the words note by note */
  gboolean unindexed_only; /* what the index does not know yet */
  gint64 search_upto;
  gint64 recent;        /* for FROM_RECENT: how many notes */
  gint64 ranked_from;   /* for FROM_WORDS_RANKED: the oldest one's recency */
  gint64 limit, offset; /* limit -1: none */
} Plan;

/* @what: the piece that says what to give. */
static char *
compose (const Plan *plan, const char *what)
{
  GString *sql = g_string_new (lw_sql_get (what));
  const char *order = NULL;

  g_string_append_printf (sql, "\n%s\n%s\n%s", lw_sql_get (from_names[plan->from]),
                          lw_sql_get ("query-joins"), lw_sql_get ("query-where"));
  if (plan->from == FROM_TAGS)
    g_string_append_printf (sql, "\n%s", lw_sql_get ("query-where-tagged"));
  if (plan->unindexed_only)
    g_string_append_printf (sql, "\n%s", lw_sql_get ("query-where-unindexed"));
  if (g_str_equal (what, "query-count"))
    return g_string_free (sql, FALSE);
  switch (plan->order) {
  case LW_ORDER_NEWEST:
    order = plan->from == FROM_WORDS ? "query-order-words-newest" : "query-order-newest";
    break;
  case LW_ORDER_RANK:
    order = plan->from >= FROM_WORDS ? "query-order-rank" : "query-order-newest";
    break;
  default:
    order = "query-order-time";
  }
  g_string_append_printf (sql, "\n%s\n%s", lw_sql_get (order), lw_sql_get ("query-limit"));
  return g_string_free (sql, FALSE);
}

static int
named (LwStatement *statement, const char *name)
{
  /* 0 for one that this question does not have: binding it is refused, and that is well. */
  return sqlite3_bind_parameter_index (statement, name);
}

static void
bind_key (LwStatement *statement, const char *name, gint64 key)
{
  if (key != 0)
    lw_bind_int (statement, named (statement, name), key);
}

static void
bind_id (LwStatement *statement, const char *name, const LwId *id)
{
  if (id != NULL)
    sqlite3_bind_blob (statement, named (statement, name), id, sizeof *id, SQLITE_STATIC);
}

static void
bind_plan (LwStatement *statement, const Plan *plan)
{
  const LwNoteQuery *query = plan->query;

  bind_key (statement, ":segment", plan->segment);
  bind_key (statement, ":track", plan->track);
  bind_key (statement, ":author", plan->author);
  bind_key (statement, ":lens", plan->lens);
  bind_id (statement, ":walk", query->walk_id);
  bind_id (statement, ":reply_to", query->reply_to);
  bind_key (statement, ":kinds", query->kinds);
  bind_key (statement, ":pass", query->pass);
  bind_key (statement, ":on_focus", query->on_focus);
  if (query->tag != NULL)
    lw_bind_text (statement, named (statement, ":tag"), query->tag);
  if (query->has_window) {
    lw_bind_int (statement, named (statement, ":window_start"), query->window_start);
    lw_bind_int (statement, named (statement, ":window_end"), query->window_end);
  }
  if (plan->expression != NULL)
    lw_bind_text (statement, named (statement, ":words"), plan->expression);
  if (plan->scan) {
    lw_bind_int (statement, named (statement, ":scan"), 1);
    sqlite3_bind_pointer (statement, named (statement, ":matcher"), (gpointer)plan->words,
                          LW_WORDS_POINTER, NULL);
  }
  lw_bind_int (statement, named (statement, ":search_upto"), plan->search_upto);
  lw_bind_int (statement, named (statement, ":recent"), plan->recent);
  lw_bind_int (statement, named (statement, ":ranked_from"), plan->ranked_from);
  lw_bind_int (statement, named (statement, ":limit"), plan->limit);
  lw_bind_int (statement, named (statement, ":offset"), plan->offset);
}

static gboolean
run_count (LwDb *db, const Plan *plan, guint64 *ret_count, GError **error)
{
  g_autofree char *sql = compose (plan, "query-count");
  g_autoptr (LwStatement) statement = lw_db_get_sql (db, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  bind_plan (statement, plan);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  *ret_count = (guint64)sqlite3_column_int64 (statement, 0);
  return TRUE;
}

static gboolean
run_notes (LwDb *db, const Plan *plan, GPtrArray *notes, GError **error)
{
  g_autofree char *sql = compose (plan, "query-columns");
  g_autoptr (LwStatement) statement = lw_db_get_sql (db, sql, error);

  if (statement == NULL)
    return FALSE;
  bind_plan (statement, plan);
  for (;;) {
    gboolean row;
    LwNote *note;

    if (!lw_step (db, statement, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    note = lw_note_from_row (statement);
    if (note == NULL)
      return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                            "A note cannot be read. Run “lessonwalk verify”.", error);
    g_ptr_array_add (notes, note);
  }
}

gboolean
lw_note_load (LwDb *db, const LwId *id, LwNote **ret_note, GError **error)
{
  static gsize ready = 0;
  static char *sql;
  g_autoptr (LwStatement) statement = NULL;
  gboolean row;

  if (g_once_init_enter (&ready)) {
    sql = g_strjoin ("\n", lw_sql_get ("query-columns"), lw_sql_get ("query-from-all"),
                     lw_sql_get ("query-joins"), lw_sql_get ("query-where-id"), NULL);
    g_once_init_leave (&ready, 1);
  }
  statement = lw_db_get_static (db, sql, error);
  if (statement == NULL)
    return FALSE;
  lw_bind_id (statement, 1, id);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  *ret_note = NULL;
  if (!row)
    return TRUE;
  *ret_note = lw_note_from_row (statement);
  return *ret_note != NULL ||
         lw_store_fail (LW_STORE_ERROR_CORRUPT, "A note cannot be read. Run “lessonwalk verify”.",
                        error);
}

/* ---- planning ---- */

static gboolean
find_key (LwDb *db, const LwId *id, gint64 *ret_key, gboolean *nothing, GError **error)
{
  if (id == NULL)
    return TRUE;
  if (!lw_entity_find_key (db, id, FALSE, ret_key, error))
    return FALSE;
  if (*ret_key == 0)
    *nothing = TRUE;
  return TRUE;
}

/* @ret_nothing: it names something that is not here, so no note can meet it. */
static gboolean
resolve (LwDb *db, const LwNoteQuery *query, Plan *plan, gboolean *ret_nothing, GError **error)
{
  *ret_nothing = query->has_window && query->window_end <= query->window_start;
  *plan = (Plan){.query = query,
                 .order = query->order,
                 .limit = query->limit == 0 ? -1 : (gint64)query->limit,
                 .offset = query->offset};
  return find_key (db, query->segment_id, &plan->segment, ret_nothing, error) &&
         find_key (db, query->track_id, &plan->track, ret_nothing, error) &&
         find_key (db, query->author_id, &plan->author, ret_nothing, error) &&
         find_key (db, query->lens_id, &plan->lens, ret_nothing, error);
}

/* The narrowest way in that does not go by words. */
static From
choose_from (const Plan *plan)
{
  const LwNoteQuery *query = plan->query;

  if (query->reply_to != NULL)
    return FROM_REPLY;
  if (plan->segment != 0 && query->has_window)
    return FROM_WINDOW;
  if (plan->track != 0)
    return FROM_TRACK;
  if (plan->segment != 0)
    return FROM_SEGMENT;
  if (query->tag != NULL)
    return FROM_TAGS;
  if (plan->author != 0)
    return FROM_AUTHOR;
  if (query->walk_id != NULL)
    return FROM_WALK;
  return plan->order == LW_ORDER_TIME ? FROM_ALL : FROM_NEWEST;
}

static gboolean
is_large (LwDb *db, const char *name, gint64 key, gboolean *ret_large, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get (db, name, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  lw_bind_int (statement, 1, key);
  lw_bind_int (statement, 2, SCAN_NOTES_MAX);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  *ret_large = sqlite3_column_int (statement, 0) != 0;
  return TRUE;
}

/* Whether the words are best looked for note by note. */
static gboolean
can_scan (LwDb *db, const Plan *plan, gboolean *ret_scan, GError **error)
{
  gboolean large = TRUE, ok = TRUE;

  if (plan->order == LW_ORDER_RANK) {
    *ret_scan = FALSE;
    return TRUE;
  }
  if (plan->query->reply_to != NULL)
    large = FALSE;
  else if (plan->track != 0)
    ok = is_large (db, "is-large-track", plan->track, &large, error);
  else if (plan->segment != 0)
    ok = is_large (db, "is-large-segment", plan->segment, &large, error);
  *ret_scan = ok && !large;
  return ok;
}

/* ---- asking ---- */

static int
compare_by_time (gconstpointer a, gconstpointer b)
{
  const LwNote *left = *(const LwNote *const *)a, *right = *(const LwNote *const *)b;

  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return lw_id_compare (&left->id, &right->id);
}

static int
compare_by_edit (gconstpointer a, gconstpointer b)
{
  const LwNote *left = *(const LwNote *const *)a, *right = *(const LwNote *const *)b;

  if (left->edited_utc_us != right->edited_utc_us)
    return left->edited_utc_us > right->edited_utc_us ? -1 : 1;
  return -lw_id_compare (&left->id, &right->id);
}

/* The index and, beside it, what it does not know yet because nothing can be written now. */
static gboolean
ask_both (LwDb *db, Plan *plan, GPtrArray *notes, GError **error)
{
  const gint64 limit = plan->limit, offset = plan->offset;
  Plan rest = *plan;
  gsize end;

  plan->limit = rest.limit = limit < 0 ? -1 : limit + offset;
  plan->offset = rest.offset = 0;
  rest.from = choose_from (&rest);
  rest.scan = TRUE;
  rest.unindexed_only = TRUE;
  rest.expression = NULL;
  if (!run_notes (db, plan, notes, error) || !run_notes (db, &rest, notes, error))
    return FALSE;
  if (plan->order == LW_ORDER_TIME)
    g_ptr_array_sort (notes, compare_by_time);
  else if (plan->order == LW_ORDER_NEWEST)
    g_ptr_array_sort (notes, compare_by_edit);
  if (offset > 0)
    g_ptr_array_remove_range (notes, 0, (guint)MIN (offset, (gint64)notes->len));
  end = limit < 0 ? notes->len : (gsize)MIN (limit, (gint64)notes->len);
  g_ptr_array_set_size (notes, (int)end);
  return TRUE;
}

static gboolean
count_both (LwDb *db, Plan *plan, guint64 *ret_count, GError **error)
{
  Plan rest = *plan;
  guint64 indexed, others;

  rest.from = choose_from (&rest);
  rest.scan = TRUE;
  rest.unindexed_only = TRUE;
  rest.expression = NULL;
  if (!run_count (db, plan, &indexed, error) || !run_count (db, &rest, &others, error))
    return FALSE;
  *ret_count = indexed + others;
  return TRUE;
}

/* Where the newest RANKED_NOTES that meet the question begin, if there are more of them. */
static gboolean
bound_ranking (LwDb *db, Plan *plan, GError **error)
{
  Plan nth = *plan;
  g_autofree char *sql = NULL;
  g_autoptr (LwStatement) statement = NULL;
  gboolean row;

  nth.order = LW_ORDER_NEWEST;
  nth.limit = 1;
  nth.offset = RANKED_NOTES - 1;
  sql = compose (&nth, "query-recency");
  statement = lw_db_get_sql (db, sql, error);
  if (statement == NULL)
    return FALSE;
  bind_plan (statement, &nth);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  if (row) {
    plan->from = FROM_WORDS_RANKED;
    plan->ranked_from = sqlite3_column_int64 (statement, 0);
  }
  return TRUE;
}

/* Either @notes or @ret_count is given. */
static gboolean
ask_index (LwDb *db, Plan *plan, GPtrArray *notes, guint64 *ret_count, GError **error)
{
  g_autofree char *expression = NULL;
  gboolean behind, ok;

  /* One state for the words, the watermark and the notes. */
  if (!lw_db_begin_read (db, error))
    return FALSE;
  if (!lw_words_to_expression (db, plan->words, &expression, error) ||
      !lw_meta_get_int (db, LW_META_SEARCH_UPTO, &plan->search_upto, error) ||
      !lw_search_is_behind (db, &behind, error))
    return FALSE;
  plan->from = FROM_WORDS;
  plan->expression = expression;
  plan->scan = lw_words_need_scan (plan->words);
  if (expression == NULL) {
    plan->from = choose_from (plan);
    behind = FALSE;
  }
  if (notes != NULL && plan->from == FROM_WORDS && plan->order == LW_ORDER_RANK &&
      plan->limit > 0 && plan->limit + plan->offset <= RANKED_NOTES &&
      !bound_ranking (db, plan, error))
    return FALSE;
  if (notes != NULL)
    ok = behind ? ask_both (db, plan, notes, error) : run_notes (db, plan, notes, error);
  else
    ok = behind ? count_both (db, plan, ret_count, error) : run_count (db, plan, ret_count, error);
  plan->expression = NULL;
  return ok;
}

/* The newest few notes may do, and if a good part of what is wanted is there, some more of them.
 * @ret_enough: whether they did. */
static gboolean
ask_recent (LwDb *db, const Plan *plan, GPtrArray *notes, gboolean *ret_enough, GError **error)
{
  const gint64 wanted = plan->limit + plan->offset;
  Plan recent = *plan;

  recent.from = FROM_RECENT;
  recent.scan = TRUE;
  recent.limit = wanted;
  recent.offset = 0;
  recent.recent = RECENT_NOTES;
  if (!run_notes (db, &recent, notes, error))
    return FALSE;
  if (notes->len < wanted && notes->len * 4 >= wanted) {
    recent.recent = MIN (RECENT_NOTES * 3 * wanted / (2 * notes->len), RECENT_NOTES_MAX);
    g_ptr_array_set_size (notes, 0);
    if (!run_notes (db, &recent, notes, error))
      return FALSE;
  }
  *ret_enough = notes->len == wanted;
  g_ptr_array_remove_range (notes, 0, *ret_enough ? (guint)plan->offset : notes->len);
  return TRUE;
}

static gboolean
ask_words (
    LwStore *self, LwDb *db, Plan *plan, GPtrArray *notes, guint64 *ret_count, GError **error)
{
  gboolean scan, enough = FALSE, complete;

  if (!can_scan (db, plan, &scan, error))
    return FALSE;
  if (scan) {
    plan->from = choose_from (plan);
    plan->scan = TRUE;
    return notes != NULL ? run_notes (db, plan, notes, error)
                         : run_count (db, plan, ret_count, error);
  }
  if (notes != NULL && plan->order == LW_ORDER_NEWEST && plan->limit > 0 &&
      plan->limit + plan->offset <= RECENT_LIMIT_MAX) {
    if (!ask_recent (db, plan, notes, &enough, error))
      return FALSE;
    if (enough)
      return TRUE;
  }
  return lw_store_catch_up_search (self, &complete, error) &&
         ask_index (db, plan, notes, ret_count, error);
}

static gboolean
ask (LwStore *self,
     LwDb *db,
     const LwNoteQuery *query,
     GPtrArray *notes,
     guint64 *ret_count,
     GError **error)
{
  g_autoptr (LwWords) words = lw_words_parse (db, query->text);
  gboolean nothing;
  Plan plan;

  if (ret_count != NULL)
    *ret_count = 0;
  if (!resolve (db, query, &plan, &nothing, error))
    return FALSE;
  if (nothing)
    return TRUE;
  plan.words = words;
  if (words != NULL)
    return ask_words (self, db, &plan, notes, ret_count, error);
  plan.from = choose_from (&plan);
  return notes != NULL ? run_notes (db, &plan, notes, error)
                       : run_count (db, &plan, ret_count, error);
}

GPtrArray *
lw_store_query (LwStore *self, const LwNoteQuery *query, GError **error)
{
  g_autoptr (GPtrArray) notes = NULL;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && query != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  ok = ask (self, db, query, notes, NULL, error);
  lw_store_give_back (self, db);
  return ok ? g_steal_pointer (&notes) : NULL;
}

gboolean
lw_store_count (LwStore *self, const LwNoteQuery *query, guint64 *ret_count, GError **error)
{
  guint64 count;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && query != NULL && ret_count != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = ask (self, db, query, NULL, &count, error);
  lw_store_give_back (self, db);
  if (ok)
    *ret_count = count;
  return ok;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
collect_tags (LwDb *db, const LwId *segment_id, GHashTable *tags, GError **error)
{
  g_autoptr (LwStatement) list =
      lw_db_get (db, segment_id != NULL ? "tags-of-segment" : "tags", error);
  gint64 key;

  if (list == NULL)
    return FALSE;
  if (segment_id != NULL) {
    if (!lw_entity_find_key (db, segment_id, FALSE, &key, error))
      return FALSE;
    lw_bind_int (list, 1, key);
  }
  for (;;) {
    g_auto (GStrv) some = NULL;
    gboolean row;

    if (!lw_step (db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    some = g_strsplit ((const char *)sqlite3_column_text (list, 0), "\x1f", -1);
    for (guint i = 0; some[i] != NULL; i++)
      g_hash_table_add (tags, g_strdup (some[i]));
  }
}

char **
lw_store_tags (LwStore *self, const LwId *segment_id, GError **error)
{
  g_autoptr (GHashTable) tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gpointer *keys = NULL;
  GPtrArray *sorted;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = collect_tags (db, segment_id, tags, error);
  lw_store_give_back (self, db);
  if (!ok)
    return NULL;
  sorted = g_ptr_array_new ();
  keys = g_hash_table_get_keys_as_array (tags, NULL);
  for (guint i = 0; keys[i] != NULL; i++)
    g_ptr_array_add (sorted, keys[i]);
  g_hash_table_steal_all (tags);
  g_ptr_array_sort (sorted, compare_strings);
  g_ptr_array_add (sorted, NULL);
  return (char **)g_ptr_array_free (sorted, FALSE);
}
