/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an argument names: ids, ends of ids, files, addresses, titles and names. */
#include "lw-command.h"
#include "lw-rooms.h"

#include <string.h>

#define ENDING_LEAST 4

/* A whole id, or what may be the end of one. */
static gboolean
looks_like_ending (const char *text)
{
  gsize length = strlen (text);
  if (length < ENDING_LEAST || length > LW_ID_TEXT_LENGTH)
    return FALSE;
  return strspn (text, "0123456789abcdefABCDEF-") == length;
}

static gboolean
id_ends_with (const LwId *id, const char *ending)
{
  char text[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (id, text);
  g_autofree char *lower = g_ascii_strdown (ending, -1);
  return g_str_has_suffix (text, lower);
}

static gboolean
names_equal (const char *a, const char *b)
{
  g_autofree char *valid_b = g_utf8_make_valid (b, -1); /* from a command line */
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (valid_b, -1);
  g_autofree char *normal_a = g_utf8_normalize (folded_a, -1, G_NORMALIZE_ALL);
  g_autofree char *normal_b = g_utf8_normalize (folded_b, -1, G_NORMALIZE_ALL);
  return strcmp (normal_a, normal_b) == 0;
}

static void
set_not_found (GError **error, const char *format, const char *name)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *message = g_strdup_printf (format, name);
#pragma GCC diagnostic pop
  g_set_error_literal (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND, message);
}

static void
set_ambiguous (GError **error, const char *name)
{
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
               _ ("“%s” fits more than one. Give more of the id."), name);
}

/* Entities begin alike: id first, and for all that are looked up here by name the name is given by
 * @get_name. */
typedef const char *(*NameFunc) (gconstpointer entity);

static const char *
person_name (gconstpointer entity)
{
  return ((const LwPerson *)entity)->name;
}

static const char *
lens_name (gconstpointer entity)
{
  return ((const LwLens *)entity)->name;
}

static const char *
lesson_title (gconstpointer entity)
{
  return ((const LwSegment *)entity)->title;
}

/* (transfer none), lent by @all; NULL without @error if nothing fits. An id goes before a name. */
static gpointer
pick (GPtrArray *all, const char *name, NameFunc get_name, GError **error)
{
  gpointer found = NULL;
  gboolean is_ending = looks_like_ending (name);
  for (int round = is_ending ? 0 : 1; round < 2 && found == NULL; round++) {
    for (guint i = 0; i < all->len; i++) {
      gpointer entity = g_ptr_array_index (all, i);
      gboolean fits = round == 0 ? id_ends_with (entity, name)
                                 : get_name != NULL && names_equal (get_name (entity), name);
      if (!fits)
        continue;
      if (found != NULL) {
        set_ambiguous (error, name);
        return NULL;
      }
      found = entity;
    }
  }
  return found;
}

/* ---- lessons ---- */

static LwSegment *
first_with_media (LwCommandLine *line, const LwContentHash *media, GError **error)
{
  g_autoptr (GPtrArray) found = lw_store_find_segments (line->store, media, error);
  if (found == NULL)
    return NULL;
  return found->len > 0 ? lw_segment_ref (g_ptr_array_index (found, 0)) : NULL;
}

LwSegment *
lw_command_find_lesson (LwCommandLine *line, const char *name, GError **error)
{
  LwId id;
  if (lw_id_parse (name, &id))
    return lw_store_get_segment (line->store, &id, error);
  GError *cause = NULL;
  g_autoptr (LwSegment) lesson = NULL;
  LwContentHash media;
  if (g_file_test (name, G_FILE_TEST_IS_REGULAR)) {
    if (lw_command_hash_file (line, name, &media, &cause))
      lesson = first_with_media (line, &media, &cause);
    if (lesson == NULL && cause == NULL)
      set_not_found (&cause, _ ("Nobody has pinned anything to %s yet. “lessonwalk pin” does."),
                     name);
  } else if (lw_session_hash_address (name, &media)) {
    lesson = first_with_media (line, &media, &cause);
  } else {
    g_autoptr (GPtrArray) all = lw_store_list (line->store, LW_ENTITY_SEGMENT, NULL, &cause);
    LwSegment *found = all != NULL ? pick (all, name, lesson_title, &cause) : NULL;
    lesson = found != NULL ? lw_segment_ref (found) : NULL;
  }
  if (lesson == NULL && cause == NULL)
    set_not_found (&cause,
                   _ ("No lesson and no file is called “%s”. “lessonwalk lessons” lists what there "
                      "is."),
                   name);
  if (cause != NULL)
    g_propagate_error (error, cause);
  return g_steal_pointer (&lesson);
}

LwSegment *
lw_command_find_or_add_lesson (LwCommandLine *line, const char *name, GError **error)
{
  LwId id;
  if (!lw_id_parse (name, &id) && g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return lw_command_add_file (line, name, NULL, NULL, error);
  if (lw_session_hash_address (name, NULL))
    return lw_command_add_address (line, name, error);
  return lw_command_find_lesson (line, name, error);
}

LwSegment *
lw_command_open_lesson (LwCommandLine *line, LwStoreUse use, GError **error)
{
  const char *name = line->arguments[0];
  if (lw_command_open_store (line, use, error) == NULL)
    return NULL;
  return use == LW_STORE_FOR_WRITING ? lw_command_find_or_add_lesson (line, name, error)
                                     : lw_command_find_lesson (line, name, error);
}

char *
lw_command_media_path (LwCommandLine *line, const LwSegment *lesson, GError **error)
{
  g_auto (GStrv) paths = lw_store_media_paths (line->store, &lesson->media, error);
  if (paths == NULL)
    return NULL;
  for (char **path = paths; *path != NULL; path++) {
    if (g_file_test (*path, G_FILE_TEST_IS_REGULAR) || lw_session_hash_address (*path, NULL))
      return g_strdup (*path);
  }
  set_not_found (error,
                 _ ("The video of “%s” is not where it was. Name the file itself; its notes will "
                    "be found by its content."),
                 lesson->title);
  return NULL;
}

/* ---- notes ---- */

LwNote *
lw_command_find_note (LwCommandLine *line, const char *name, GError **error)
{
  LwId id;
  GError *cause = NULL;
  g_autoptr (LwNote) note = NULL;
  if (lw_id_parse (name, &id)) {
    note = lw_store_get_note (line->store, &id, &cause);
    if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
      g_clear_error (&cause);
  } else if (looks_like_ending (name)) {
    LwNoteQuery query = {0};
    g_autoptr (GPtrArray) all = lw_store_query (line->store, &query, &cause);
    LwNote *found = all != NULL ? pick (all, name, NULL, &cause) : NULL;
    note = found != NULL ? lw_note_ref (found) : NULL;
  }
  if (note == NULL && cause == NULL)
    set_not_found (&cause,
                   _ ("There is no note “%s”. “lessonwalk list” shows each note's id; a deleted "
                      "one comes back with “lessonwalk undo”."),
                   name);
  if (cause != NULL)
    g_propagate_error (error, cause);
  return g_steal_pointer (&note);
}

/* ---- people, tracks, lenses ---- */

LwPerson *
lw_command_find_person (LwCommandLine *line, const char *name, GError **error)
{
  GError *cause = NULL;
  g_autoptr (GPtrArray) all = lw_store_list (line->store, LW_ENTITY_PERSON, NULL, &cause);
  LwPerson *found = all != NULL ? pick (all, name, person_name, &cause) : NULL;
  if (found != NULL)
    return lw_person_ref (found);
  if (cause == NULL)
    set_not_found (&cause, _ ("Nobody here is called “%s”."), name);
  g_propagate_error (error, cause);
  return NULL;
}

LwTrack *
lw_command_find_track (LwCommandLine *line, const char *name, GError **error)
{
  GError *cause = NULL;
  g_autoptr (GPtrArray) all = lw_store_list (line->store, LW_ENTITY_TRACK, NULL, &cause);
  LwTrack *found = all != NULL && looks_like_ending (name) ? pick (all, name, NULL, &cause) : NULL;
  if (found != NULL)
    return lw_track_ref (found);
  if (cause == NULL)
    set_not_found (&cause, _ ("There is no track “%s”."), name);
  g_propagate_error (error, cause);
  return NULL;
}

LwLens *
lw_command_find_lens (LwCommandLine *line, const char *name, gboolean make, GError **error)
{
  GError *cause = NULL;
  g_autoptr (GPtrArray) all = lw_store_list (line->store, LW_ENTITY_LENS, NULL, &cause);
  LwLens *found = all != NULL ? pick (all, name, lens_name, &cause) : NULL;
  if (found != NULL)
    return lw_lens_ref (found);
  if (cause == NULL && !make)
    set_not_found (&cause, _ ("There is no lens “%s”."), name);
  if (cause != NULL) {
    g_propagate_error (error, cause);
    return NULL;
  }
  LwLens fields = {.name = name};
  g_autoptr (LwLens) lens = lw_lens_new (&fields, error);
  if (lens == NULL || !lw_store_put_lens (line->store, lens, error))
    return NULL;
  return g_steal_pointer (&lens);
}

LwPerson *
lw_command_own_person (LwCommandLine *line, GError **error)
{
  const char *name = g_get_real_name ();
  if (name == NULL || *name == '\0' || strcmp (name, "Unknown") == 0)
    name = g_get_user_name ();
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  return lw_store_ensure_local_person (line->store, valid, error);
}

LwPerson *
lw_command_person_on (LwCommandLine *line, const LwId *segment_id, GError **error)
{
  g_autoptr (LwPerson) own = lw_command_own_person (line, error);
  return own != NULL ? lw_rooms_ensure_person (line->store, segment_id, own->name, error) : NULL;
}

LwTrack *
lw_command_own_track (LwCommandLine *line, const LwSegment *lesson, GError **error)
{
  g_autoptr (LwPerson) person = lw_command_person_on (line, &lesson->id, error);
  if (person == NULL)
    return NULL;
  return lw_store_ensure_track (line->store, &lesson->id, &person->id, error);
}

const char *
lw_command_name (LwCommandLine *line, LwEntityKind kind, const LwId *id)
{
  if (lw_id_is_none (id))
    return "";
  if (line->names == NULL)
    line->names = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
  const char *known = g_hash_table_lookup (line->names, id);
  if (known != NULL)
    return known;
  char *name = NULL;
  if (kind == LW_ENTITY_PERSON) {
    g_autoptr (LwPerson) person = lw_store_get_person (line->store, id, NULL);
    name = g_strdup (person != NULL ? person->name : "");
  } else if (kind == LW_ENTITY_LENS) {
    g_autoptr (LwLens) lens = lw_store_get_lens (line->store, id, NULL);
    name = g_strdup (lens != NULL ? lens->name : "");
  } else if (kind == LW_ENTITY_PLACE) {
    g_autoptr (LwPlace) place = lw_store_get_place (line->store, id, NULL);
    name = g_strdup (place != NULL ? place->name : "");
  } else {
    g_autoptr (LwSegment) lesson = lw_store_get_segment (line->store, id, NULL);
    name = g_strdup (lesson != NULL ? lesson->title : "");
  }
  g_hash_table_insert (line->names, g_memdup2 (id, sizeof *id), name);
  return name;
}
