/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-protocol.h"

#include <gio/gio.h>
#include <json-c/json.h>
#include <string.h>

#define ROOT "/lessonwalk/protocols/"
#define PHASES_MAX 64
#define DEPTH_MAX 16

struct _LwProtocol {
  char *name;
  char *title;
  GArray *phases; /* LwPhase, whose strings are owned */
};

G_DEFINE_QUARK (lw - protocol - error - quark, lw_protocol_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

/* From the generated resource: calling it also keeps the linker from leaving the resource out. */
GResource *lw_protocols_get_resource (void);

static void
clear_phase (gpointer data)
{
  LwPhase *phase = data;

  g_free ((char *)phase->id);
  g_free ((char *)phase->title);
  g_free ((char *)phase->hint);
}

static void
clear (gpointer data)
{
  LwProtocol *self = data;

  g_free (self->name);
  g_free (self->title);
  g_array_unref (self->phases);
}

LwProtocol *
lw_protocol_ref (LwProtocol *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return g_atomic_rc_box_acquire (self);
}

void
lw_protocol_unref (LwProtocol *self)
{
  g_return_if_fail (self != NULL);
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
fail (GError **error, const char *where, const char *what)
{
  g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_SYNTAX,
               "This is no protocol that Lessonwalk can use: %s %s.", where, what);
  return FALSE;
}

/* (transfer none) (nullable) */
static const char *
get_text (json_object *object, const char *member)
{
  json_object *value;

  if (!json_object_object_get_ex (object, member, &value) ||
      !json_object_is_type (value, json_type_string))
    return NULL;
  return json_object_get_string (value);
}

/* Lower-case letters, digits and hyphens, beginning with a letter. */
static gboolean
is_name (const char *text)
{
  if (text == NULL || !g_ascii_islower (text[0]) || strlen (text) > 64)
    return FALSE;
  return text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static gboolean
read_roles (json_object *object, const char *member, guint *ret_roles, GError **error)
{
  json_object *list;
  guint roles = 0;

  if (!json_object_object_get_ex (object, member, &list) ||
      !json_object_is_type (list, json_type_array))
    return fail (error, member, "must be a list of roles");
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);
    LwRole role;

    if (!json_object_is_type (item, json_type_string) ||
        !lw_role_parse (json_object_get_string (item), &role))
      return fail (error, member, "names a role that there is not");
    roles |= 1u << role;
  }
  *ret_roles = roles;
  return TRUE;
}

static gboolean
read_phase (LwProtocol *self, json_object *object, GError **error)
{
  LwPhase phase = {0};
  const char *id, *title, *hint;
  json_object *closed = NULL;

  if (!json_object_is_type (object, json_type_object))
    return fail (error, "a phase", "must be an object");
  id = get_text (object, "id");
  title = get_text (object, "title");
  hint = get_text (object, "hint");
  if (!is_name (id) || lw_protocol_find_phase (self, id) != NULL)
    return fail (error, "a phase's id", "must be a name that no other phase has");
  if (title == NULL || *title == '\0')
    return fail (error, id, "has no title");
  if (json_object_object_get_ex (object, "closed", &closed) &&
      !json_object_is_type (closed, json_type_boolean))
    return fail (error, "closed", "must be true or false");
  if (!read_roles (object, "watch", &phase.watch, error) ||
      !read_roles (object, "see_notes", &phase.see_notes, error) ||
      !read_roles (object, "write_notes", &phase.write_notes, error) ||
      !read_roles (object, "reply", &phase.reply, error) ||
      !read_roles (object, "mark_progress", &phase.mark_progress, error))
    return FALSE;
  phase.closed = json_object_get_boolean (closed);
  phase.id = g_strdup (id);
  phase.title = g_strdup (title);
  phase.hint = g_strdup (hint != NULL ? hint : "");
  g_array_append_val (self->phases, phase);
  return TRUE;
}

static gboolean
read_protocol (LwProtocol *self, json_object *root, GError **error)
{
  const char *name = get_text (root, "protocol");
  const char *title = get_text (root, "title");
  json_object *version, *phases;

  if (!is_name (name))
    return fail (error, "protocol", "must be a name");
  if (!json_object_object_get_ex (root, "version", &version) ||
      !json_object_is_type (version, json_type_int) || json_object_get_int64 (version) < 1 ||
      json_object_get_int64 (version) > 1000000)
    return fail (error, "version", "must be a number from 1 on");
  if (title == NULL || *title == '\0')
    return fail (error, "title", "is missing");
  if (!json_object_object_get_ex (root, "phases", &phases) ||
      !json_object_is_type (phases, json_type_array) || json_object_array_length (phases) < 1 ||
      json_object_array_length (phases) > PHASES_MAX)
    return fail (error, "phases", "must be a list of 1 to 64");
  self->name = g_strdup_printf ("%s@%" G_GINT64_FORMAT, name, json_object_get_int64 (version));
  self->title = g_strdup (title);
  for (gsize i = 0; i < json_object_array_length (phases); i++) {
    if (!read_phase (self, json_object_array_get_idx (phases, i), error))
      return FALSE;
  }
  return TRUE;
}

LwProtocol *
lw_protocol_parse (const char *json, gsize length, GError **error)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (DEPTH_MAX);
  g_autoptr (json_object) root = NULL;
  g_autoptr (LwProtocol) self = NULL;

  g_return_val_if_fail (json != NULL && length <= G_MAXINT, NULL);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  root = json_tokener_parse_ex (tokener, json, (int)length);
  if (root == NULL || !json_object_is_type (root, json_type_object)) {
    fail (error, "the file", "is no JSON object");
    return NULL;
  }
  self = g_atomic_rc_box_new0 (LwProtocol);
  self->phases = g_array_new (FALSE, FALSE, sizeof (LwPhase));
  g_array_set_clear_func (self->phases, clear_phase);
  if (!read_protocol (self, root, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Those that were asked for, by their full names: a room asks at every request. Never freed, as
 * what comes with the program never changes. */
static GMutex found_mutex;
static GHashTable *found; /* under found_mutex: LwProtocol.name -> LwProtocol */

static LwProtocol *
look_up (const char *name)
{
  LwProtocol *self;

  g_mutex_lock (&found_mutex);
  self = found != NULL ? g_hash_table_lookup (found, name) : NULL;
  g_mutex_unlock (&found_mutex);
  return self != NULL ? lw_protocol_ref (self) : NULL;
}

static void
remember (LwProtocol *self)
{
  g_mutex_lock (&found_mutex);
  if (found == NULL)
    found =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)lw_protocol_unref);
  g_hash_table_replace (found, self->name, lw_protocol_ref (self));
  g_mutex_unlock (&found_mutex);
}

LwProtocol *
lw_protocol_find (const char *name, GError **error)
{
  const char *wanted = *name != '\0' ? name : LW_PROTOCOL_DEFAULT;
  const char *at = strchr (wanted, '@');
  g_autofree char *stem = at != NULL ? g_strndup (wanted, at - wanted) : g_strdup (wanted);
  g_autofree char *path = g_strconcat (ROOT, stem, ".json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (LwProtocol) self = look_up (wanted);

  if (self != NULL)
    return g_steal_pointer (&self);
  if (is_name (stem))
    bytes = g_resource_lookup_data (lw_protocols_get_resource (), path,
                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL) {
    self = lw_protocol_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
    if (self == NULL)
      return NULL;
  }
  if (self == NULL || !g_str_equal (self->name, wanted)) {
    g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_UNKNOWN,
                 "The protocol “%s” does not come with this Lessonwalk. Install the newest one.",
                 wanted);
    return NULL;
  }
  remember (self);
  return g_steal_pointer (&self);
}

const char *
lw_protocol_get_name (LwProtocol *self)
{
  return self->name;
}

const char *
lw_protocol_get_title (LwProtocol *self)
{
  return self->title;
}

guint
lw_protocol_get_n_phases (LwProtocol *self)
{
  return self->phases->len;
}

const LwPhase *
lw_protocol_get_phase (LwProtocol *self, guint index)
{
  g_return_val_if_fail (index < self->phases->len, NULL);
  return &g_array_index (self->phases, LwPhase, index);
}

const LwPhase *
lw_protocol_find_phase (LwProtocol *self, const char *id)
{
  if (*id == '\0')
    return lw_protocol_get_phase (self, 0);
  for (guint i = 0; i < self->phases->len; i++) {
    const LwPhase *phase = &g_array_index (self->phases, LwPhase, i);

    if (g_str_equal (phase->id, id))
      return phase;
  }
  return NULL;
}
