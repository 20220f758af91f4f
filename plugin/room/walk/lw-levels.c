/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-levels.h"

#include <string.h>

#include "lw-json.h"

static json_object *
parse (LwProtocol *protocol)
{
  return json_tokener_parse (lw_protocol_get_json (protocol));
}

json_object *
lw_levels_to_json (LwProtocol *protocol)
{
  g_autoptr (json_object) whole = parse (protocol);
  json_object *levels = NULL;

  if (json_object_object_get_ex (whole, "levels", &levels))
    return json_object_get (levels);
  return json_object_new_array ();
}

gboolean
lw_levels_hide_names (LwProtocol *protocol)
{
  g_autoptr (json_object) whole = parse (protocol);
  gboolean hide = FALSE;

  lw_json_get_flag (whole, "hide_names", &hide);
  return hide;
}

static LwLevel
read_level (json_object *level)
{
  LwLevel found = {0};

  found.is_agreed = g_strcmp0 (lw_json_get_text (level, "agreed_by"), "host") == 0;
  lw_json_get_flag (level, "may_be_empty", &found.may_be_empty);
  return found;
}

gboolean
lw_levels_find (LwProtocol *protocol, const char *id, LwLevel *ret_level)
{
  g_autoptr (json_object) levels = lw_levels_to_json (protocol);

  *ret_level = (LwLevel){0};
  for (gsize i = 0; i < json_object_array_length (levels); i++) {
    json_object *level = json_object_array_get_idx (levels, i);

    if (g_strcmp0 (lw_json_get_text (level, "id"), id) == 0) {
      *ret_level = read_level (level);
      return TRUE;
    }
  }
  return json_object_array_length (levels) == 0 && *id == '\0';
}

static gboolean
has_step (GPtrArray *steps, const char *id, gboolean is_agreed)
{
  for (guint i = 0; i < steps->len; i++) {
    const LwStep *step = steps->pdata[i];

    if (!step->item.gone && g_str_equal (step->level, id) &&
        (!is_agreed || !lw_id_is_none (&step->agreed_by_id)))
      return TRUE;
  }
  return FALSE;
}

static void
append_name (GString *names, const char *name)
{
  if (names->len > 0)
    g_string_append (names, ", ");
  g_string_append_printf (names, "“%s”", name);
}

static gboolean
has_teacher (const LwWalkFacts *facts)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, facts->snapshot->people);
  while (g_hash_table_iter_next (&iter, NULL, &person)) {
    if (((const LwWalkPerson *)person)->roles & 1u << LW_ROLE_HOST)
      return TRUE;
  }
  return FALSE;
}

gboolean
lw_levels_check (LwRoom *room, const LwWalkFacts *facts, char **ret_missing, GError **error)
{
  g_autoptr (GPtrArray) steps =
      lw_store_list (room->store, LW_ENTITY_STEP, &facts->walk->id, error);
  g_autoptr (json_object) levels = lw_levels_to_json (facts->protocol);
  g_autoptr (GString) empty = g_string_new (NULL);
  g_autoptr (GString) open = g_string_new (NULL);

  *ret_missing = NULL;
  if (steps == NULL)
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (levels); i++) {
    json_object *json = json_object_array_get_idx (levels, i);
    const char *id = lw_json_get_text (json, "id");
    LwLevel level = read_level (json);

    if (!level.may_be_empty && !has_step (steps, id, FALSE))
      append_name (empty, lw_json_get_text (json, "title"));
    else if (level.is_agreed && has_teacher (facts) && has_step (steps, id, FALSE) &&
             !has_step (steps, id, TRUE))
      append_name (open, lw_json_get_text (json, "title"));
  }
  if (empty->len > 0)
    *ret_missing = g_strdup_printf ("The walk closes when every level has a next step. Still "
                                    "without one: %s. Write these, then close it.",
                                    empty->str);
  else if (open->len > 0)
    *ret_missing = g_strdup_printf ("The walk closes when the teacher has written a next step of "
                                    "%s herself, or agreed to one. Ask her, then close it.",
                                    open->str);
  return TRUE;
}
