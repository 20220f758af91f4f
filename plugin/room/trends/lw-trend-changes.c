/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Practices and trends as people write them. Each change names its thing by an id that the panel
 * made, so one that is sent twice is kept once; of two versions the later stands.
 */

#include "lw-trend-changes.h"

#include "lw-audit.h"
#include "lw-board-json.h"
#include "lw-change.h"
#include "lw-json.h"

#define CHANGES_MAX 200
#define OF_A_KIND_MAX 2000 /* practices of a room, trends of a practice */
#define TITLE_MAX 200      /* characters */
#define TEXT_MAX 4000

typedef struct {
  LwOpenWalks *open;
  json_object *json;
  LwItem item;
  gpointer there; /* the version that stands, of the same kind; or NULL */
} Changing;

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, LW_WALK_ERROR, LW_WALK_ERROR_FIELD, message);
  return FALSE;
}

static gboolean
refuse_person (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       "That is not open to you, so nothing was changed.");
  return FALSE;
}

static const char *
text_of (Changing *self, const char *member)
{
  const char *text = lw_json_get_text (self->json, member);

  return text != NULL ? text : "";
}

/* @least: characters that are not white space at the ends */
static gboolean
is_length (const char *text, glong least, glong most)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return g_utf8_strlen (stripped, -1) >= least && g_utf8_strlen (text, -1) <= most;
}

static gboolean
has_room (Changing *self, LwEntityKind kind, const LwId *parent, GError **error)
{
  g_autoptr (GPtrArray) all = lw_store_list (self->open->room->store, kind, parent, error);

  return all != NULL && (self->there != NULL || all->len < OF_A_KIND_MAX ||
                         refuse (error, "There are as many of them as the room keeps."));
}

/* ---- practices ---- */

static gpointer
read_practice (Changing *self, GError **error)
{
  LwPractice fields = {.item = self->item,
                       .title = text_of (self, "title"),
                       .about = text_of (self, "about"),
                       .why = text_of (self, "why"),
                       .on = text_of (self, "on")};
  const char *decision = lw_json_get_text (self->json, "decision");

  if (!lw_practice_may_change (self->open, &self->item.id)) {
    refuse_person (error);
    return NULL;
  }
  /* What was taken away keeps its words in the log alone. */
  if (self->item.gone)
    return lw_practice_new (&(LwPractice){.item = self->item}, error);
  if ((decision != NULL && !lw_course_parse (decision, &fields.decision)) ||
      !is_length (fields.title, 1, TITLE_MAX) || !is_length (fields.about, 0, TEXT_MAX) ||
      !is_length (fields.why, 0, TEXT_MAX) ||
      (*fields.on != '\0' && !lw_board_is_day (fields.on))) {
    refuse (error, "A practice has a title of at most 200 characters, and a decision its day. It "
                   "was not kept.");
    return NULL;
  }
  if (fields.decision != LW_COURSE_OPEN && !is_length (fields.why, 1, TEXT_MAX)) {
    refuse (error, "Say why: whoever reads the decision in a year needs the reason. It was not "
                   "kept.");
    return NULL;
  }
  return has_room (self, LW_ENTITY_PRACTICE, NULL, error) ? lw_practice_new (&fields, error) : NULL;
}

/* ---- trends ---- */

static gboolean
is_cited_already (const LwTrend *there, const char *id)
{
  return there != NULL && g_strv_contains (there->cites, id);
}

/* What is newly cited is open to the writer; what was cited may have been erased since. */
static gboolean
may_cite (Changing *self, const LwTrend *there, const char *id)
{
  const char *const one[] = {id, NULL};
  g_auto (LwTrendEvidence) evidence = {0};

  lw_trend_evidence_find (&evidence, self->open, &self->item.walk_id, one);
  return is_cited_already (there, id) || (evidence.notes->len > 0 && evidence.closed == 0);
}

static gboolean
check_evidence (Changing *self, const char *const *cites, GError **error)
{
  g_auto (LwTrendEvidence) evidence = {0};

  for (gsize i = 0; cites[i] != NULL; i++) {
    if (!may_cite (self, self->there, cites[i]))
      return refuse (error, "A trend rests on notes of this practice’s walks that are open to you. "
                            "One of those that you chose is not. It was not kept.");
  }
  lw_trend_evidence_find (&evidence, self->open, &self->item.walk_id, cites);
  return g_hash_table_size (evidence.visits) >= LW_TREND_VISITS_MIN ||
         refuse (error, "A trend rests on what was seen in two visits or more. Choose evidence of "
                        "another visit too. It was not kept.");
}

static gpointer
read_trend (Changing *self, GError **error)
{
  g_auto (GStrv) cites = lw_json_get_texts (self->json, "cites");
  LwTrend fields = {.text = text_of (self, "text"), .cites = (const char *const *)cites};

  if (!lw_json_get_id (self->json, "practice", &self->item.walk_id) ||
      !g_hash_table_contains (self->open->writing, &self->item.walk_id) ||
      (self->there != NULL &&
       !lw_id_equal (&((LwItem *)self->there)->walk_id, &self->item.walk_id))) {
    refuse_person (error);
    return NULL;
  }
  fields.item = self->item;
  if (self->item.gone)
    return lw_trend_new (&(LwTrend){.item = self->item}, error);
  lw_json_get_int (self->json, "position", &fields.position);
  if (!lw_outcome_kind_parse (lw_json_get_text (self->json, "kind"), &fields.kind) ||
      fields.kind > LW_OUTCOME_NEED || !is_length (fields.text, 1, TEXT_MAX) || cites == NULL ||
      g_strv_length (cites) > LW_ENTITY_LIST_MAX) {
    refuse (error, "A trend is an asset or a need, in words, with the notes that show it: 64 at "
                   "most. It was not kept.");
    return NULL;
  }
  if (!check_evidence (self, fields.cites, error) ||
      !has_room (self, LW_ENTITY_TREND, &self->item.walk_id, error))
    return NULL;
  return lw_trend_new (&fields, error);
}

/* ---- each ---- */

static gboolean
read_head (Changing *self, LwEntityKind *ret_kind)
{
  const char *type = lw_json_get_text (self->json, "type");
  const char *edited = lw_json_get_text (self->json, "edited");
  gint64 now_us = g_get_real_time ();
  gboolean gone = FALSE;

  *ret_kind = g_strcmp0 (type, "practice") == 0 ? LW_ENTITY_PRACTICE : LW_ENTITY_TREND;
  self->item = (LwItem){.by_id = self->open->caller->person_id, .edited_utc_us = now_us};
  if (edited != NULL &&
      (!lw_utc_parse (edited, &self->item.edited_utc_us) || self->item.edited_utc_us < 0))
    return FALSE;
  self->item.edited_utc_us = MIN (self->item.edited_utc_us, now_us);
  lw_json_get_flag (self->json, "gone", &gone);
  self->item.gone = gone;
  return (g_strcmp0 (type, "practice") == 0 || g_strcmp0 (type, "trend") == 0) &&
         lw_json_get_id (self->json, "id", &self->item.id);
}

static json_object *
tell (Changing *self, LwEntityKind kind, gconstpointer standing)
{
  LwTrendNames plain = {.store = self->open->room->store};

  return kind == LW_ENTITY_PRACTICE ? lw_practice_to_json (self->open, standing)
                                    : lw_trend_to_json (self->open, &plain, standing);
}

static gboolean
apply (Changing *self, json_object *result, GError **error)
{
  LwStore *store = self->open->room->store;
  LwEntityKind kind, there_kind = LW_ENTITY_N_KINDS;
  gpointer item, standing = NULL;
  gboolean ok;

  if (!json_object_is_type (self->json, json_type_object) || !read_head (self, &kind))
    return refuse (error, "The change could not be read, so it was not kept.");
  self->there = lw_store_get_item (store, &self->item.id, &there_kind, NULL);
  if (self->there != NULL && there_kind != kind) {
    lw_item_unref (there_kind, self->there);
    return refuse_person (error);
  }
  item = kind == LW_ENTITY_PRACTICE ? read_practice (self, error) : read_trend (self, error);
  if (self->there != NULL)
    lw_item_unref (kind, self->there);
  if (item == NULL)
    return FALSE;
  ok = lw_store_put_item (store, kind, item, &standing, error);
  lw_item_unref (kind, item);
  if (!ok)
    return FALSE;
  lw_audit_add_soon (
      self->open->room,
      &(LwAuditEvent){.action = LW_AUDIT_TREND_CHANGED,
                      .person_id = self->open->caller->person_id,
                      .target_id = ((LwItem *)standing)->id,
                      .detail = kind == LW_ENTITY_PRACTICE
                                    ? (((LwItem *)standing)->gone ? "practice gone" : "practice")
                                    : (((LwItem *)standing)->gone ? "trend gone" : "trend")});
  json_object_object_add (result, "item", tell (self, kind, standing));
  lw_item_unref (kind, standing);
  return TRUE;
}

json_object *
lw_trend_changes_apply (LwRoom *room, const LwCaller *caller, json_object *changes, GError **error)
{
  g_auto (LwOpenWalks) open = {0};
  json_object *results;
  gsize n;

  if (!json_object_is_type (changes, json_type_array) ||
      (n = json_object_array_length (changes)) > CHANGES_MAX) {
    refuse (error, "What was sent could not be read, so nothing was changed.");
    return NULL;
  }
  if (!lw_open_walks_load (&open, room, caller, NULL, NULL, error))
    return NULL;
  results = json_object_new_array ();
  for (gsize i = 0; i < n; i++) {
    Changing changing = {.open = &open, .json = json_object_array_get_idx (changes, i)};
    json_object *result = json_object_new_object ();
    g_autoptr (GError) cause = NULL;

    apply (&changing, result, &cause);
    json_object_array_add (results, lw_change_tell (result, cause));
  }
  return results;
}
