/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The routines that a walk can follow: those that come with Lessonwalk, and a district's own. */

#include <string.h>

#include "lw-json.h"
#include "lw-walk-json.h"

/* What one chooses by. */
static json_object *
summarize (LwProtocol *protocol)
{
  json_object *json = json_object_new_object ();
  json_object *whole = json_tokener_parse (lw_protocol_get_json (protocol));
  json_object *phases = json_object_new_array ();
  json_object *modalities = NULL;

  lw_json_add_text (json, "name", lw_protocol_get_name (protocol));
  lw_json_add_text (json, "title", lw_protocol_get_title (protocol));
  lw_json_add_text (json, "about", lw_protocol_get_about (protocol));
  lw_json_add_flag (json, "is_own", strchr (lw_protocol_get_name (protocol), '+') != NULL);
  if (json_object_object_get_ex (whole, "modalities", &modalities))
    json_object_object_add (json, "modalities", json_object_get (modalities));
  for (guint i = 0; i < lw_protocol_get_n_phases (protocol); i++)
    json_object_array_add (phases,
                           json_object_new_string (lw_protocol_get_phase (protocol, i)->title));
  json_object_object_add (json, "phases", phases);
  json_object_put (whole);
  return json;
}

static gboolean
check_may_create (LwHttpCall *call)
{
  if (lw_http_call_caller (call)->may_create)
    return TRUE;
  lw_walk_reply_not_allowed (call);
  return FALSE;
}

static void
get_protocols (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) chosen = NULL;
  g_autoptr (GPtrArray) all = NULL;
  json_object *json, *list;

  if (!check_may_create (call))
    return;
  chosen = lw_protocol_find ("", &error);
  all = chosen != NULL ? lw_protocol_list_in (room->store, &error) : NULL;
  if (all == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  list = json_object_new_array ();
  /* The usual one first. */
  json_object_array_add (list, summarize (chosen));
  for (guint i = 0; i < all->len; i++) {
    if (!g_str_equal (lw_protocol_get_name (all->pdata[i]), lw_protocol_get_name (chosen)))
      json_object_array_add (list, summarize (all->pdata[i]));
  }
  json_object_object_add (json, "protocols", list);
  lw_json_add_text (json, "otherwise", lw_protocol_get_name (chosen));
  lw_http_call_reply_json (call, 200, json);
}

/* The body is the file, as it is. */
static void
post_protocol (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) protocol = NULL;
  GBytes *body = lw_http_call_body (call);
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (!check_may_create (call))
    return;
  protocol = lw_protocol_take_in (room->store, text != NULL ? text : "", length, &error);
  if (protocol == NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_json (call, 200, summarize (protocol));
}

static void
get_protocol_of_walk (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GBytes) bytes = NULL;
  const char *text;

  if (!lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_WALK))
    return;
  text = lw_protocol_get_json (facts.protocol);
  bytes = g_bytes_new (text, strlen (text));
  lw_http_call_reply_bytes (call, 200, "application/json", bytes);
}

void
lw_room_add_protocols (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/protocols", get_protocols, 0, 0},
      {"POST", "/api/protocols", post_protocol, 0, 0},
      {"GET", "/api/walks/:walk/protocol", get_protocol_of_walk, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
