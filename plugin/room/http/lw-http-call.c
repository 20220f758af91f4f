/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "lw-http-private.h"
#include "lw-protocol.h"
#include "lw-store.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

void
lw_http_call_free (LwHttpCall *call)
{
  g_object_unref (call->message);
  g_strfreev (call->parts);
  g_strfreev (call->part_names);
  g_free (call->rest);
  g_clear_pointer (&call->query, g_hash_table_unref);
  g_clear_pointer (&call->body, g_bytes_unref);
  json_object_put (call->json);
  g_free (call->address);
  g_free (call->type);
  g_clear_pointer (&call->bytes, g_bytes_unref);
  if (call->fd >= 0)
    close (call->fd);
  g_ptr_array_unref (call->headers);
  g_free (call);
}

gboolean
lw_http_match (
    const char *pattern, const char *path, char ***ret_parts, char ***ret_names, char **ret_rest)
{
  g_auto (GStrv) wanted = g_strsplit (pattern, "/", -1);
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint i;

  for (i = 0; wanted[i] != NULL; i++) {
    gboolean last = wanted[i + 1] == NULL;

    if (parts[i] == NULL)
      return FALSE;
    if (last && g_str_equal (wanted[i], "*")) {
      *ret_rest = g_strjoinv ("/", parts + i);
      break;
    }
    if (wanted[i][0] == ':' ? parts[i][0] == '\0' : !g_str_equal (wanted[i], parts[i]))
      return FALSE;
    g_strv_builder_add (names, wanted[i][0] == ':' ? wanted[i] + 1 : "");
  }
  if (wanted[i] == NULL && parts[i] != NULL)
    return FALSE;
  *ret_names = g_strv_builder_end (names);
  *ret_parts = g_steal_pointer (&parts);
  return TRUE;
}

/* ---- the request ---- */

const LwCaller *
lw_http_call_caller (LwHttpCall *call)
{
  return &call->caller;
}

const char *
lw_http_call_method (LwHttpCall *call)
{
  return soup_server_message_get_method (call->message);
}

const char *
lw_http_call_part (LwHttpCall *call, const char *name)
{
  if (g_str_equal (name, "*"))
    return call->rest;
  for (guint i = 0; call->part_names[i] != NULL; i++) {
    if (g_str_equal (call->part_names[i], name))
      return call->parts[i];
  }
  g_return_val_if_reached (NULL);
}

gboolean
lw_http_call_part_id (LwHttpCall *call, const char *name, LwId *ret_id)
{
  if (lw_id_parse (lw_http_call_part (call, name), ret_id))
    return TRUE;
  lw_http_call_reply_not_found (call);
  return FALSE;
}

const char *
lw_http_call_query (LwHttpCall *call, const char *name)
{
  return call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;
}

const char *
lw_http_call_header (LwHttpCall *call, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (call->message),
                                       name);
}

const char *
lw_http_call_bearer (LwHttpCall *call)
{
  const char *header = lw_http_call_header (call, "Authorization");

  return header != NULL && g_ascii_strncasecmp (header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

const char *
lw_http_call_address (LwHttpCall *call)
{
  return call->address;
}

GBytes *
lw_http_call_body (LwHttpCall *call)
{
  return call->body;
}

json_object *
lw_http_call_json (LwHttpCall *call)
{
  g_autoptr (json_tokener) tokener = NULL;
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);

  if (call->json != NULL)
    return call->json;
  tokener = json_tokener_new_ex (LW_HTTP_JSON_DEPTH_MAX);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  /* json-c lets halves of surrogate pairs pass for UTF-8. */
  if (length > 0 && length < G_MAXINT && g_utf8_validate (text, (gssize)length, NULL))
    call->json = json_tokener_parse_ex (tokener, text, (int)length);
  if (call->json == NULL || json_tokener_get_error (tokener) != json_tokener_success ||
      !json_object_is_type (call->json, json_type_object)) {
    g_clear_pointer (&call->json, json_object_put);
    lw_http_call_reply_error (call, 400, "not-json",
                              "What was sent could not be read, so nothing was changed.");
  }
  return call->json;
}

/* ---- the answer ---- */

void
lw_http_call_set_header (LwHttpCall *call, const char *name, const char *value)
{
  g_ptr_array_add (call->headers, g_strdup (name));
  g_ptr_array_add (call->headers, g_strdup (value));
}

static void
reply (LwHttpCall *call, guint status, const char *type, GBytes *bytes)
{
  g_return_if_fail (!call->replied);
  call->replied = TRUE;
  call->status = status;
  call->type = g_strdup (type);
  call->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

void
lw_http_call_reply_list (LwHttpCall *call,
                         const char *member,
                         const GPtrArray *items,
                         LwHttpMake make,
                         gpointer data,
                         json_object *with,
                         GError *error)
{
  g_autoptr (json_object) json = with != NULL ? with : json_object_new_object ();
  json_object *list;

  if (items == NULL) {
    lw_http_call_reply_gerror (call, error);
    return;
  }
  list = json_object_new_array ();
  for (guint i = 0; i < items->len; i++)
    json_object_array_add (list, make (items->pdata[i], data));
  json_object_object_add (json, member, list);
  lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

void
lw_http_call_reply_bytes (LwHttpCall *call, guint status, const char *type, GBytes *bytes)
{
  reply (call, status, type, bytes);
}

void
lw_http_call_reply_empty (LwHttpCall *call, guint status)
{
  reply (call, status, NULL, NULL);
}

void
lw_http_call_reply_json (LwHttpCall *call, guint status, json_object *json)
{
  size_t length;
  const char *text = json_object_to_json_string_length (
      json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  reply (call, status, "application/json", bytes);
  json_object_put (json);
}

void
lw_http_call_reply_error (LwHttpCall *call, guint status, const char *code, const char *message)
{
  json_object *root = json_object_new_object ();
  json_object *error = json_object_new_object ();

  json_object_object_add (error, "code", json_object_new_string (code));
  json_object_object_add (error, "message", json_object_new_string (message));
  json_object_object_add (root, "error", error);
  lw_http_call_reply_json (call, status, root);
}

void
lw_http_call_reply_not_found (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 404, "not-found",
                            "That is not here, or it is not open to you. Ask whoever invited you.");
}

static guint
status_of (const GError *error, const char **ret_code)
{
  *ret_code = "trouble";
  if (error->domain == LW_NOTE_ERROR || error->domain == LW_WALK_ERROR) {
    *ret_code = "not-possible";
    return 422;
  }
  if (error->domain == LW_PROTOCOL_ERROR) {
    *ret_code = "protocol";
    return error->code == LW_PROTOCOL_ERROR_EXISTS ? 409 : 422;
  }
  if (error->domain != LW_STORE_ERROR)
    return 500;
  switch ((LwStoreError)error->code) {
  case LW_STORE_ERROR_NOT_FOUND:
    *ret_code = "not-found";
    return 404;
  case LW_STORE_ERROR_CONFLICT:
    *ret_code = "conflict";
    return 409;
  case LW_STORE_ERROR_BUSY:
    *ret_code = "busy";
    return 503;
  case LW_STORE_ERROR_FULL:
    *ret_code = "disk-full";
    return 507;
  case LW_STORE_ERROR_READ_ONLY:
    *ret_code = "read-only";
    return 503;
  default:
    return 500;
  }
}

void
lw_http_call_reply_gerror (LwHttpCall *call, GError *error)
{
  const char *code;
  guint status = status_of (error, &code);

  if (status == 500) {
    g_warning ("A request failed: %s", error->message);
    lw_http_call_reply_error (call, status, code,
                              "Something went wrong in the room, so this was not kept. Try again; "
                              "if it stays so, tell whoever runs the room.");
  } else {
    lw_http_call_reply_error (call, status, code, error->message);
  }
  g_error_free (error);
}

void
lw_http_call_reply_file (
    LwHttpCall *call, guint status, const char *type, int fd, goffset offset, goffset length)
{
  reply (call, status, type, NULL);
  call->fd = fd;
  call->offset = offset;
  call->length = length;
}
