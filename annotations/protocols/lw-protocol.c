/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-protocol.h"

#include <gio/gio.h>
#include <string.h>

#include "lw-protocol-private.h"

#define ROOT "/lessonwalk/protocols/"

G_DEFINE_QUARK (lw - protocol - error - quark, lw_protocol_error)
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
  g_atomic_rc_box_release_full (self, lw_protocol_clear);
}

/* Those that were asked for, by the names that they were asked by: a room asks at every request.
 * Never freed, as what comes with the program never changes. */
static GMutex found_mutex;
static GHashTable *found; /* under found_mutex: name -> LwProtocol */

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
remember (const char *name, LwProtocol *self)
{
  g_mutex_lock (&found_mutex);
  if (found == NULL)
    found =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)lw_protocol_unref);
  g_hash_table_replace (found, g_strdup (name), lw_protocol_ref (self));
  g_mutex_unlock (&found_mutex);
}

static LwProtocol *
load (const char *path)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (lw_protocols_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return bytes == NULL
             ? NULL
             : lw_protocol_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
}

LwProtocol *
lw_protocol_find (const char *name, GError **error)
{
  const char *at = strchr (name, '@');
  g_autofree char *stem = at != NULL ? g_strndup (name, at - name) : g_strdup (name);
  g_autofree char *path =
      *name != '\0' ? g_strconcat (ROOT, stem, ".json", NULL) : g_strdup (ROOT "default");
  g_autoptr (LwProtocol) self = look_up (name);

  if (self != NULL)
    return g_steal_pointer (&self);
  if (*name == '\0' || lw_protocol_is_id (stem))
    self = load (path);
  /* A walk keeps the version that it began with. */
  if (self != NULL && *name != '\0' && !g_str_equal (self->name, name)) {
    g_autofree char *earlier = g_strconcat (ROOT "earlier/", name, ".json", NULL);

    g_clear_pointer (&self, lw_protocol_unref);
    self = load (earlier);
  }
  if (self == NULL || (*name != '\0' && !g_str_equal (self->name, name))) {
    g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_UNKNOWN,
                 "The routine “%s” does not come with this Lessonwalk. Install the newest one.",
                 name);
    return NULL;
  }
  remember (name, self);
  return g_steal_pointer (&self);
}

static int
compare_titles (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(LwProtocol *const *)a)->title, (*(LwProtocol *const *)b)->title);
}

GPtrArray *
lw_protocol_list (void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_protocol_unref);
  g_auto (GStrv) files = g_resource_enumerate_children (lw_protocols_get_resource (), ROOT,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *path = g_strconcat (ROOT, files[i], NULL);

    if (g_str_has_suffix (files[i], ".json") && !g_str_has_suffix (files[i], ".schema.json"))
      g_ptr_array_add (all, load (path));
  }
  g_ptr_array_sort (all, compare_titles);
  return all;
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

const char *
lw_protocol_get_about (LwProtocol *self)
{
  return self->about;
}

const char *
lw_protocol_get_json (LwProtocol *self)
{
  return self->json;
}

gboolean
lw_protocol_find_lens (LwProtocol *self, const char *name, const char **ret_description)
{
  const char *description = g_hash_table_lookup (self->lenses, name);

  if (description != NULL && ret_description != NULL)
    *ret_description = description;
  return description != NULL;
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

const LwPhaseStep *
lw_phase_find_step (const LwPhase *self, const char *id)
{
  for (guint i = 0; i < self->n_steps; i++) {
    if (g_str_equal (self->steps[i].id, id))
      return &self->steps[i];
  }
  return self->n_steps > 0 ? &self->steps[0] : NULL;
}
