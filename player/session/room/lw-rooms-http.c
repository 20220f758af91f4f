/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking a room, one request after the other. */
#include "lw-rooms-private.h"

#define TIMEOUT_S 30
#define ANSWER_MAX_BYTES (16 * 1024 * 1024)
#define JSON_DEPTH_MAX 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

void
lw_rooms_http_init (LwRoomsHttp *http, const char *url, const char *token, GCancellable *c)
{
  *http = (LwRoomsHttp){.url = url, .token = token, .cancellable = c};
  http->session = soup_session_new_with_options ("timeout", TIMEOUT_S, "user-agent",
                                                 "Lessonwalk/" PACKAGE_VERSION, NULL);
}

void
lw_rooms_http_clear (LwRoomsHttp *http)
{
  g_clear_object (&http->session);
}

static json_object *
parse (GBytes *bytes)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (JSON_DEPTH_MAX);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  json_object *object = NULL;

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  if (length > 0 && length < G_MAXINT)
    object = json_tokener_parse_ex (tokener, text, (int)length);
  if (object == NULL || json_object_is_type (object, json_type_object))
    return object;
  json_object_put (object);
  return NULL;
}

/* Before one is in, no note waits for the room. */
static gboolean
is_joining (const LwRoomsHttp *http)
{
  return http->token == NULL;
}

/* What a refusal comes to; the room's own words where it has some for this. */
static void
set_refusal (const LwRoomsHttp *http, guint status, GBytes *answer, GError **error)
{
  g_autoptr (json_object) json = parse (answer);
  json_object *inner = NULL;
  const char *message = NULL;

  if (json != NULL && json_object_object_get_ex (json, "error", &inner) &&
      json_object_is_type (inner, json_type_object))
    message = lw_rooms_get_text (inner, "message");
  if (message == NULL && is_joining (http) && (status < 502 || status > 504))
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE,
                         _ ("What answered there is no room of Lessonwalk. Check the link."));
  else if (status == 401)
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_SIGNED_OUT,
                         _ ("You are signed out of this room. Your notes are kept here; open your "
                            "link again, or ask for a new one."));
  else if (status == 404 || status == 410)
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_GONE,
                         message != NULL ? message
                                         : _ ("That is not open to you in this room. Ask whoever "
                                              "invited you."));
  else if (status == 429 || status >= 500)
    g_set_error (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE, "%s",
                 message != NULL     ? message
                 : is_joining (http) ? _ ("The room is in trouble at the moment. Try again later.")
                                     : _ ("The room is in trouble at the moment. Your notes are "
                                          "kept here and are sent later."));
  else
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_REFUSED,
                         message != NULL ? message : _ ("The room did not take this."));
}

static gboolean
read_body (GInputStream *stream, GCancellable *cancellable, GBytes **ret_bytes, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 block[32 * 1024];

  for (;;) {
    gssize n = g_input_stream_read (stream, block, sizeof block, cancellable, error);

    if (n < 0)
      return FALSE;
    if (n == 0)
      break;
    if (all->len + (guint)n > ANSWER_MAX_BYTES) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "");
      return FALSE;
    }
    g_byte_array_append (all, block, (guint)n);
  }
  *ret_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  return TRUE;
}

GBytes *
lw_rooms_http_send (LwRoomsHttp *http,
                    const char *method,
                    const char *path,
                    const char *type,
                    GBytes *body,
                    GError **error)
{
  g_autofree char *uri = g_strconcat (http->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) cause = NULL;
  guint status;

  if (message == NULL) {
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_LINK,
                         _ ("The room's address is not possible."));
    return NULL;
  }
  /* A token goes to the room that gave it, and nowhere that it may point to. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (http->token != NULL && *http->token != '\0') {
    g_autofree char *bearer = g_strconcat ("Bearer ", http->token, NULL);

    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization",
                                 bearer);
  }
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, type, body);
  stream = soup_session_send (http->session, message, http->cancellable, &cause);
  if (stream == NULL || !read_body (stream, http->cancellable, &answer, &cause)) {
    if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_propagate_error (error, g_steal_pointer (&cause));
    else if (is_joining (http))
      g_set_error (
          error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_UNREACHABLE,
          _ ("The room at %s cannot be reached (%s). Check the link and your network, then "
             "try again."),
          http->url, cause->message);
    else
      g_set_error (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_UNREACHABLE,
                   _ ("The room at %s cannot be reached (%s). Your notes are kept here and are "
                      "sent as soon as it answers."),
                   http->url, cause->message);
    return NULL;
  }
  status = soup_message_get_status (message);
  if (status / 100 == 2)
    return g_steal_pointer (&answer);
  set_refusal (http, status, answer, error);
  return NULL;
}

json_object *
lw_rooms_http_json (
    LwRoomsHttp *http, const char *method, const char *path, json_object *body, GError **error)
{
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GBytes) answer = NULL;
  json_object *object;

  if (body != NULL) {
    const char *text = json_object_to_json_string_ext (body, JSON_C_TO_STRING_PLAIN);

    request = g_bytes_new (text, strlen (text));
    json_object_put (body);
  }
  answer = lw_rooms_http_send (http, method, path, "application/json", request, error);
  if (answer == NULL)
    return NULL;
  object = g_bytes_get_size (answer) == 0 ? json_object_new_object () : parse (answer);
  if (object == NULL)
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE,
                         _ ("What answered there is no room of Lessonwalk. Check the link."));
  return object;
}

const char *
lw_rooms_get_text (json_object *object, const char *member)
{
  json_object *value = NULL;

  return json_object_object_get_ex (object, member, &value) &&
                 json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : NULL;
}

gboolean
lw_rooms_get_id (json_object *object, const char *member, LwId *ret_id)
{
  const char *text = lw_rooms_get_text (object, member);

  return text != NULL && lw_id_parse (text, ret_id);
}

char *
lw_rooms_path (const char *before, const LwId *id, const char *rest)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (id, text);
  return g_strconcat (before, text, rest, NULL);
}
