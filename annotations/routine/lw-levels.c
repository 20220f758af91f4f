/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-levels.h"

#include <string.h>

#include "lw-routine-json.h"

static json_object *
parse (LwProtocol *protocol)
{
  return json_tokener_parse (lw_protocol_get_json (protocol));
}

void
lw_level_free (LwLevel *level)
{
  g_free (level->id);
  g_free (level->title);
  g_free (level);
}

static LwLevel *
level_new (const char *id, const char *title)
{
  LwLevel *level = g_new0 (LwLevel, 1);

  level->id = g_strdup (id);
  level->title = g_strdup (title);
  return level;
}

GPtrArray *
lw_levels_list (LwProtocol *protocol)
{
  g_autoptr (json_object) whole = parse (protocol);
  GPtrArray *levels = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_level_free);
  json_object *list;
  gsize n = lw_routine_get_list (whole, "levels", &list);

  for (gsize i = 0; i < n; i++) {
    json_object *json = json_object_array_get_idx (list, i);
    LwLevel *level =
        level_new (lw_routine_get_text (json, "id"), lw_routine_get_text (json, "title"));

    level->is_agreed = g_str_equal (lw_routine_get_text (json, "agreed_by"), "host");
    level->may_be_empty = lw_routine_get_flag (json, "may_be_empty");
    g_ptr_array_add (levels, level);
  }
  return levels;
}

gboolean
lw_levels_hide_names (LwProtocol *protocol)
{
  g_autoptr (json_object) whole = parse (protocol);

  return lw_routine_get_flag (whole, "hide_names");
}

LwLevel *
lw_levels_find (LwProtocol *protocol, const char *id)
{
  g_autoptr (GPtrArray) levels = lw_levels_list (protocol);

  for (guint i = 0; i < levels->len; i++) {
    if (g_str_equal (((LwLevel *)levels->pdata[i])->id, id))
      return g_ptr_array_steal_index (levels, i);
  }
  return levels->len == 0 && *id == '\0' ? level_new ("", "") : NULL;
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

gboolean
lw_levels_check (const LwStanding *standing, char **ret_missing, GError **error)
{
  g_autoptr (GPtrArray) steps =
      lw_store_list (standing->store, LW_ENTITY_STEP, &standing->walk->id, error);
  g_autoptr (GPtrArray) levels = lw_levels_list (standing->protocol);
  g_autoptr (GString) empty = g_string_new (NULL);
  g_autoptr (GString) open = g_string_new (NULL);

  *ret_missing = NULL;
  if (steps == NULL)
    return FALSE;
  for (guint i = 0; i < levels->len; i++) {
    const LwLevel *level = levels->pdata[i];

    if (!level->may_be_empty && !has_step (steps, level->id, FALSE))
      append_name (empty, level->title);
    else if (level->is_agreed && lw_standing_has_teacher (standing) &&
             has_step (steps, level->id, FALSE) && !has_step (steps, level->id, TRUE))
      append_name (open, level->title);
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
