/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-command.h"

#include <string.h>

void
lw_filter_options_entries (LwFilterOptions *o, GOptionEntry *entries)
{
  const GOptionEntry all[] = {
      {"kind", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &o->kinds,
       N_ ("Only noticing, wondering, reply or progress; may be repeated"), N_ ("KIND")},
      {"author", 0, 0, G_OPTION_ARG_STRING, &o->author, N_ ("Only this person's"), N_ ("NAME")},
      {"lens", 0, 0, G_OPTION_ARG_STRING, &o->lens, N_ ("Only those seen through this lens"),
       N_ ("NAME")},
      {"tag", 't', 0, G_OPTION_ARG_STRING, &o->tag, N_ ("Only those with this tag"), N_ ("TAG")},
      {"pass", 'p', 0, G_OPTION_ARG_STRING, &o->pass, N_ ("Only those of this viewing, from 1"),
       N_ ("NUMBER")},
      {"from", 0, 0, G_OPTION_ARG_STRING, &o->from, N_ ("Only from this time of the lesson on"),
       N_ ("TIME")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &o->to, N_ ("Only before this time"), N_ ("TIME")},
      {"on-focus", 'f', 0, G_OPTION_ARG_NONE, &o->on_focus,
       N_ ("Only those linked to the walk's focus"), NULL},
      {"limit", 'n', 0, G_OPTION_ARG_STRING, &o->limit, N_ ("At most so many"), N_ ("NUMBER")},
      {"order", 0, 0, G_OPTION_ARG_STRING, &o->order, N_ ("By time, newest, or rank (of a search)"),
       N_ ("ORDER")},
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (all) == LW_FILTER_N_ENTRIES);
  memcpy (entries, all, sizeof all);
}

static gboolean
parse_order (const char *text, gboolean has_text, LwOrder *ret_order, GError **error)
{
  if (strcmp (text, "time") == 0)
    *ret_order = LW_ORDER_TIME;
  else if (strcmp (text, "newest") == 0)
    *ret_order = LW_ORDER_NEWEST;
  else if (strcmp (text, "rank") == 0 && has_text)
    *ret_order = LW_ORDER_RANK;
  else {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 has_text ? _ ("--order: “%s” is none. There are time, newest and rank.")
                          : _ ("--order: “%s” is none here. There are time and newest."),
                 text);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_window (LwFilterOptions *o, LwNoteQuery *query, GError **error)
{
  if (o->from == NULL && o->to == NULL)
    return TRUE;
  query->has_window = TRUE;
  query->window_end = LW_TIME_MAX;
  if (o->from != NULL && !lw_command_parse_time ("--from", o->from, &query->window_start, error))
    return FALSE;
  if (o->to != NULL && !lw_command_parse_time ("--to", o->to, &query->window_end, error))
    return FALSE;
  if (query->window_start < query->window_end)
    return TRUE;
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE, "%s",
               _ ("--from must be before --to."));
  return FALSE;
}

gboolean
lw_filter_options_query (LwFilterOptions *o,
                         LwCommandLine *line,
                         LwNoteQuery *query,
                         GError **error)
{
  guint64 number = 0;
  for (char **kind = o->kinds; kind != NULL && *kind != NULL; kind++) {
    LwNoteKind value;
    if (!lw_command_parse_kind (*kind, &value, error))
      return FALSE;
    query->kinds |= 1u << value;
  }
  if (query->kinds == 0)
    query->kinds = LW_NOTE_KINDS_LISTED;
  if (o->pass != NULL) {
    if (!lw_command_parse_number ("--pass", o->pass, 1, G_MAXUINT, &number, error))
      return FALSE;
    query->pass = (guint)number;
  }
  if (o->limit != NULL) {
    if (!lw_command_parse_number ("--limit", o->limit, 1, G_MAXUINT, &number, error))
      return FALSE;
    query->limit = (guint)number;
  }
  if (!parse_window (o, query, error))
    return FALSE;
  if (o->order != NULL && !parse_order (o->order, query->text != NULL, &query->order, error))
    return FALSE;
  if (o->author != NULL) {
    g_autoptr (LwPerson) person = lw_command_find_person (line, o->author, error);
    if (person == NULL)
      return FALSE;
    o->author_id = person->id;
    query->author_id = &o->author_id;
  }
  if (o->lens != NULL) {
    g_autoptr (LwLens) lens = lw_command_find_lens (line, o->lens, FALSE, error);
    if (lens == NULL)
      return FALSE;
    o->lens_id = lens->id;
    query->lens_id = &o->lens_id;
  }
  query->tag = o->tag;
  query->on_focus = o->on_focus;
  return TRUE;
}

void
lw_filter_options_clear (LwFilterOptions *o)
{
  g_strfreev (o->kinds);
  g_free (o->author);
  g_free (o->lens);
  g_free (o->tag);
  g_free (o->pass);
  g_free (o->from);
  g_free (o->to);
  g_free (o->limit);
  g_free (o->order);
  *o = (LwFilterOptions){0};
}
