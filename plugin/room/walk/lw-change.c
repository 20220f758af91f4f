/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-change.h"

#include "lw-json.h"

static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY) ||
         g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_FULL) ||
         g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY) ||
         g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_IO);
}

json_object *
lw_change_tell (json_object *result, const GError *error)
{
  lw_json_add_text (result, "status",
                    error == NULL        ? "kept"
                    : is_passing (error) ? "later"
                                         : "refused");
  if (error != NULL)
    lw_json_add_text (result, "message", error->message);
  return result;
}

void
lw_change_post (LwHttpCall *call, LwRoom *room, LwChangesApply apply)
{
  g_auto (LwWalkFacts) facts = {0};
  json_object *body = lw_http_call_json (call);
  json_object *changes = NULL, *json, *results;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  json_object_object_get_ex (body, "changes", &changes);
  results = apply (room, &facts, changes);
  if (results == NULL) {
    lw_http_call_reply_error (call, 422, "not-changes",
                              "What was sent could not be read, so nothing was changed.");
    return;
  }
  json = json_object_new_object ();
  json_object_object_add (json, "results", results);
  lw_http_call_reply_json (call, 200, json);
}
