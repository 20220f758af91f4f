/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-cycles.h"

#include "lw-board-json.h"
#include "lw-codes.h"
#include "lw-json.h"

#define WALKS_MAX 24 /* of a chain: two years of a walk a month */

/* ---- the chain of walks ---- */

static void
facts_free (gpointer data)
{
  lw_walk_facts_clear (data);
  g_free (data);
}

/* This walk and those before it that are the caller's business, oldest first; each once, also in a
 * chain that bites its tail. (element-type LwWalkFacts) */
static GPtrArray *
load_chain (LwRoom *room, const LwWalkFacts *facts, const LwCaller *caller)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func (facts_free);
  LwId next = facts->walk->id;

  while (!lw_id_is_none (&next) && chain->len < WALKS_MAX) {
    LwWalkFacts *one = g_new0 (LwWalkFacts, 1);
    gboolean is_new = TRUE;

    for (guint i = 0; i < chain->len; i++)
      is_new &= !lw_id_equal (&((LwWalkFacts *)chain->pdata[i])->walk->id, &next);
    if (!is_new || !lw_walk_facts_load (one, room, caller, &next, NULL)) {
      g_free (one);
      break;
    }
    g_ptr_array_insert (chain, 0, one);
    next = one->walk->previous_id;
  }
  return chain;
}

static int
compare_trials (gconstpointer a, gconstpointer b)
{
  const LwTrial *left = *(const LwTrial *const *)a, *right = *(const LwTrial *const *)b;

  if (left->cycle != right->cycle)
    return left->cycle < right->cycle ? -1 : 1;
  return lw_id_compare (&left->item.id, &right->item.id);
}

/* Those that are there, by cycle. */
static GPtrArray *
list_trials (LwRoom *room, const LwWalkFacts *facts, GError **error)
{
  GPtrArray *trials = lw_board_may_see (facts, LW_ENTITY_TRIAL)
                          ? lw_store_list (room->store, LW_ENTITY_TRIAL, &facts->walk->id, error)
                          : g_ptr_array_new ();

  for (guint i = trials != NULL ? trials->len : 0; i > 0; i--) {
    if (((const LwItem *)trials->pdata[i - 1])->gone)
      g_ptr_array_remove_index (trials, i - 1);
  }
  if (trials != NULL)
    g_ptr_array_sort (trials, compare_trials);
  return trials;
}

/* ---- counting ---- */

typedef struct {
  guint coders;
  double count;   /* the mean of what each of them counted */
  double seconds; /* the same of how long it lasted, within the clip */
} Counted;

typedef struct {
  gboolean has_sheet; /* put any code of the sheet in the clip */
  guint count;
  LwTime lasted;
} Tally;

static void
add_code (Tally *tally, const LwStretch *stretch, const LwNote *note)
{
  LwTime start = MAX (note->start, stretch->start), end = MIN (note->end, stretch->end);

  tally->count++;
  if (end > start)
    tally->lasted += end - start;
}

/* Who coded the clip by that sheet counts, also where they found none of this code. */
static gboolean
count_codes (LwRoom *room,
             const LwWalkFacts *facts,
             const LwStretch *stretch,
             const char *measure,
             Counted *ret_counted,
             GError **error)
{
  LwNoteQuery query = {.segment_id = &stretch->segment_id,
                       .kinds = 1u << LW_NOTE_CODE,
                       .has_window = TRUE,
                       .window_start = stretch->start,
                       .window_end = stretch->end};
  g_autoptr (GPtrArray) notes = lw_store_query (room->store, &query, error);
  g_autoptr (GHashTable) tallies = g_hash_table_new_full (lw_id_hash, lw_id_equal, NULL, g_free);
  g_autoptr (GPtrArray) sheets = lw_codes_read (facts->protocol);
  const LwCodeSheet *sheet = NULL, *other;
  GHashTableIter iter;
  gpointer value;
  guint index;

  *ret_counted = (Counted){0};
  if (notes == NULL)
    return FALSE;
  if (!lw_codes_find (sheets, measure, &sheet, &index))
    return TRUE;
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    Tally *tally = g_hash_table_lookup (tallies, &note->author_id);

    if (!lw_codes_find_of (sheets, note, &other, &index) || other != sheet ||
        !lw_walk_facts_allow_note (facts, note))
      continue;
    if (tally == NULL) {
      tally = g_new0 (Tally, 1);
      g_hash_table_insert (tallies, (gpointer)&note->author_id, tally);
    }
    if (g_str_equal (note->tags[0], measure))
      add_code (tally, stretch, note);
  }
  ret_counted->coders = g_hash_table_size (tallies);
  g_hash_table_iter_init (&iter, tallies);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Tally *tally = value;

    ret_counted->count += (double)tally->count / ret_counted->coders;
    ret_counted->seconds += (double)tally->lasted / LW_SECOND / ret_counted->coders;
  }
  return TRUE;
}

/* The walk that the clip is of, which may be one before the test's. */
static const LwWalkFacts *
find_facts (LwRoom *room, GPtrArray *chain, const LwId *segment_id)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (room->store, segment_id, NULL);

  for (guint i = 0; walk != NULL && i < chain->len; i++) {
    const LwWalkFacts *facts = chain->pdata[i];

    if (lw_id_equal (&facts->walk->id, &walk->id))
      return facts;
  }
  return NULL;
}

static gboolean
add_point (LwRoom *room,
           GPtrArray *chain,
           const LwWalkFacts *facts,
           const LwTrial *trial,
           gboolean is_before,
           json_object *list,
           GError **error)
{
  const LwStretch *stretch = is_before ? &trial->before : &trial->after;
  const LwWalkFacts *of_clip = find_facts (room, chain, &stretch->segment_id);
  json_object *json = json_object_new_object ();
  gboolean is_closed = of_clip != NULL && !lw_walk_facts_allow (of_clip, LW_ACT_SEE_NOTE, FALSE);
  Counted counted = {0};
  double minutes = (double)(stretch->end - stretch->start) / LW_SECOND / 60;

  json_object_array_add (list, json);
  lw_json_add_id (json, "walk", &facts->walk->id);
  lw_json_add_text (json, "walk_title", facts->walk->title);
  lw_json_add_id (json, "test", &trial->item.id);
  lw_json_add_int (json, "cycle", trial->cycle);
  lw_json_add_text (json, "which", is_before ? "before" : "after");
  lw_json_add_text (json, "change", trial->change);
  lw_json_add_text (json, "decision", lw_decision_to_string (trial->decision));
  /* Where others' codes are not open yet, no mean is told: hers alone would look like one. */
  if (is_closed)
    lw_json_add_flag (json, "closed", TRUE);
  if (of_clip == NULL || is_closed || minutes <= 0)
    return TRUE;
  if (!count_codes (room, of_clip, stretch, trial->measure, &counted, error))
    return FALSE;
  lw_json_add_id (json, "segment", &stretch->segment_id);
  lw_json_add_int (json, "start", stretch->start);
  lw_json_add_int (json, "end", stretch->end);
  lw_json_add_int (json, "coders", counted.coders);
  if (counted.coders > 0) {
    json_object_object_add (json, "count", json_object_new_double (counted.count));
    json_object_object_add (json, "seconds", json_object_new_double (counted.seconds));
    json_object_object_add (json, "count_per_minute",
                            json_object_new_double (counted.count / minutes));
    json_object_object_add (json, "seconds_per_minute",
                            json_object_new_double (counted.seconds / minutes));
  }
  return TRUE;
}

/* The first clip before is where it all began; later ones are the clips after of those before. */
static gboolean
add_points (LwRoom *room, GPtrArray *chain, const char *measure, json_object *list, GError **error)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < chain->len; i++) {
    const LwWalkFacts *facts = chain->pdata[i];
    g_autoptr (GPtrArray) trials = list_trials (room, facts, error);

    if (trials == NULL)
      return FALSE;
    for (guint k = 0; k < trials->len; k++) {
      const LwTrial *trial = trials->pdata[k];

      if (!g_str_equal (trial->measure, measure))
        continue;
      if (is_first && find_facts (room, chain, &trial->before.segment_id) != NULL &&
          !add_point (room, chain, facts, trial, TRUE, list, error))
        return FALSE;
      is_first = FALSE;
      if (!add_point (room, chain, facts, trial, FALSE, list, error))
        return FALSE;
    }
  }
  return TRUE;
}

json_object *
lw_cycles_to_json (LwRoom *room,
                   const LwWalkFacts *facts,
                   const LwCaller *caller,
                   const char *measure,
                   GError **error)
{
  g_autoptr (GPtrArray) sheets = lw_codes_read (facts->protocol);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *points = json_object_new_array ();
  const LwCodeSheet *sheet;
  const LwCode *code;
  guint index;

  json_object_object_add (json, "points", points);
  if (measure == NULL || !lw_codes_find (sheets, measure, &sheet, &index)) {
    g_set_error_literal (error, LW_NOTE_ERROR, LW_NOTE_ERROR_TAG,
                         "This walk’s routine has no such code. Choose one of its code sheets.");
    return NULL;
  }
  code = sheet->codes->pdata[index];
  lw_json_add_text (json, "measure", measure);
  lw_json_add_text (json, "title", code->title);
  lw_json_add_flag (json, "lasts", code->lasts);
  chain = load_chain (room, facts, caller);
  return add_points (room, chain, measure, points, error) ? g_steal_pointer (&json) : NULL;
}

json_object *
lw_cycles_tests_to_json (LwRoom *room,
                         const LwWalkFacts *facts,
                         const LwCaller *caller,
                         GError **error)
{
  g_autoptr (GPtrArray) chain = load_chain (room, facts, caller);
  g_autoptr (json_object) list = json_object_new_array ();

  for (guint i = 0; i < chain->len; i++) {
    const LwWalkFacts *one = chain->pdata[i];
    g_autoptr (GPtrArray) trials = list_trials (room, one, error);
    json_object *json = json_object_new_object (), *items = json_object_new_array ();

    json_object_array_add (list, json);
    lw_json_add_id (json, "walk", &one->walk->id);
    lw_json_add_text (json, "title", one->walk->title);
    json_object_object_add (json, "items", items);
    if (trials == NULL)
      return NULL;
    for (guint k = 0; k < trials->len; k++)
      json_object_array_add (items, lw_board_item_to_json (LW_ENTITY_TRIAL, trials->pdata[k]));
  }
  return g_steal_pointer (&list);
}
