/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-engine-tracks.h"

#include <gst/tag/tag.h>
#include <string.h>

#include "lw-config.h"

#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

/* (transfer full), NULL for what is no code of ISO 639. */
static char *
name_of_language (const char *code)
{
  const char *name = gst_tag_get_language_name (code);

  /* Some are listed under two names: "Spanish; Castilian". */
  return name == NULL ? NULL : g_strndup (name, strcspn (name, ";"));
}

/* (transfer full), NULL if the file does not name it. */
static char *
name_from_tags (GstTagList *tags)
{
  g_autofree char *title = NULL, *language = NULL;
  char *name;

  if (tags == NULL)
    return NULL;
  if (gst_tag_list_get_string (tags, GST_TAG_TITLE, &title) && *title != '\0')
    return g_steal_pointer (&title);
  if (!gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &language) || *language == '\0')
    return NULL;
  if (g_str_equal (language, "und"))
    return NULL;
  name = name_of_language (language);
  return name != NULL ? name : g_steal_pointer (&language);
}

/* Whether that text comes from the caption file: playbin reads it by a source of its own. */
static gboolean
is_from_file (GstElement *playbin, int index, const char *captions)
{
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstPad) peer = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autofree char *uri = NULL;

  g_signal_emit_by_name (playbin, "get-text-pad", index, &pad);
  peer = pad != NULL ? gst_pad_get_peer (pad) : NULL;
  source = peer != NULL ? gst_pad_get_parent_element (peer) : NULL;
  if (source == NULL || g_object_class_find_property (G_OBJECT_GET_CLASS (source), "uri") == NULL)
    return FALSE;
  g_object_get (source, "uri", &uri, NULL);
  return g_strcmp0 (uri, captions) == 0;
}

/* The language in a file's name, by the custom of players: "lesson.de.vtt", "lesson.pt-BR.vtt".
 * (transfer full), NULL if there is none. */
static char *
language_in_name (const char *basename)
{
  g_auto (GStrv) parts = g_strsplit (basename, ".", -1);
  guint n = g_strv_length (parts);
  char *code, *region;

  if (n < 3)
    return NULL;
  code = parts[n - 2];
  region = strpbrk (code, "-_");
  if (region != NULL)
    *region++ = '\0';
  g_autofree char *lower = g_ascii_strdown (code, -1);
  g_autofree char *name = name_of_language (lower);

  if (name == NULL || region == NULL || *region == '\0')
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s (%s)", name, region);
}

/* (transfer full), NULL for what is no file of this machine. */
static char *
name_of_file (const char *uri)
{
  g_autofree char *path = g_filename_from_uri (uri, NULL, NULL);
  g_autofree char *basename = path == NULL ? NULL : g_filename_display_basename (path);
  char *language = basename == NULL ? NULL : language_in_name (basename);

  return language != NULL ? language : g_steal_pointer (&basename);
}

GPtrArray *
lw_engine_list_tracks (GstElement *playbin, LwEngineTrackKind kind, const char *captions)
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
    if (name == NULL && !is_audio && captions != NULL && is_from_file (playbin, i, captions))
      name = name_of_file (captions);
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
