/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-engine-tracks.h"

#include <gst/tag/tag.h>
#include <string.h>

#include "lw-config.h"

#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

/* (transfer full), NULL if the file does not name it. */
static char *
name_from_tags (GstTagList *tags)
{
  g_autofree char *title = NULL, *language = NULL;
  const char *name;

  if (tags == NULL)
    return NULL;
  if (gst_tag_list_get_string (tags, GST_TAG_TITLE, &title) && *title != '\0')
    return g_steal_pointer (&title);
  if (!gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &language) || *language == '\0')
    return NULL;
  if (g_str_equal (language, "und"))
    return NULL;
  name = gst_tag_get_language_name (language);
  /* ISO 639 lists some under two names: "Spanish; Castilian". */
  return name != NULL ? g_strndup (name, strcspn (name, ";")) : g_steal_pointer (&language);
}

GPtrArray *
lw_engine_list_tracks (GstElement *playbin, LwEngineTrackKind kind)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean is_audio = kind == LW_ENGINE_AUDIO;
  int n = 0;

  g_object_get (playbin, is_audio ? "n-audio" : "n-text", &n, NULL);
  for (int i = 0; i < n; i++) {
    GstTagList *tags = NULL;
    g_autofree char *name = NULL;
    guint times;

    g_signal_emit_by_name (playbin, is_audio ? "get-audio-tags" : "get-text-tags", i, &tags);
    name = name_from_tags (tags);
    g_clear_pointer (&tags, gst_tag_list_unref);
    if (name == NULL) {
      g_ptr_array_add (names, g_strdup_printf (_ ("Track %d"), i + 1));
      continue;
    }
    times = GPOINTER_TO_UINT (g_hash_table_lookup (seen, name)) + 1;
    g_hash_table_insert (seen, g_strdup (name), GUINT_TO_POINTER (times));
    g_ptr_array_add (names,
                     times == 1 ? g_strdup (name) : g_strdup_printf ("%s (%u)", name, times));
  }
  return names;
}
