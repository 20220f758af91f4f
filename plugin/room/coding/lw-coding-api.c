/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What comes of codes, over HTTP: how far two coders agree, counts from cycle to cycle, a table. */

#include "lw-agreement.h"
#include "lw-board-json.h"
#include "lw-codes.h"
#include "lw-csv.h"
#include "lw-cycles.h"
#include "lw-json.h"
#include "lw-levels.h"

#define WINDOW_MS 5000
#define WINDOW_MIN_MS 100
#define WINDOW_MAX_MS (60 * 60 * 1000)

/* ---- two coders ---- */

typedef struct {
  LwWalkFacts facts;
  LwSegment *segment;
  GPtrArray *sheets;
  const LwCodeSheet *sheet;
  LwId coders[2];
  LwTime window;
} Question;

static void
question_clear (Question *self)
{
  lw_walk_facts_clear (&self->facts);
  g_clear_pointer (&self->segment, lw_segment_unref);
  g_clear_pointer (&self->sheets, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static gboolean
complain (LwHttpCall *call, const char *code, const char *message)
{
  lw_http_call_reply_error (call, 422, code, message);
  return FALSE;
}

static gboolean
read_coders (Question *self, LwHttpCall *call)
{
  static const char *const names[] = {"a", "b"};

  for (guint i = 0; i < 2; i++) {
    const char *text = lw_http_call_query (call, names[i]);
    const LwWalkPerson *person = NULL;

    if (text != NULL && lw_id_parse (text, &self->coders[i]))
      person = g_hash_table_lookup (self->facts.snapshot->people, &self->coders[i]);
    if (person == NULL)
      return complain (call, "no-such-coder",
                       "That person is not among this walk’s people. Choose two who coded.");
  }
  return !lw_id_equal (&self->coders[0], &self->coders[1]) ||
         complain (call, "one-coder", "Choose two different people to compare.");
}

static gboolean
read_window (Question *self, LwHttpCall *call)
{
  const char *text = lw_http_call_query (call, "window_ms");
  guint64 window_ms = WINDOW_MS;

  if (text != NULL &&
      !g_ascii_string_to_unsigned (text, 10, WINDOW_MIN_MS, WINDOW_MAX_MS, &window_ms, NULL))
    return complain (call, "no-such-window",
                     "Choose stretches between a tenth of a second and an hour.");
  self->window = (LwTime)window_ms * LW_MSECOND;
  return TRUE;
}

static gboolean
read_question (Question *self, LwRoom *room, LwHttpCall *call)
{
  g_autoptr (GError) error = NULL;
  LwId segment_id;

  if (!lw_http_call_part_id (call, "segment", &segment_id))
    return FALSE;
  if (!lw_walk_facts_load_for_segment (&self->facts, room, lw_http_call_caller (call), &segment_id,
                                       &self->segment, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  if (!lw_walk_facts_allow (&self->facts, LW_ACT_SEE_NOTE, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return FALSE;
  }
  self->sheets = lw_codes_read (self->facts.protocol);
  self->sheet = lw_codes_find_sheet (self->sheets, lw_http_call_query (call, "sheet"));
  if (self->sheet == NULL || self->sheet->codes->len > LW_AGREEMENT_CODES_MAX)
    return complain (call, "no-such-sheet", "This walk’s routine has no such code sheet.");
  return read_coders (self, call) && read_window (self, call);
}

/* (element-type LwCodedStretch) of one coder. @longest: grows to where the last one ends */
static GArray *
read_codes (const Question *self, LwRoom *room, const LwId *coder, LwTime *longest, GError **error)
{
  LwNoteQuery query = {
      .segment_id = &self->segment->id, .author_id = coder, .kinds = 1u << LW_NOTE_CODE};
  g_autoptr (GPtrArray) notes = lw_store_query (room->store, &query, error);
  GArray *codes;

  if (notes == NULL)
    return NULL;
  codes = g_array_new (FALSE, FALSE, sizeof (LwCodedStretch));
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    LwCodedStretch one = {.start = note->start, .end = note->end};
    const LwCodeSheet *sheet;

    if (!lw_codes_find_of (self->sheets, note, &sheet, &one.code) || sheet != self->sheet)
      continue;
    g_array_append_val (codes, one);
    *longest = MAX (*longest, note->end);
  }
  return codes;
}

/* Players differ by a little in where a lesson ends: what lies behind it belongs to its end. */
static void
clamp_codes (GArray *codes, LwTime length)
{
  for (guint i = 0; i < codes->len; i++) {
    LwCodedStretch *one = &g_array_index (codes, LwCodedStretch, i);

    one->start = MIN (one->start, length);
    one->end = MIN (one->end, length);
  }
}

static json_object *
kappa_to_json (const LwKappa *kappa)
{
  json_object *json = json_object_new_object ();

  json_object_object_add (json, "observed", json_object_new_double (kappa->observed));
  json_object_object_add (json, "expected", json_object_new_double (kappa->expected));
  json_object_object_add (json, "kappa",
                          kappa->has_kappa ? json_object_new_double (kappa->kappa) : NULL);
  return json;
}

static json_object *
code_to_json (const LwCode *code, const LwCodeAgreement *found)
{
  json_object *json = kappa_to_json (&found->kappa);

  lw_json_add_text (json, "code", code->id);
  lw_json_add_text (json, "title", code->title);
  lw_json_add_int (json, "both", (gint64)found->both);
  lw_json_add_int (json, "only_a", (gint64)found->only_a);
  lw_json_add_int (json, "only_b", (gint64)found->only_b);
  lw_json_add_int (json, "neither", (gint64)found->neither);
  return json;
}

static json_object *
differences_to_json (const Question *self, const LwAgreement *agreement)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < agreement->differences->len; i++) {
    const LwCodeDifference *one = &g_array_index (agreement->differences, LwCodeDifference, i);
    json_object *json = json_object_new_object ();

    lw_json_add_text (json, "code", ((LwCode *)self->sheet->codes->pdata[one->code])->id);
    lw_json_add_text (json, "by", one->by_a ? "a" : "b");
    lw_json_add_int (json, "start", one->start);
    lw_json_add_int (json, "end", one->end);
    json_object_array_add (list, json);
  }
  return list;
}

static json_object *
instead_to_json (const Question *self, const LwAgreement *agreement)
{
  json_object *list = json_object_new_array ();
  guint n = agreement->n_codes;

  for (guint i = 0; i < n * n; i++) {
    json_object *json;

    if (agreement->instead[i] == 0)
      continue;
    json = json_object_new_object ();
    lw_json_add_text (json, "a", ((LwCode *)self->sheet->codes->pdata[i / n])->id);
    lw_json_add_text (json, "b", ((LwCode *)self->sheet->codes->pdata[i % n])->id);
    lw_json_add_int (json, "windows", (gint64)agreement->instead[i]);
    json_object_array_add (list, json);
  }
  return list;
}

static json_object *
agreement_to_json (const Question *self, const LwAgreement *agreement, guint n_a, guint n_b)
{
  json_object *json = json_object_new_object ();
  json_object *codes = json_object_new_array ();

  lw_json_add_int (json, "window_ms", self->window / LW_MSECOND);
  lw_json_add_int (json, "windows", agreement->n_windows);
  lw_json_add_int (json, "put_a", n_a);
  lw_json_add_int (json, "put_b", n_b);
  json_object_object_add (json, "overall", kappa_to_json (&agreement->pooled));
  for (guint i = 0; i < agreement->n_codes; i++)
    json_object_array_add (codes,
                           code_to_json (self->sheet->codes->pdata[i], &agreement->codes[i]));
  json_object_object_add (json, "codes", codes);
  json_object_object_add (json, "instead", instead_to_json (self, agreement));
  json_object_object_add (json, "differences", differences_to_json (self, agreement));
  return json;
}

static void
get_agreement (LwHttpCall *call, gpointer data)
{
  g_auto (Question) question = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) a = NULL;
  g_autoptr (GArray) b = NULL;
  g_autoptr (LwAgreement) agreement = NULL;
  LwTime length, longest = 1;

  if (!read_question (&question, data, call))
    return;
  a = read_codes (&question, data, &question.coders[0], &longest, &error);
  if (a != NULL)
    b = read_codes (&question, data, &question.coders[1], &longest, &error);
  if (b == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  length = question.segment->duration > 0 ? question.segment->duration : longest;
  if (!lw_agreement_fits (length, question.window)) {
    complain (call, "no-such-window",
              "The lesson is too long for stretches that short. Choose "
              "longer ones.");
    return;
  }
  clamp_codes (a, length);
  clamp_codes (b, length);
  agreement = lw_agreement_new ((LwCodedStretch *)a->data, a->len, (LwCodedStretch *)b->data,
                                b->len, question.sheet->codes->len, length, question.window);
  lw_http_call_reply_json (call, 200, agreement_to_json (&question, agreement, a->len, b->len));
}

/* ---- tests and cycles ---- */

static void
get_tests (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  json_object *walks, *json, *may;

  if (!lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_TESTS))
    return;
  walks = lw_cycles_tests_to_json (data, &facts, lw_http_call_caller (call), &error);
  if (walks == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  may = json_object_new_object ();
  lw_json_add_flag (may, "put", lw_walk_facts_allow (&facts, LW_ACT_PUT_TEST, FALSE));
  json_object_object_add (json, "may", may);
  json_object_object_add (json, "walks", walks);
  lw_http_call_reply_json (call, 200, json);
}

static void
get_cycles (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  json_object *json;

  if (!lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_TESTS))
    return;
  json = lw_cycles_to_json (data, &facts, lw_http_call_caller (call),
                            lw_http_call_query (call, "measure"), &error);
  if (json != NULL)
    lw_http_call_reply_json (call, 200, json);
  else if (error->domain == LW_NOTE_ERROR)
    complain (call, "no-such-code", error->message);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

/* ---- a table ---- */

enum { LESSON, CODER, SHEET, CODE, TITLE, START, END, SECONDS, REMARK, COLUMNS };

typedef struct {
  LwRoom *room;
  gboolean names;
  GHashTable *coders; /* LwId -> a name, or a number that stays the same in the table */
  GString *table;
} Table;

static const char *
coder_of (Table *self, const LwId *person_id)
{
  const char *known = g_hash_table_lookup (self->coders, person_id);
  g_autoptr (LwPerson) person = NULL;
  char *name;

  if (known != NULL)
    return known;
  if (self->names)
    person = lw_store_get_person (self->room->store, person_id, NULL);
  name = person != NULL && *person->name != '\0'
             ? g_strdup (person->name)
             : g_strdup_printf ("coder %u", g_hash_table_size (self->coders) + 1);
  g_hash_table_insert (self->coders, g_memdup2 (person_id, sizeof *person_id), name);
  return name;
}

static void
add_code (Table *self, const LwCodeSheet *sheet, guint index, const LwNote *note)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (self->room->store, &note->segment_id, NULL);
  const LwCode *code = sheet->codes->pdata[index];
  g_autofree char *start = lw_time_format_ms (note->start);
  g_autofree char *end = lw_time_format_ms (note->end);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE] = "";
  const char *cells[COLUMNS] = {[LESSON] = segment != NULL ? segment->title : "",
                                [CODER] = coder_of (self, &note->author_id),
                                [SHEET] = sheet->title,
                                [CODE] = note->tags[0],
                                [TITLE] = code->title,
                                [START] = start,
                                [END] = end,
                                [SECONDS] = seconds,
                                [REMARK] = note->text};

  /* What is counted has no length; what has begun and not ended has none yet. */
  if (note->end > note->start)
    g_ascii_formatd (seconds, sizeof seconds, "%.3f",
                     (double)(note->end - note->start) / LW_SECOND);
  lw_csv_add_row (self->table, cells, COLUMNS);
}

static void
get_table (LwHttpCall *call, gpointer data)
{
  static const char *const heads[COLUMNS] = {"lesson", "coder", "sheet",   "code",  "title",
                                             "start",  "end",   "seconds", "remark"};
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  g_autoptr (GPtrArray) sheets = NULL;
  g_autoptr (GHashTable) coders = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
  g_autoptr (GString) text = lw_csv_new (heads, COLUMNS);
  g_autoptr (GBytes) bytes = NULL;
  LwNoteQuery query = {.kinds = 1u << LW_NOTE_CODE};
  Table table = {.room = room, .coders = coders, .table = text};

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  query.walk_id = &facts.walk->id;
  table.names = g_strcmp0 (lw_http_call_query (call, "names"), "false") != 0 &&
                !lw_levels_hide_names (facts.protocol);
  sheets = lw_codes_read (facts.protocol);
  notes = lw_store_query (room->store, &query, &error);
  if (notes == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    const LwCodeSheet *sheet;
    guint index;

    if (lw_walk_facts_allow_note (&facts, note) && lw_codes_find_of (sheets, note, &sheet, &index))
      add_code (&table, sheet, index, note);
  }
  bytes = g_bytes_new (text->str, text->len);
  lw_http_call_reply_bytes (call, 200, "text/csv; charset=utf-8", bytes);
}

void
lw_room_add_coding (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/segments/:segment/agreement", get_agreement, 0, 0},
      {"GET", "/api/walks/:walk/tests", get_tests, 0, 0},
      {"GET", "/api/walks/:walk/cycles", get_cycles, 0, 0},
      {"GET", "/api/walks/:walk/codes.csv", get_table, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
