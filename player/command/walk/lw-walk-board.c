/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk board */
#include "lw-board-csv.h"
#include "lw-board-view.h"
#include "lw-walk-verbs.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  char *csv, *group, *card, *in, *about, *asset, *need, *wondering;
  char **cites;
  gboolean no_names;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->csv);
  g_free (o->group);
  g_free (o->card);
  g_free (o->in);
  g_free (o->about);
  g_free (o->asset);
  g_free (o->need);
  g_free (o->wondering);
  g_strfreev (o->cites);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
outcome_title (LwOutcomeKind kind)
{
  switch (kind) {
  case LW_OUTCOME_ASSET:
    return _ ("What is working");
  case LW_OUTCOME_NEED:
    return _ ("What is needed");
  default:
    return _ ("Wonderings for the teacher");
  }
}

/* ---- showing it ---- */

static json_object *
group_to_json (LwCommandLine *line, const LwBoardGroup *group)
{
  json_object *json = json_object_new_object (), *cards = json_object_new_array ();

  json_object_object_add (json, "id",
                          group->group != NULL ? lw_json_id (&group->group->item.id) : NULL);
  json_object_object_add (json, "title",
                          group->group != NULL ? lw_json_string (group->group->title) : NULL);
  for (guint i = 0; i < group->cards->len; i++) {
    const LwBoardCard *card = group->cards->pdata[i];
    json_object *one = lw_json_note (line, card->note);

    json_object_object_add (one, "about", lw_json_string (card->about));
    json_object_array_add (cards, one);
  }
  json_object_object_add (json, "cards", cards);
  return json;
}

static void
print_group (LwCommandLine *line, const LwBoardGroup *group)
{
  const char *titles[] = {_ ("ID"),  _ ("LESSON"), _ ("TIME"), _ ("KIND"),
                          _ ("WHO"), _ ("ABOUT"),  _ ("CARD"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);

  for (guint i = 0; i < group->cards->len; i++) {
    const LwBoardCard *card = group->cards->pdata[i];
    g_autofree char *id = lw_walk_short_id (&card->note->id);
    g_autofree char *moment = lw_walk_moment (card->note);
    const char *cells[] = {id,
                           card->segment != NULL ? card->segment->title : "",
                           moment,
                           lw_note_kind_to_string (card->note->kind),
                           lw_command_name (line, LW_ENTITY_PERSON, &card->note->author_id),
                           card->about,
                           card->note->text};

    lw_table_add (table, cells);
  }
  lw_print ("\n");
  lw_walk_print ("##", group->group != NULL ? group->group->title : _ ("Not grouped yet"));
  if (group->cards->len > 0)
    lw_table_print (table);
}

static json_object *
outcomes_to_json (const LwBoardView *view)
{
  json_object *array = json_object_new_array ();

  for (guint kind = 0; kind < LW_OUTCOME_N_KINDS; kind++) {
    for (guint i = 0; i < view->outcomes[kind]->len; i++) {
      const LwOutcome *outcome = view->outcomes[kind]->pdata[i];
      json_object *one = json_object_new_object ();

      json_object_object_add (one, "id", lw_json_id (&outcome->item.id));
      json_object_object_add (one, "kind", lw_json_string (lw_outcome_kind_to_string (kind)));
      json_object_object_add (one, "text", lw_json_string (outcome->text));
      json_object_object_add (one, "cites", lw_walk_strings (outcome->cites));
      json_object_array_add (array, one);
    }
  }
  return array;
}

static void
print_outcomes (const LwBoardView *view)
{
  for (guint kind = 0; kind < LW_OUTCOME_N_KINDS; kind++) {
    if (view->outcomes[kind]->len > 0)
      lw_print ("\n%s\n", outcome_title (kind));
    for (guint i = 0; i < view->outcomes[kind]->len; i++) {
      const LwOutcome *outcome = view->outcomes[kind]->pdata[i];
      guint n = g_strv_length ((char **)outcome->cites);
      g_autofree char *safe = lw_text_make_safe (outcome->text, FALSE);

      lw_print (ngettext ("  – %s (rests on %u card)\n", "  – %s (rests on %u cards)\n", n), safe,
                n);
    }
  }
}

static int
answer (LwCommandLine *line, const LwWalking *walking)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBoardView) view = lw_board_view_load (walking, &error);
  json_object *json, *groups;

  if (view == NULL)
    return lw_command_fail (line, error);
  if (line->json) {
    json = json_object_new_object ();
    groups = json_object_new_array ();
    for (guint i = 0; i < view->groups->len; i++)
      json_object_array_add (groups, group_to_json (line, view->groups->pdata[i]));
    json_object_object_add (json, "groups", groups);
    json_object_object_add (json, "outcomes", outcomes_to_json (view));
    return lw_command_print_json (line, json);
  }
  for (guint i = 0; i < view->groups->len; i++)
    print_group (line, view->groups->pdata[i]);
  print_outcomes (view);
  return LW_EXIT_OK;
}

static int
answer_csv (LwCommandLine *line, const LwWalking *walking, const Options *o)
{
  const LwStanding *standing = &walking->standing;
  gboolean names = !o->no_names && !lw_levels_hide_names (standing->protocol);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBoardView) view = lw_board_view_load (walking, &error);
  g_autoptr (GBytes) table = view != NULL ? lw_board_csv (standing, names, &error) : NULL;
  const char *bytes;
  gsize length;

  if (table == NULL)
    return lw_command_fail (line, error);
  bytes = g_bytes_get_data (table, &length);
  if (strcmp (o->csv, "-") == 0) {
    fwrite (bytes, 1, length, stdout);
    return LW_EXIT_OK;
  }
  if (!g_file_set_contents_full (o->csv, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *json = json_object_new_object ();

    json_object_object_add (json, "file", lw_json_string (o->csv));
    return lw_command_print_json (line, json);
  }
  lw_walk_print (_ ("written:"), o->csv);
  return LW_EXIT_OK;
}

/* ---- changing it ---- */

/* By its title, or the end of its id. */
static const LwBoardGroup *
find_group (const LwBoardView *view, const char *name, GError **error)
{
  for (guint i = 0; i + 1 < view->groups->len; i++) {
    const LwBoardGroup *group = view->groups->pdata[i];

    if (strcmp (group->group->title, name) == 0 || lw_walk_is_id (&group->group->item.id, name))
      return group;
  }
  lw_walk_fail_not_found (error, _ ("The board has no group “%s”."), name);
  return NULL;
}

static const LwBoardCard *
find_card (const LwBoardView *view, const char *name, GError **error)
{
  for (guint i = 0; i < view->groups->len; i++) {
    const LwBoardGroup *group = view->groups->pdata[i];

    for (guint k = 0; k < group->cards->len; k++) {
      const LwBoardCard *card = group->cards->pdata[k];

      if (lw_walk_is_id (&card->note->id, name))
        return card;
    }
  }
  lw_walk_fail_not_found (
      error, _ ("No card on the board is “%s”. “lessonwalk walk board” shows their ids."), name);
  return NULL;
}

static gint64
position_behind (const LwBoardGroup *group)
{
  const LwBoardCard *last =
      group->cards->len > 0 ? group->cards->pdata[group->cards->len - 1] : NULL;
  gint64 before = last != NULL && last->card != NULL ? last->card->position : 0;

  return lw_board_position_between (&before, NULL);
}

static gboolean
put_card (const LwWalking *walking, const LwBoardView *view, const Options *o, GError **error)
{
  const LwBoardCard *card = find_card (view, o->card, error);
  LwBoardDraft draft = {.kind = LW_ENTITY_CARD};
  LwCard *fields = &draft.fields.card;

  if (card == NULL)
    return FALSE;
  if (card->card != NULL)
    *fields = *card->card;
  fields->note_id = card->note->id;
  if (fields->about == NULL)
    fields->about = "";
  if (o->about != NULL)
    fields->about = o->about;
  if (o->in != NULL && *o->in != '\0') {
    const LwBoardGroup *group = find_group (view, o->in, error);

    if (group == NULL)
      return FALSE;
    fields->group_id = group->group->item.id;
    fields->position = position_behind (group);
  } else if (o->in != NULL) {
    fields->group_id = LW_ID_NONE;
  }
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static gboolean
put_group (const LwWalking *walking, const LwBoardView *view, const char *title, GError **error)
{
  const LwBoardGroup *last =
      view->groups->len > 1 ? view->groups->pdata[view->groups->len - 2] : NULL;
  LwBoardDraft draft = {.kind = LW_ENTITY_GROUP};

  draft.fields.group.title = title;
  draft.fields.group.position =
      lw_board_position_between (last != NULL ? &last->group->position : NULL, NULL);
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static gboolean
put_outcome (const LwWalking *walking,
             const LwBoardView *view,
             LwOutcomeKind kind,
             const char *text,
             char **cites,
             GError **error)
{
  g_auto (LwBoardDraft) draft = {.kind = LW_ENTITY_OUTCOME};
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  guint n = view->outcomes[kind]->len;

  for (guint i = 0; cites != NULL && cites[i] != NULL; i++) {
    const LwBoardCard *card = find_card (view, cites[i], error);

    if (card == NULL) {
      g_ptr_array_set_free_func (ids, g_free);
      return FALSE;
    }
    g_ptr_array_add (ids, lw_id_to_string (&card->note->id));
  }
  g_ptr_array_add (ids, NULL);
  draft.cites = (GStrv)g_ptr_array_steal (ids, NULL);
  draft.fields.outcome.kind = kind;
  draft.fields.outcome.text = text;
  draft.fields.outcome.cites = (const char *const *)draft.cites;
  draft.fields.outcome.position =
      n > 0 ? lw_board_position_between (
                  &((const LwOutcome *)view->outcomes[kind]->pdata[n - 1])->position, NULL)
            : 0;
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static gboolean
change (const LwWalking *walking, const Options *o, GError **error)
{
  const char *texts[] = {o->asset, o->need, o->wondering};
  g_autoptr (LwBoardView) view = lw_board_view_load (walking, error);

  if (view == NULL)
    return FALSE;
  if (o->group != NULL)
    return put_group (walking, view, o->group, error);
  if (o->card != NULL)
    return put_card (walking, view, o, error);
  for (guint kind = 0; kind < LW_OUTCOME_N_KINDS; kind++) {
    if (texts[kind] != NULL)
      return put_outcome (walking, view, kind, texts[kind], o->cites, error);
  }
  return TRUE;
}

static int
run (LwCommandLine *line)
{
  g_auto (Options) o = {0};
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;
  guint n;
  const GOptionEntry entries[] = {
      {"csv", 0, 0, G_OPTION_ARG_FILENAME, &o.csv, N_ ("Write it as a table for spreadsheets"),
       N_ ("FILE|-")},
      {"no-names", 0, 0, G_OPTION_ARG_NONE, &o.no_names, N_ ("Leave names out of that table"),
       NULL},
      {"group", 'g', 0, G_OPTION_ARG_STRING, &o.group, N_ ("Make a group of this title"),
       N_ ("TITLE")},
      {"card", 'c', 0, G_OPTION_ARG_STRING, &o.card, N_ ("The card that is moved or told of"),
       N_ ("NOTE")},
      {"in", 0, 0, G_OPTION_ARG_STRING, &o.in, N_ ("Put the card into this group; “” into none"),
       N_ ("GROUP")},
      {"about", 0, 0, G_OPTION_ARG_STRING, &o.about,
       N_ ("Of whom the card speaks: student, group, class, teacher or task"), N_ ("WHOM")},
      {"asset", 0, 0, G_OPTION_ARG_STRING, &o.asset, N_ ("Write down what is working"),
       N_ ("TEXT")},
      {"need", 0, 0, G_OPTION_ARG_STRING, &o.need, N_ ("Write down what is needed"), N_ ("TEXT")},
      {"wondering", 0, 0, G_OPTION_ARG_STRING, &o.wondering,
       N_ ("Write a wondering for the teacher"), N_ ("TEXT")},
      {"cites", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.cites,
       N_ ("A card on which that rests; may be repeated"), N_ ("NOTE")},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  n = (o.group != NULL) + (o.card != NULL) + (o.asset != NULL) + (o.need != NULL) +
      (o.wondering != NULL) + (o.csv != NULL);
  if (n > 1)
    return lw_command_fail_usage (line, "%s", _ ("One change at a time."));
  if ((o.in != NULL || o.about != NULL) && o.card == NULL)
    return lw_command_fail_usage (line, "%s", _ ("--card says which card is meant."));
  if (!lw_walk_open (line, n > 0 ? LW_STORE_FOR_WRITING : LW_STORE_FOR_READING, &walking, &error))
    return lw_command_fail (line, error);
  if (o.csv != NULL)
    return answer_csv (line, &walking, &o);
  if (!change (&walking, &o, &error))
    return lw_command_fail (line, error);
  return answer (line, &walking);
}

const LwCommand lw_walk_board = {
    "walk board", N_ ("[WALK]"), N_ ("The debrief board: cards in groups, and what comes of them"),
    N_ ("Every noticing and wondering of the walk is a card once the phase opens everybody's "
        "notes.\nEvidence of what students did comes first; needs and wonderings for the teacher "
        "after it.\n\n"
        "Examples:\n  lessonwalk walk board evidence\n"
        "  lessonwalk walk board evidence --group \"They compare\"\n"
        "  lessonwalk walk board evidence --card 822f1ba0 --in \"They compare\" --about student\n"
        "  lessonwalk walk board evidence --asset \"They give reasons\" --cites 822f1ba0\n"
        "  lessonwalk walk board evidence --csv board.csv"),
    run};
