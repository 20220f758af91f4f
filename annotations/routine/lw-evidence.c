/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Evidence of student learning is considered first: what is on the board says whether it was. */

#include "lw-evidence.h"

#include "lw-rounds.h"

static gboolean
has_tag (const char *const *tags, const char *const *words)
{
  for (gsize i = 0; tags[i] != NULL; i++) {
    g_autofree char *tag = g_utf8_strdown (tags[i], -1);

    if (g_strv_contains (words, tag))
      return TRUE;
  }
  return FALSE;
}

/* The words as the panel's board has them. */
const char *
lw_evidence_get_about (const char *about, const char *const *tags)
{
  static const struct {
    const char *about;
    const char *const words[6];
  } all[] = {{"student", {"student", "child"}},
             {"group", {"students", "pair", "pairs", "group"}},
             {"class", {"class", "everybody"}},
             {"teacher", {"teacher"}},
             {"task", {"task", "material", "work"}}};

  if (*about != '\0')
    return about;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    if (has_tag (tags, all[i].words))
      return all[i].about;
  }
  return "";
}

gboolean
lw_evidence_is_of_students (const char *about, const char *const *tags)
{
  static const char *const said[] = {"student", "group", "class", NULL};

  return g_strv_contains (said, lw_evidence_get_about (about, tags));
}

/* The first step between here and there that waits for something; NULL if none does. */
static const LwPhaseStep *
find_waiting (const LwStanding *standing, const LwPhase *phase, const LwPhaseStep *step)
{
  const LwAccess *access = &standing->access;
  const LwPhaseStep *waiting = NULL;
  gboolean is_between = FALSE;

  for (guint i = 0; i < lw_protocol_get_n_phases (standing->protocol); i++) {
    const LwPhase *one = lw_protocol_get_phase (standing->protocol, i);

    for (guint k = 0; k < one->n_steps; k++) {
      is_between |= one == access->phase && &one->steps[k] == access->step;
      if (one == phase && &one->steps[k] == step)
        return waiting;
      if (is_between && one->steps[k].student_cards > 0 &&
          (waiting == NULL || waiting->student_cards < one->steps[k].student_cards))
        waiting = &one->steps[k];
    }
    if (one == phase)
      return waiting;
    is_between |= one == access->phase;
  }
  return NULL;
}

/* Of this round. @ret_cards: of all, @ret_students: of what students did */
static gboolean
count_cards (
    LwStore *store, const LwWalk *walk, guint *ret_cards, guint *ret_students, GError **error)
{
  const guint kinds = 1u << LW_NOTE_NOTICING | 1u << LW_NOTE_WONDERING | 1u << LW_NOTE_PROGRESS;
  LwNoteQuery query = {.walk_id = &walk->id, .kinds = kinds};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &query, error);
  g_autoptr (GPtrArray) cards =
      notes != NULL ? lw_store_list (store, LW_ENTITY_CARD, &walk->id, error) : NULL;
  g_autoptr (GHashTable) about = g_hash_table_new (lw_id_hash, lw_id_equal);

  if (cards == NULL)
    return FALSE;
  for (guint i = 0; i < cards->len; i++) {
    const LwCard *card = cards->pdata[i];

    if (!card->item.gone)
      g_hash_table_insert (about, (gpointer)&card->note_id, (gpointer)card->about);
  }
  *ret_cards = *ret_students = 0;
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    const char *said = g_hash_table_lookup (about, &note->id);

    if (lw_rounds_of_tags (note->tags) != walk->round)
      continue;
    *ret_cards += 1;
    *ret_students += lw_evidence_is_of_students (said != NULL ? said : "", note->tags);
  }
  return TRUE;
}

gboolean
lw_evidence_check (const LwStanding *standing,
                   const LwPhase *phase,
                   const LwPhaseStep *step,
                   char **ret_missing,
                   GError **error)
{
  const LwPhaseStep *waiting = find_waiting (standing, phase, step);
  guint n_cards, n_students;

  *ret_missing = NULL;
  if (waiting == NULL)
    return TRUE;
  if (!count_cards (standing->store, standing->walk, &n_cards, &n_students, error))
    return FALSE;
  if (n_cards == 0 || n_students >= MIN (waiting->student_cards, n_cards))
    return TRUE;
  *ret_missing = g_strdup_printf (
      "First comes what students did (“%s”): on the board, say of %u card%s or more that it speaks "
      "of a student, of some students or of the whole class. Then go on.",
      waiting->title, waiting->student_cards, waiting->student_cards == 1 ? "" : "s");
  return TRUE;
}
