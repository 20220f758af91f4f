/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A protocol's file: first the schema, then what a schema cannot say. */

#include <json-c/json.h>
#include <string.h>

#include "lw-json-schema.h"
#include "lw-protocol-private.h"

#define SCHEMA "/lessonwalk/protocols/protocol.schema.json"
#define DEPTH_MAX 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

static const char *const groupings[] = {"alone", "pair", "trio", "small-group", "whole-group"};

const char *
lw_grouping_to_string (LwGrouping grouping)
{
  return grouping == LW_GROUPING_NONE ? NULL : groupings[grouping - LW_GROUPING_ALONE];
}

static void
clear_phase (gpointer data)
{
  LwPhase *phase = data;

  for (guint i = 0; i < phase->n_steps; i++) {
    g_free ((char *)phase->steps[i].id);
    g_free ((char *)phase->steps[i].title);
    g_free ((char *)phase->steps[i].hint);
  }
  g_free ((LwPhaseStep *)phase->steps);
  g_free ((char *)phase->id);
  g_free ((char *)phase->title);
  g_free ((char *)phase->hint);
  g_free ((char *)phase->form);
  g_free ((char *)phase->again);
}

void
lw_protocol_clear (gpointer data)
{
  LwProtocol *self = data;

  g_free (self->name);
  g_free (self->title);
  g_free (self->about);
  g_free (self->json);
  g_array_unref (self->phases);
  g_hash_table_unref (self->lenses);
}

gboolean
lw_protocol_is_id (const char *text)
{
  if (text == NULL || !g_ascii_islower (text[0]) || strlen (text) > 64)
    return FALSE;
  return text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static gboolean G_GNUC_PRINTF (2, 3) fail (GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_SYNTAX,
               "This is no routine that Lessonwalk can use: %s. Nothing was taken in. Change that "
               "in the file, then try again.",
               what);
  return FALSE;
}

/* ---- members of an object that the schema has let pass ---- */

static const char *
get_text (json_object *object, const char *member)
{
  json_object *value;

  return json_object_object_get_ex (object, member, &value) ? json_object_get_string (value) : "";
}

static guint
get_number (json_object *object, const char *member)
{
  json_object *value;

  return json_object_object_get_ex (object, member, &value) ? (guint)json_object_get_int (value)
                                                            : 0;
}

static gboolean
get_flag (json_object *object, const char *member)
{
  json_object *value;

  return json_object_object_get_ex (object, member, &value) && json_object_get_boolean (value);
}

/* Of a list that is not there: an empty one. */
static gsize
get_list (json_object *object, const char *member, json_object **ret_list)
{
  return json_object_object_get_ex (object, member, ret_list) ? json_object_array_length (*ret_list)
                                                              : 0;
}

static guint
get_roles (json_object *object, const char *member)
{
  json_object *list;
  gsize n = get_list (object, member, &list);
  guint roles = 0;

  for (gsize i = 0; i < n; i++) {
    LwRole role;

    if (lw_role_parse (json_object_get_string (json_object_array_get_idx (list, i)), &role))
      roles |= 1u << role;
  }
  return roles;
}

/* One bit for each of @words that is in the list. */
static guint
get_bits (json_object *object, const char *member, const char *const *words)
{
  json_object *list;
  gsize n = get_list (object, member, &list);
  guint bits = 0;

  for (gsize i = 0; i < n; i++) {
    const char *word = json_object_get_string (json_object_array_get_idx (list, i));

    for (guint bit = 0; words[bit] != NULL; bit++)
      bits |= g_str_equal (word, words[bit]) ? 1u << bit : 0;
  }
  return bits;
}

static gboolean
has_id (json_object *root, const char *list_name, const char *id)
{
  json_object *list;
  gsize n = get_list (root, list_name, &list);

  for (gsize i = 0; i < n; i++) {
    if (g_str_equal (get_text (json_object_array_get_idx (list, i), "id"), id))
      return TRUE;
  }
  return FALSE;
}

/* That no two entries of the list have the same text under @member. */
static gboolean
check_each_once (json_object *object, const char *list_name, const char *member, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  json_object *list;
  gsize n = get_list (object, list_name, &list);

  for (gsize i = 0; i < n; i++) {
    const char *text = get_text (json_object_array_get_idx (list, i), member);

    if (*text != '\0' && !g_hash_table_add (seen, (gpointer)text))
      return fail (error, "two of the %s have the %s “%s”", list_name, member, text);
  }
  return TRUE;
}

/* ---- phases ---- */

static LwGrouping
get_grouping (json_object *object)
{
  const char *word = get_text (object, "grouping");

  for (guint i = 0; i < G_N_ELEMENTS (groupings); i++) {
    if (g_str_equal (word, groupings[i]))
      return LW_GROUPING_ALONE + i;
  }
  return LW_GROUPING_NONE;
}

static void
add_steps (LwPhase *phase, json_object *object)
{
  json_object *list;
  LwPhaseStep *steps;

  phase->n_steps = (guint)get_list (object, "steps", &list);
  phase->steps = steps = g_new0 (LwPhaseStep, phase->n_steps);
  for (guint i = 0; i < phase->n_steps; i++) {
    json_object *step = json_object_array_get_idx (list, i), *before = NULL;
    const char *kind = get_text (step, "kind");

    json_object_object_get_ex (step, "before_next", &before);
    steps[i] = (LwPhaseStep){
        .id = g_strdup (get_text (step, "id")),
        .title = g_strdup (get_text (step, "title")),
        .hint = g_strdup (get_text (step, "hint")),
        .minutes = get_number (step, "minutes"),
        .grouping = get_grouping (step),
        .kind = g_str_equal (kind, "evidence")       ? LW_STEP_EVIDENCE
                : g_str_equal (kind, "implications") ? LW_STEP_IMPLICATIONS
                                                     : LW_STEP_OTHER,
        .student_cards = before != NULL ? get_number (before, "student_cards") : 0,
    };
  }
}

static void
add_phase (LwProtocol *self, json_object *object)
{
  static const char *const gates[] = {"focus", "inquiry", "pd-session", "watch-for", NULL};
  static const char *const before[] = {"norms", "lens", "intention", NULL};
  LwPhase phase = {
      .id = g_strdup (get_text (object, "id")),
      .title = g_strdup (get_text (object, "title")),
      .hint = g_strdup (get_text (object, "hint")),
      .watch = get_roles (object, "watch"),
      .see_notes = get_roles (object, "see_notes"),
      .write_notes = get_roles (object, "write_notes"),
      .reply = get_roles (object, "reply"),
      .mark_progress = get_roles (object, "mark_progress"),
      .minutes = get_number (object, "minutes"),
      .gates = get_bits (object, "gates", gates),
      .before_watching = get_bits (object, "before_watching", before),
      .form = g_strdup (get_text (object, "form")),
      .again = g_strdup (get_text (object, "again")),
      .grouping = get_grouping (object),
      .host_leaves = get_flag (object, "host_leaves"),
      .closed = get_flag (object, "closed"),
  };

  phase.tries = get_flag (object, "tries");
  add_steps (&phase, object);
  if (self->phases->len > 0)
    phase.gates |= LW_GATE_FOCUS | LW_GATE_INQUIRY;
  g_array_append_val (self->phases, phase);
}

/* Following @again back to a phase that is there once for each visit, and so are all from there to
 * here, is on to the next visit. Anything else is another round. */
static void
set_begins_round (LwProtocol *self, json_object *phases, guint index)
{
  LwPhase *phase = &g_array_index (self->phases, LwPhase, index);
  gboolean is_inside = FALSE, is_each_visit = TRUE;

  for (guint i = 0; i <= index; i++) {
    is_inside |= g_str_equal (g_array_index (self->phases, LwPhase, i).id, phase->again);
    if (is_inside)
      is_each_visit &=
          g_str_equal (get_text (json_object_array_get_idx (phases, i), "each"), "visit");
  }
  phase->begins_round = is_inside && !is_each_visit;
}

/* Evidence comes first, and what is waited for can come. */
static gboolean
check_steps (const LwPhase *phase, json_object *object, GError **error)
{
  gboolean has_evidence = FALSE, has_implications = FALSE;

  if (phase->n_steps == 0)
    return TRUE;
  if (!check_each_once (object, "steps", "id", error))
    return FALSE;
  for (guint i = 0; i < phase->n_steps; i++) {
    const LwPhaseStep *step = &phase->steps[i];

    if (step->kind == LW_STEP_IMPLICATIONS && !has_evidence)
      return fail (error, "the phase “%s” comes to implications before any step of evidence",
                   phase->title);
    if (step->kind == LW_STEP_EVIDENCE && has_implications)
      return fail (error, "in the phase “%s” evidence comes after implications", phase->title);
    if (step->student_cards > 0 && (phase->see_notes & phase->reply) == 0)
      return fail (error,
                   "the phase “%s” waits for cards on the board, but nobody can put one there",
                   phase->title);
    has_evidence |= step->kind == LW_STEP_EVIDENCE;
    has_implications |= step->kind == LW_STEP_IMPLICATIONS;
  }
  return TRUE;
}

/* A walk that the people in it can follow: what a phase refers to is there, nobody marks progress
 * or answers where nothing can be seen, and what is closed stays so. */
static gboolean
check_phase (LwProtocol *self, json_object *root, guint index, GError **error)
{
  const LwPhase *phase = &g_array_index (self->phases, LwPhase, index);
  const LwPhase *before = index > 0 ? phase - 1 : NULL;
  gboolean again_is_earlier = *phase->again == '\0';

  if (*phase->form != '\0' && !has_id (root, "forms", phase->form))
    return fail (error, "the phase “%s” has the form “%s”, which is not among the forms",
                 phase->title, phase->form);
  for (guint i = 0; i < index; i++)
    again_is_earlier |= g_str_equal (g_array_index (self->phases, LwPhase, i).id, phase->again);
  if (!again_is_earlier)
    return fail (error, "after the phase “%s” comes “%s” again, which is no earlier phase",
                 phase->title, phase->again);
  if ((phase->reply | phase->mark_progress) & ~phase->see_notes)
    return fail (error,
                 "in the phase “%s” somebody replies or marks progress without seeing the notes",
                 phase->title);
  if (phase->closed && (phase->write_notes | phase->reply | phase->mark_progress))
    return fail (error, "the phase “%s” is closed, but something is written in it", phase->title);
  if (before != NULL && before->closed && !phase->closed)
    return fail (error, "the phase “%s” follows one that is closed", phase->title);
  if (phase->host_leaves && (phase->closed || index + 1 == self->phases->len))
    return fail (error, "the host leaves in the phase “%s”, and does not come back", phase->title);
  return TRUE;
}

static gboolean
check_lists (json_object *root, GError **error)
{
  static const struct {
    const char *list, *entries, *member;
  } inner[] = {
      {"forms", "fields", "id"},
      {"code_sheets", "codes", "id"},
      {"code_sheets", "codes", "key"},
  };

  if (!check_each_once (root, "phases", "id", error) ||
      !check_each_once (root, "forms", "id", error) ||
      !check_each_once (root, "code_sheets", "id", error) ||
      !check_each_once (root, "levels", "id", error) ||
      !check_each_once (root, "roles", "role", error) ||
      !check_each_once (root, "lenses", "name", error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (inner); i++) {
    json_object *list;
    gsize n = get_list (root, inner[i].list, &list);

    for (gsize k = 0; k < n; k++) {
      if (!check_each_once (json_object_array_get_idx (list, k), inner[i].entries, inner[i].member,
                            error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_protocol (LwProtocol *self, json_object *root, GError **error)
{
  json_object *phases, *lenses;
  gsize n = get_list (root, "phases", &phases), n_lenses;

  if (!check_lists (root, error))
    return FALSE;
  self->name = g_strdup_printf ("%s@%u", get_text (root, "protocol"), get_number (root, "version"));
  self->title = g_strdup (get_text (root, "title"));
  self->about = g_strdup (get_text (root, "about"));
  for (gsize i = 0; i < n; i++)
    add_phase (self, json_object_array_get_idx (phases, i));
  n_lenses = get_list (root, "lenses", &lenses);
  for (gsize i = 0; i < n_lenses; i++) {
    json_object *lens = json_object_array_get_idx (lenses, i);

    g_hash_table_insert (self->lenses, g_strdup (get_text (lens, "name")),
                         g_strdup (get_text (lens, "description")));
  }
  for (guint i = 0; i < n; i++) {
    if (!check_phase (self, root, i, error) ||
        !check_steps (&g_array_index (self->phases, LwPhase, i),
                      json_object_array_get_idx (phases, i), error))
      return FALSE;
    set_begins_round (self, phases, i);
  }
  return TRUE;
}

/* ---- the file ---- */

/* Read once, and never freed: it comes with the program. */
static json_object *
get_schema (void)
{
  static gsize once = 0;
  static json_object *schema = NULL;

  if (g_once_init_enter (&once)) {
    g_autoptr (GBytes) bytes = g_resource_lookup_data (lw_protocols_get_resource (), SCHEMA,
                                                       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    schema = json_tokener_parse (g_bytes_get_data (bytes, NULL));
    g_assert (schema != NULL);
    g_once_init_leave (&once, 1);
  }
  return schema;
}

LwProtocol *
lw_protocol_parse (const char *json, gsize length, GError **error)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (DEPTH_MAX);
  g_autoptr (json_object) root = NULL;
  g_autoptr (LwProtocol) self = NULL;
  g_autofree char *breach = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  if (length > LW_PROTOCOL_MAX_BYTES) {
    fail (error, "the file is larger than %d KiB", LW_PROTOCOL_MAX_BYTES / 1024);
    return NULL;
  }
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  root = json_tokener_parse_ex (tokener, json, (int)length);
  if (root == NULL) {
    enum json_tokener_error what = json_tokener_get_error (tokener);

    fail (error, "the file is no JSON (%s)",
          what == json_tokener_continue ? "it ends too early" : json_tokener_error_desc (what));
    return NULL;
  }
  if (!lw_json_schema_check (get_schema (), root, &breach)) {
    fail (error, "%s", breach);
    return NULL;
  }
  self = g_atomic_rc_box_new0 (LwProtocol);
  self->lenses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->phases = g_array_new (FALSE, FALSE, sizeof (LwPhase));
  g_array_set_clear_func (self->phases, clear_phase);
  if (!read_protocol (self, root, error))
    return NULL;
  self->json = g_strdup (json_object_to_json_string_ext (root, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE));
  return g_steal_pointer (&self);
}
