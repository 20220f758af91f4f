/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

LwSegment *
fixture_add_segment (LwStore *store, const char *title)
{
  g_autoptr (GError) error = NULL;
  LwId unique = lw_id_new ();
  LwSegment fields = {.title = title, .duration = 720 * LW_SECOND};
  LwSegment *segment;

  memcpy (fields.media.bytes, unique.bytes, sizeof unique.bytes);
  segment = lw_segment_new (&fields, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_put_segment (store, segment, &error));
  g_assert_no_error (error);
  return segment;
}

LwTrack *
fixture_add_track (LwStore *store, const LwId *segment_id, const char *person)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) author = lw_person_new (&(LwPerson){.name = person}, &error);
  LwTrack *track;

  g_assert_no_error (error);
  lw_store_put_person (store, author, &error);
  g_assert_no_error (error);
  track = lw_store_ensure_track (store, segment_id, &author->id, &error);
  g_assert_no_error (error);
  return track;
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwPerson) person = NULL;

  fixture->folder = g_dir_make_tmp ("lessonwalk-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "notes.db", NULL);
  fixture->store = lw_store_open (fixture->path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  person = lw_store_ensure_local_person (fixture->store, "Ana", &error);
  g_assert_no_error (error);
  segment = fixture_add_segment (fixture->store, "A lesson");
  track = lw_store_ensure_track (fixture->store, &segment->id, &person->id, &error);
  g_assert_no_error (error);
  fixture->person_id = person->id;
  fixture->segment_id = segment->id;
  fixture->track_id = track->id;
}

LwStore *
fixture_open (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_file (fixture, name);
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  return store;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_folder (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->store);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

void
fixture_reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->store);
  fixture->store = lw_store_open (fixture->path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
}

char *
fixture_file (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

LwId
add_range (LwStore *store, const LwId *track_id, LwTime start, LwTime end, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = NULL;
  LwNote fields = {.track_id = *track_id, .start = start, .end = end, .text = text};

  lw_store_add_note (store, &fields, &note, &error);
  g_assert_no_error (error);
  return note->id;
}

LwId
add_text (LwStore *store, const LwId *track_id, LwTime start, const char *text)
{
  return add_range (store, track_id, start, start, text);
}

void
edit_text (LwStore *store, const LwId *note_id, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_store_get_note (store, note_id, &error);
  LwNote fields;

  g_assert_no_error (error);
  fields = *note;
  fields.text = text;
  lw_store_edit_note (store, &fields, NULL, &error);
  g_assert_no_error (error);
}

char *
read_text (LwStore *store, const LwId *note_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_store_get_note (store, note_id, &error);

  if (note != NULL)
    return g_strdup (note->text);
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  return NULL;
}

void
assert_text (LwStore *store, const LwId *note_id, const char *text)
{
  g_autofree char *stored = read_text (store, note_id);

  g_assert_cmpstr (stored, ==, text);
}

void
assert_gone (LwStore *store, const LwId *note_id)
{
  assert_text (store, note_id, NULL);
}

static guint64
count (LwStore *store, const LwNoteQuery *query)
{
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  lw_store_count (store, query, &n, &error);
  g_assert_no_error (error);
  return n;
}

guint64
count_notes (LwStore *store)
{
  return count (store, &(LwNoteQuery){0});
}

guint64
count_matches (LwStore *store, const char *text)
{
  return count (store, &(LwNoteQuery){.text = text});
}

static void
assert_texts (GPtrArray *notes, const char *wanted)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);

    g_string_append_printf (texts, "%s%s", i > 0 ? " " : "", note->text);
  }
  g_assert_cmpstr (texts->str, ==, wanted != NULL ? wanted : "");
}

void
assert_drafts (LwStore *store, const LwId *track_id, const char *open, const char *put_away)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) those_open = NULL;
  g_autoptr (GPtrArray) those_away = NULL;

  g_assert_true (lw_store_load_drafts (store, track_id, &those_open, &those_away, &error));
  g_assert_no_error (error);
  assert_texts (those_open, open);
  assert_texts (those_away, put_away);
}

char *
read_findings (LwStore *store)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;

  lw_store_verify (store, &findings, &error);
  g_assert_no_error (error);
  return g_strjoinv ("\n", findings);
}

void
assert_verifies (LwStore *store)
{
  g_autofree char *findings = read_findings (store);

  g_assert_cmpstr (findings, ==, "");
}

void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 2000);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

gboolean
files_hold (const char *path, const char *bytes)
{
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
    g_autofree char *content = NULL;
    gsize length;

    if (g_file_get_contents (name, &content, &length, NULL) && length > 0 &&
        memmem (content, length, bytes, strlen (bytes)) != NULL)
      return TRUE;
  }
  return FALSE;
}

void
assert_same_notes (LwStore *a, LwStore *b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = lw_store_query (a, &(LwNoteQuery){0}, &error);
  g_autoptr (GPtrArray) right = lw_store_query (b, &(LwNoteQuery){0}, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (left->len, ==, right->len);
  for (guint i = 0; i < left->len; i++)
    g_assert_true (lw_note_equal (left->pdata[i], right->pdata[i]));
}
