/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How each person goes into a walk: the norms are read, a lens is chosen, an intention written. */

#include "lw-json.h"
#include "lw-lenses.h"
#include "lw-members.h"
#include "lw-walk-json.h"

#define INTENTION_MAX 2000 /* characters */

/* One at a time, so that two who choose a lens of the routine do not make it twice. */
static GMutex one_at_a_time;

/* ---- lenses ---- */

static gboolean
find_by_name (LwRoom *room, const char *name, LwId *ret_id)
{
  g_autoptr (GPtrArray) lenses = lw_store_list (room->store, LW_ENTITY_LENS, NULL, NULL);

  for (guint i = 0; lenses != NULL && i < lenses->len; i++) {
    const LwLens *lens = lenses->pdata[i];

    if (g_str_equal (lens->name, name)) {
      *ret_id = lens->id;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
find_or_make (LwRoom *room, LwProtocol *protocol, const char *name, LwId *ret_id, GError **error)
{
  g_autoptr (LwLens) lens = NULL;
  const char *description = "";

  if (find_by_name (room, name, ret_id))
    return TRUE;
  if (!lw_protocol_find_lens (protocol, name, &description))
    return FALSE;
  lens = lw_lens_new (&(LwLens){.name = name, .description = description}, error);
  if (lens == NULL || !lw_store_put_lens (room->store, lens, error))
    return FALSE;
  *ret_id = lens->id;
  return TRUE;
}

gboolean
lw_lenses_take (LwRoom *room,
                LwHttpCall *call,
                const LwWalkFacts *facts,
                json_object *body,
                LwId *ret_lens_id,
                gboolean *ret_is_given)
{
  const char *name = lw_json_get_text (body, "lens_name");
  g_autoptr (GError) error = NULL;
  json_object *lens = NULL;
  gboolean ok;

  *ret_is_given = name != NULL || json_object_object_get_ex (body, "lens", &lens);
  if (!*ret_is_given)
    return TRUE;
  if (name != NULL) {
    g_mutex_lock (&one_at_a_time);
    ok = find_or_make (room, facts->protocol, name, ret_lens_id, &error);
    g_mutex_unlock (&one_at_a_time);
  } else if (lens == NULL) { /* null: none any more */
    *ret_lens_id = LW_ID_NONE;
    ok = TRUE;
  } else {
    g_autoptr (LwLens) found = NULL;

    if (lw_json_get_id (body, "lens", ret_lens_id))
      found = lw_store_get_lens (room->store, ret_lens_id, NULL);
    ok = found != NULL;
  }
  if (!ok && error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (!ok)
    lw_http_call_reply_error (call, 422, "lens",
                              "This walk has no such lens. Choose one of those that it shows; "
                              "nothing was changed.");
  return ok;
}

/* ---- oneself ---- */

static void
put_me (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  LwMemberPreparing preparing = {0};
  gboolean has_lens;
  LwId lens_id;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  if (!lw_walk_facts_allow (&facts, LW_ACT_CHANGE_NOTE, TRUE)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  if (!lw_lenses_take (room, call, &facts, body, &lens_id, &has_lens))
    return;
  lw_json_get_flag (body, "norms", &preparing.norms);
  preparing.intention = lw_json_get_text (body, "intention");
  if (preparing.intention != NULL && g_utf8_strlen (preparing.intention, -1) > INTENTION_MAX) {
    lw_http_call_reply_error (call, 422, "intention",
                              "The intention is longer than two thousand letters. Nothing was "
                              "changed; make it shorter.");
    return;
  }
  if (has_lens)
    preparing.lens_id = &lens_id;
  if (!lw_members_prepare (room, &facts.walk->id, &facts.person_id, &preparing, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, &facts);
}

void
lw_room_add_preparing (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"PUT", "/api/walks/:walk/me", put_me, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
