/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-board-csv.h"

#include "lw-csv.h"

/* ---- rows ---- */

enum {
  WHAT,
  GROUP,
  TEXT,
  BY,
  LESSON,
  START,
  END,
  LENS,
  ABOUT,
  TAGS,
  CITES,
  DUE,
  AGREED,
  WALL,
  COLUMNS
};

typedef struct {
  const LwStanding *standing;
  gboolean names;
  GString *table;
  GPtrArray *notes;       /* LwNote: those that may be read, by time */
  GHashTable *groups;     /* LwId -> LwGroup */
  GHashTable *cards;      /* LwId, of a note -> LwCard */
  GHashTable *note_texts; /* id as text -> the note's text */
} Table;

static char *
name_of (Table *self, const LwId *person_id)
{
  g_autoptr (LwPerson) person = self->names && !lw_id_is_none (person_id)
                                    ? lw_store_get_person (self->standing->store, person_id, NULL)
                                    : NULL;

  return g_strdup (person != NULL ? person->name : "");
}

static char *
lens_of (Table *self, const LwNote *note)
{
  g_autoptr (LwTrack) track = lw_store_get_track (self->standing->store, &note->track_id, NULL);
  const LwId *id =
      lw_id_is_none (&note->lens_id) && track != NULL ? &track->lens_id : &note->lens_id;
  g_autoptr (LwLens) lens = NULL;

  if (!lw_id_is_none (id))
    lens = lw_store_get_lens (self->standing->store, id, NULL);
  return g_strdup (lens != NULL ? lens->name : "");
}

static void
add_note (Table *self, const LwNote *note)
{
  g_autoptr (LwSegment) segment =
      lw_store_get_segment (self->standing->store, &note->segment_id, NULL);
  const LwCard *card = g_hash_table_lookup (self->cards, &note->id);
  const LwGroup *group = card != NULL ? g_hash_table_lookup (self->groups, &card->group_id) : NULL;
  g_autofree char *by = name_of (self, &note->author_id);
  g_autofree char *start = lw_time_format_ms (note->start);
  g_autofree char *end = lw_time_format_ms (note->end);
  g_autofree char *lens = lens_of (self, note);
  g_autofree char *tags = g_strjoinv (", ", (char **)note->tags);
  g_autofree char *wall =
      note->wall_utc_ns != 0 ? lw_utc_format (note->wall_utc_ns / LW_USECOND) : NULL;
  gboolean has_media = segment != NULL && !lw_content_hash_is_none (&segment->media);
  const char *cells[COLUMNS] = {[WHAT] = lw_note_kind_to_string (note->kind),
                                [GROUP] = group != NULL ? group->title : "",
                                [TEXT] = note->text,
                                [BY] = by,
                                [LESSON] = segment != NULL ? segment->title : "",
                                [START] = has_media ? start : "",
                                [END] = has_media ? end : "",
                                [LENS] = lens,
                                [ABOUT] = card != NULL ? card->about : "",
                                [TAGS] = tags,
                                [WALL] = wall != NULL ? wall : ""};

  lw_csv_add_row (self->table, cells, COLUMNS);
}

static void
add_outcome (Table *self, const LwOutcome *outcome)
{
  g_autoptr (GString) cites = g_string_new (NULL);
  const char *cells[COLUMNS] = {
      [WHAT] = lw_outcome_kind_to_string (outcome->kind), [TEXT] = outcome->text};

  for (gsize i = 0; outcome->cites[i] != NULL; i++) {
    const char *text = g_hash_table_lookup (self->note_texts, outcome->cites[i]);

    if (text != NULL)
      g_string_append_printf (cites, "%s%s", cites->len > 0 ? "\n" : "", text);
  }
  cells[CITES] = cites->str;
  if (outcome->kind == LW_OUTCOME_WONDERING)
    cells[WHAT] = "wondering for the teacher";
  lw_csv_add_row (self->table, cells, COLUMNS);
}

static void
add_step (Table *self, const LwStep *step)
{
  g_autofree char *what = g_strdup_printf ("next step: %s", step->level);
  g_autofree char *owner = name_of (self, &step->owner_id);
  const char *cells[COLUMNS] = {[WHAT] = what, [TEXT] = step->text, [DUE] = step->due};

  cells[BY] = *owner != '\0' || !self->names ? owner : step->owner;
  cells[AGREED] = lw_id_is_none (&step->agreed_by_id) ? "" : "yes";
  lw_csv_add_row (self->table, cells, COLUMNS);
}

static void
add_items (Table *self, LwEntityKind kind, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    gpointer item = items->pdata[i];

    if (((const LwItem *)item)->gone)
      continue;
    if (kind == LW_ENTITY_GROUP)
      g_hash_table_insert (self->groups, item, item);
    else if (kind == LW_ENTITY_CARD)
      g_hash_table_insert (self->cards, &((LwCard *)item)->note_id, item);
    else if (kind == LW_ENTITY_OUTCOME)
      add_outcome (self, item);
    else
      add_step (self, item);
  }
}

static void
add_notes (Table *self)
{
  for (guint i = 0; i < self->notes->len; i++) {
    const LwNote *note = self->notes->pdata[i];

    if (lw_standing_allows (self->standing, LW_ACT_SEE_NOTE,
                            lw_id_equal (&note->author_id, &self->standing->person_id))) {
      g_hash_table_insert (self->note_texts, lw_id_to_string (&note->id), (char *)note->text);
      /* A form is not on the board, codes have a table of their own, and a reply is no card. */
      if (note->kind != LW_NOTE_REPLY && note->kind != LW_NOTE_ANSWER && note->kind != LW_NOTE_CODE)
        add_note (self, note);
    }
  }
}

GBytes *
lw_board_csv (const LwStanding *standing, gboolean names, GError **error)
{
  static const char *const heads[COLUMNS] = {"what",     "group", "text",   "by",         "lesson",
                                             "start",    "end",   "lens",   "about",      "tags",
                                             "rests on", "due",   "agreed", "time of day"};
  static const LwEntityKind kinds[] = {LW_ENTITY_GROUP, LW_ENTITY_CARD, LW_ENTITY_OUTCOME,
                                       LW_ENTITY_STEP};
  LwNoteQuery query = {.walk_id = &standing->walk->id};
  g_autoptr (GPtrArray) notes = lw_store_query (standing->store, &query, error);
  g_autoptr (GHashTable) groups = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autoptr (GHashTable) cards = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GString) text = lw_csv_new (heads, COLUMNS);
  Table table = {.standing = standing, .names = names, .table = text, .notes = notes};

  if (notes == NULL)
    return NULL;
  table.groups = groups;
  table.cards = cards;
  table.note_texts = texts;
  /* Groups and cards are looked up by the notes, and those by what rests on them. */
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    GPtrArray *items = lw_store_list (standing->store, kinds[i], &standing->walk->id, error);

    if (items == NULL)
      return NULL;
    g_ptr_array_add (lists, items);
    if (kinds[i] == LW_ENTITY_OUTCOME)
      add_notes (&table);
    add_items (&table, kinds[i], items);
  }
  return g_bytes_new (text->str, text->len);
}
