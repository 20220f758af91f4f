/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which walks were joined, and as whom. */
#include "lw-rooms-private.h"

#include <string.h>

#define KEY "rooms"
#define KEY_SECRETS LW_SETTING_SECRET "rooms"
#define JOIN "#join="
#define SIGN_IN "#sign-in="
#define PANEL "/panel/"

G_DEFINE_QUARK (lw - rooms - error - quark, lw_rooms_error)

/* ---- one walk ---- */

static LwJoined *
joined_new (
    const LwId *walk, const LwId *person, const char *url, const char *name, const char *token)
{
  LwJoined *joined = g_rc_box_new0 (LwJoined);

  *joined = (LwJoined){*walk, *person, g_strdup (url), g_strdup (name), g_strdup (token)};
  return joined;
}

LwJoined *
lw_joined_ref (const LwJoined *joined)
{
  return g_rc_box_acquire ((LwJoined *)joined);
}

static void
joined_clear (gpointer data)
{
  LwJoined *joined = data;

  g_free ((char *)joined->url);
  g_free ((char *)joined->name);
  g_free ((char *)joined->token);
}

void
lw_joined_unref (LwJoined *joined)
{
  g_rc_box_release_full (joined, joined_clear);
}

static void
add_id (json_object *object, const char *member, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (id, text);
  json_object_object_add (object, member, json_object_new_string (text));
}

static json_object *
joined_to_json (const LwJoined *joined)
{
  json_object *object = json_object_new_object ();

  add_id (object, "walk", &joined->walk_id);
  add_id (object, "person", &joined->person_id);
  json_object_object_add (object, "url", json_object_new_string (joined->url));
  json_object_object_add (object, "name", json_object_new_string (joined->name));
  return object;
}

/* Apart from the rest, as it is in no backup: {walk: {person, token}}. With the person, so that
 * erasing her erases this. */
static json_object *
secrets_to_json (GPtrArray *list)
{
  json_object *secrets = json_object_new_object ();

  for (guint i = 0; i < list->len; i++) {
    const LwJoined *joined = list->pdata[i];
    json_object *secret = json_object_new_object ();
    char walk[LW_ID_TEXT_LENGTH + 1];

    lw_id_format (&joined->walk_id, walk);
    add_id (secret, "person", &joined->person_id);
    json_object_object_add (secret, "token", json_object_new_string (joined->token));
    json_object_object_add (secrets, walk, secret);
  }
  return secrets;
}

/* "": signed out, or these notes were restored from a backup */
static const char *
find_token (json_object *secrets, json_object *object)
{
  const char *walk = lw_rooms_get_text (object, "walk"), *token = NULL;
  json_object *secret = NULL;

  if (walk != NULL && json_object_is_type (secrets, json_type_object) &&
      json_object_object_get_ex (secrets, walk, &secret) &&
      json_object_is_type (secret, json_type_object))
    token = lw_rooms_get_text (secret, "token");
  return token != NULL ? token : "";
}

static LwJoined *
joined_from_json (json_object *object, json_object *secrets)
{
  const char *url, *name;
  LwId walk, person;

  if (!json_object_is_type (object, json_type_object) || !lw_rooms_get_id (object, "walk", &walk) ||
      !lw_rooms_get_id (object, "person", &person))
    return NULL;
  url = lw_rooms_get_text (object, "url");
  name = lw_rooms_get_text (object, "name");
  return url != NULL && name != NULL
             ? joined_new (&walk, &person, url, name, find_token (secrets, object))
             : NULL;
}

/* ---- the list ---- */

GPtrArray *
lw_rooms_list (LwStore *store, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_joined_unref);
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = lw_store_get_setting (store, KEY, &cause);
  g_autoptr (json_object) array = text != NULL ? json_tokener_parse (text) : NULL;
  g_autofree char *secret =
      cause == NULL ? lw_store_get_setting (store, KEY_SECRETS, &cause) : NULL;
  g_autoptr (json_object) secrets = secret != NULL ? json_tokener_parse (secret) : NULL;

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  if (!json_object_is_type (array, json_type_array))
    return g_steal_pointer (&list);
  for (gsize i = 0; i < json_object_array_length (array); i++) {
    LwJoined *joined = joined_from_json (json_object_array_get_idx (array, i), secrets);

    if (joined != NULL)
      g_ptr_array_add (list, joined);
  }
  return g_steal_pointer (&list);
}

static gboolean
save (LwStore *store, GPtrArray *list, GError **error)
{
  g_autoptr (json_object) array = json_object_new_array ();

  g_autoptr (json_object) secrets = secrets_to_json (list);

  for (guint i = 0; i < list->len; i++)
    json_object_array_add (array, joined_to_json (list->pdata[i]));
  return lw_store_set_setting (store, KEY_SECRETS,
                               json_object_to_json_string_ext (secrets, JSON_C_TO_STRING_PLAIN),
                               error) &&
         lw_store_set_setting (
             store, KEY, json_object_to_json_string_ext (array, JSON_C_TO_STRING_PLAIN), error);
}

/* Takes @joined (nullable) in the place of what is remembered of @walk. */
static gboolean
replace (LwStore *store, const LwId *walk, LwJoined *joined, GError **error)
{
  g_autoptr (GPtrArray) list = lw_rooms_list (store, error);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    if (lw_id_equal (&((const LwJoined *)list->pdata[i])->walk_id, walk))
      g_ptr_array_remove_index (list, i--);
  }
  if (joined != NULL)
    g_ptr_array_insert (list, 0, lw_joined_ref (joined));
  return save (store, list, error);
}

LwJoined *
lw_rooms_find (LwStore *store, const LwId *walk_id, GError **error)
{
  g_autoptr (GPtrArray) list = lw_rooms_list (store, error);

  for (guint i = 0; list != NULL && i < list->len; i++) {
    if (lw_id_equal (&((const LwJoined *)list->pdata[i])->walk_id, walk_id))
      return lw_joined_ref (list->pdata[i]);
  }
  return NULL;
}

gboolean
lw_rooms_forget_token (LwStore *store, const LwJoined *joined, GError **error)
{
  g_autoptr (LwJoined) without =
      joined_new (&joined->walk_id, &joined->person_id, joined->url, joined->name, "");

  return replace (store, &joined->walk_id, without, error);
}

static char *
key_of (const LwId *walk, const char *what)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (walk, text);
  return g_strconcat ("room-", what, ":", text, NULL);
}

gboolean
lw_rooms_set (LwStore *store, const LwId *walk, const char *what, const char *value, GError **error)
{
  g_autofree char *key = key_of (walk, what);

  return lw_store_set_setting (store, key, value, error);
}

char *
lw_rooms_get (LwStore *store, const LwId *walk, const char *what, GError **error)
{
  g_autofree char *key = key_of (walk, what);

  return lw_store_get_setting (store, key, error);
}

/* ---- joining ---- */

typedef struct {
  char *url;
  char *code;
  gboolean is_sign_in;
} Link;

static void
link_clear (Link *link)
{
  g_free (link->url);
  g_free (link->code);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Link, link_clear)

static gboolean
parse_link (const char *text, Link *link)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autoptr (GUri) uri = NULL;
  char *hash, *panel;

  hash = strstr (trimmed, JOIN);
  link->is_sign_in = hash == NULL;
  if (hash == NULL)
    hash = strstr (trimmed, SIGN_IN);
  if (hash == NULL)
    return FALSE;
  link->code = g_strdup (hash + strlen (link->is_sign_in ? SIGN_IN : JOIN));
  *hash = '\0';
  panel = strstr (trimmed, PANEL);
  if (panel == NULL || *link->code == '\0')
    return FALSE;
  *panel = '\0';
  uri = g_uri_parse (trimmed, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_userinfo (uri) != NULL ||
      (!g_str_equal (g_uri_get_scheme (uri), "http") &&
       !g_str_equal (g_uri_get_scheme (uri), "https")))
    return FALSE;
  link->url = g_steal_pointer (&trimmed);
  return TRUE;
}

/* All walks that are open to whoever signed in. */
static gboolean
add_open_walks (
    LwRoomsHttp *http, const LwId *person, const char *name, GPtrArray *joined, GError **error)
{
  g_autoptr (json_object) answer = lw_rooms_http_json (http, "GET", "/api/walks", NULL, error);
  json_object *walks = NULL;

  if (answer == NULL)
    return FALSE;
  json_object_object_get_ex (answer, "walks", &walks);
  for (gsize i = 0;
       json_object_is_type (walks, json_type_array) && i < json_object_array_length (walks); i++) {
    LwId walk;

    if (lw_rooms_get_id (json_object_array_get_idx (walks, i), "id", &walk))
      g_ptr_array_add (joined, joined_new (&walk, person, http->url, name, http->token));
  }
  return TRUE;
}

GPtrArray *
lw_rooms_join (
    LwStore *store, const char *link, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) joined = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_joined_unref);
  g_autoptr (json_object) answer = NULL;
  json_object *body = json_object_new_object ();
  g_auto (LwRoomsHttp) http = {0};
  g_auto (Link) parsed = {0};
  const char *token, *called;
  LwId person, walk;

  if (!parse_link (link, &parsed)) {
    json_object_put (body);
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_LINK,
                         _ ("That is no link to a walk. It looks like "
                            "https://walks.example.org/panel/#join=…; copy the whole of it."));
    return NULL;
  }
  lw_rooms_http_init (&http, parsed.url, NULL, cancellable);
  json_object_object_add (body, "code", json_object_new_string (parsed.code));
  if (!parsed.is_sign_in)
    json_object_object_add (body, "name", json_object_new_string (name));
  answer = lw_rooms_http_json (&http, "POST", parsed.is_sign_in ? "/api/sign-in/link" : "/api/join",
                               body, error);
  if (answer == NULL)
    return NULL;
  token = lw_rooms_get_text (answer, "token");
  called = lw_rooms_get_text (answer, "name");
  if (token == NULL || called == NULL || !lw_rooms_get_id (answer, "person", &person)) {
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE,
                         _ ("What answered there is no room of Lessonwalk. Check the link."));
    return NULL;
  }
  http.token = token;
  if (lw_rooms_get_id (answer, "walk", &walk))
    g_ptr_array_add (joined, joined_new (&walk, &person, parsed.url, called, token));
  else if (!add_open_walks (&http, &person, called, joined, error))
    return NULL;
  for (guint i = joined->len; i > 0; i--) {
    LwJoined *one = joined->pdata[i - 1];

    if (!replace (store, &one->walk_id, one, error))
      return NULL;
  }
  return g_steal_pointer (&joined);
}

gboolean
lw_rooms_leave (LwStore *store, const LwJoined *joined, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) list = lw_rooms_list (store, error);
  g_auto (LwRoomsHttp) http = {0};
  g_autoptr (GBytes) answer = NULL;
  gboolean is_shared = FALSE;

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const LwJoined *other = list->pdata[i];

    is_shared |= !lw_id_equal (&other->walk_id, &joined->walk_id) &&
                 g_str_equal (other->token, joined->token);
  }
  /* A session that other walks still use lasts. What cannot be reached forgets it in time. */
  lw_rooms_http_init (&http, joined->url, joined->token, cancellable);
  if (!is_shared && *joined->token != '\0')
    answer = lw_rooms_http_send (&http, "POST", "/api/sign-out", NULL, NULL, NULL);
  return replace (store, &joined->walk_id, NULL, error);
}

LwPerson *
lw_rooms_ensure_person (LwStore *store,
                        const LwId *segment_id,
                        const char *name_if_new,
                        GError **error)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (store, segment_id, NULL);
  g_autoptr (LwJoined) joined = walk != NULL ? lw_rooms_find (store, &walk->id, NULL) : NULL;
  LwPerson *person = joined != NULL ? lw_store_get_person (store, &joined->person_id, NULL) : NULL;

  return person != NULL ? person : lw_store_ensure_local_person (store, name_if_new, error);
}
