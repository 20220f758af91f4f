/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/* Members of a routine's file, which was held against its schema before. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* "" where there is none. */
static inline const char *
lw_routine_get_text (json_object *object, const char *member)
{
  json_object *value = NULL;

  return json_object_object_get_ex (object, member, &value) &&
                 json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : "";
}

static inline gboolean
lw_routine_get_flag (json_object *object, const char *member)
{
  json_object *value = NULL;

  return json_object_object_get_ex (object, member, &value) && json_object_get_boolean (value);
}

/* An empty list where there is none. */
static inline gsize
lw_routine_get_list (json_object *object, const char *member, json_object **ret_list)
{
  *ret_list = NULL;
  return json_object_object_get_ex (object, member, ret_list) &&
                 json_object_is_type (*ret_list, json_type_array)
             ? json_object_array_length (*ret_list)
             : 0;
}

G_END_DECLS
