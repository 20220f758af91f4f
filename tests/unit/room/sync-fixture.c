/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lw-protocol.h"

/* ---- the room ---- */

static gpointer
serve (gpointer data)
{
  SyncFixture *fixture = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "room", NULL);
  LwRoomConfig *config = lw_room_config_new (NULL, &error);

  g_main_context_push_thread_default (fixture->context);
  g_assert_no_error (error);
  lw_room_config_set (config, "data", folder, &error);
  lw_room_config_set (config, "listen", "127.0.0.1:0", &error);
  g_assert_no_error (error);
  fixture->room = lw_room_new (config, &error);
  g_assert_no_error (error);
  lw_room_start (fixture->room, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&fixture->ready, TRUE);
  g_main_loop_run (fixture->loop);
  lw_room_free (fixture->room);
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

#define PUT(kind, Type, ...)                                              \
  ({                                                                      \
    g_autoptr (GError) put_error = NULL;                                  \
    Type *put_value = lw_##kind##_new (&(Type){__VA_ARGS__}, &put_error); \
    g_assert_no_error (put_error);                                        \
    lw_store_put_##kind (fixture->room->store, put_value, &put_error);    \
    g_assert_no_error (put_error);                                        \
    put_value;                                                            \
  })

static LwSegment *
put_lesson (SyncFixture *fixture, const LwWalk *walk, const char *title)
{
  g_autoptr (LwVisit) visit = PUT (visit, LwVisit, .walk_id = walk->id, .order = 1);
  LwSegment *segment = PUT (segment, LwSegment, .visit_id = visit->id, .title = title,
                            .media = {.bytes = {1}}, .duration = 60 * LW_SECOND);

  return segment;
}

void
set_phase (SyncFixture *fixture, const char *phase)
{
  LwWalk fields = *fixture->walk;

  fields.phase = phase;
  lw_walk_unref (PUT (walk, LwWalk, .id = fields.id, .title = fields.title,
                      .protocol = fields.protocol, .focus = "Evidence", .inquiry = "How?",
                      .phase = phase));
}

static void
add_walker (SyncFixture *fixture, Walker *walker, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = PUT (person, LwPerson, .name = name);
  g_autoptr (LwMember) member G_GNUC_UNUSED =
      PUT (member, LwMember, .walk_id = fixture->walk->id, .person_id = person->id,
           .roles = 1u << LW_ROLE_WALKER, .norms_utc_us = 1);
  LwAccount account = {.person_id = person->id, .name = (char *)name};
  g_autofree char *path = g_strdup_printf ("%s/%s.db", fixture->folder, name);

  walker->person = person->id;
  lw_accounts_add (fixture->room->accounts, &account, &error);
  g_assert_no_error (error);
  walker->token =
      lw_accounts_begin_session (fixture->room->accounts, &person->id, 3600, "link", &error);
  g_assert_no_error (error);
  walker->store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
}

void
set_up (SyncFixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("room-sync-XXXXXX", NULL);
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  fixture->thread = g_thread_new ("room", serve, fixture);
  while (!g_atomic_int_get (&fixture->ready))
    g_usleep (1000);
  fixture->http = soup_session_new ();
  fixture->walk = PUT (walk, LwWalk, .title = "Pressing for evidence",
                       .protocol = "", .phase = "visit");
  fixture->other_walk = PUT (walk, LwWalk, .title = "Somebody else's walk",
                             .protocol = "", .phase = "visit");
  fixture->segment = put_lesson (fixture, fixture->walk, "Fractions");
  fixture->other_segment = put_lesson (fixture, fixture->other_walk, "A secret lesson");
  add_walker (fixture, &fixture->ada, "Ada");
  add_walker (fixture, &fixture->ben, "Ben");
}

static void
walker_clear (Walker *walker)
{
  g_free (walker->token);
  g_clear_object (&walker->store);
  g_clear_pointer (&walker->track, lw_track_unref);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_folder (child);
    g_remove (child);
  }
  g_rmdir (path);
}

void
tear_down (SyncFixture *fixture, gconstpointer data)
{
  g_main_loop_quit (fixture->loop);
  g_thread_join (fixture->thread);
  g_main_loop_unref (fixture->loop);
  g_main_context_unref (fixture->context);
  g_object_unref (fixture->http);
  walker_clear (&fixture->ada);
  walker_clear (&fixture->ben);
  lw_walk_unref (fixture->walk);
  lw_walk_unref (fixture->other_walk);
  lw_segment_unref (fixture->segment);
  lw_segment_unref (fixture->other_segment);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* ---- requests ---- */

GBytes *
ask (SyncFixture *fixture,
     const Walker *walker,
     const char *method,
     const char *path,
     GByteArray *body,
     guint *ret_status)
{
  g_autofree char *uri = g_strdup_printf ("http://%s%s", fixture->room->address, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autofree char *bearer = g_strconcat ("Bearer ", walker->token, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *answer;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body->data, body->len);

    soup_message_set_request_body_from_bytes (message, "application/x-ndjson", bytes);
  }
  answer = soup_session_send_and_read (fixture->http, message, NULL, &error);
  g_assert_no_error (error);
  *ret_status = soup_message_get_status (message);
  return answer;
}

char *
walk_path (SyncFixture *fixture, const char *rest)
{
  char id[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (&fixture->walk->id, id);
  return g_strconcat ("/api/walks/", id, rest, NULL);
}

void
add_line (GByteArray *lines, GBytes *bytes)
{
  g_byte_array_append (lines, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_byte_array_append (lines, (const guint8 *)"\n", 1);
  g_bytes_unref (bytes);
}

void
pull (SyncFixture *fixture, Walker *walker)
{
  g_autofree char *path = walk_path (fixture, "/sync/pull");
  LwSyncScope scope = {.walk_id = &fixture->walk->id};
  g_autoptr (LwSyncVector) vector = lw_store_get_vector (walker->store, &scope, NULL);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint status;

  g_assert_true (lw_store_list_wanted (walker->store, NULL, 50000, &wanted, NULL));
  add_line (body, lw_sync_vector_write (vector));
  add_line (body, lw_sync_wanted_write (wanted));
  answer = ask (fixture, walker, "POST", path, body, &status);
  g_assert_cmpuint (status, ==, 200);
  lines = g_strsplit (g_bytes_get_data (answer, NULL), "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] == '{'; i++) {
    g_autoptr (LwSyncMessage) message = lw_sync_message_read (lines[i], strlen (lines[i]), &error);
    g_autoptr (GPtrArray) results = NULL;
    const LwSyncBatch *batch;

    g_assert_no_error (error);
    batch = message->batch;
    lw_store_apply (walker->store, &batch, 1, &results, &error);
    g_assert_no_error (error);
    g_assert_no_error (((LwSyncResult *)results->pdata[0])->error);
  }
}

void
begin_track (SyncFixture *fixture, Walker *walker)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree char *path = NULL;
  g_autofree char *json = NULL;
  char segment[LW_ID_TEXT_LENGTH + 1], track[LW_ID_TEXT_LENGTH + 1];
  guint status;

  pull (fixture, walker);
  walker->track =
      lw_store_ensure_track (walker->store, &fixture->segment->id, &walker->person, &error);
  g_assert_no_error (error);
  lw_id_format (&fixture->segment->id, segment);
  lw_id_format (&walker->track->id, track);
  path = g_strconcat ("/api/segments/", segment, "/track", NULL);
  json = g_strdup_printf ("{\"id\":\"%s\"}", track);
  g_byte_array_append (body, (const guint8 *)json, (guint)strlen (json));
  g_bytes_unref (ask (fixture, walker, "POST", path, body, &status));
  g_assert_cmpuint (status, ==, 200);
}

LwNote *
pin (Walker *walker, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_note_new (
      &(LwNote){.track_id = walker->track->id, .text = text, .start = LW_SECOND, .end = LW_SECOND},
      &error);
  LwNote *kept = NULL;

  g_assert_no_error (error);
  lw_store_add_note (walker->store, note, &kept, &error);
  g_assert_no_error (error);
  return kept;
}

LwSyncBatch *
own_ops (const Walker *walker, LwSyncLogs logs)
{
  g_autoptr (GError) error = NULL;
  LwId device;
  LwSyncScope scope = {.device_id = &device, .logs = logs};
  g_autoptr (LwSyncReader) reader = NULL;
  LwSyncBatch *batch = NULL;

  lw_store_get_device (walker->store, &device, &error);
  reader = lw_store_read_since (walker->store, NULL, &scope, NULL, NULL, &error);
  g_assert_no_error (error);
  lw_sync_reader_next (reader, 1024 * 1024, &batch, &error);
  g_assert_no_error (error);
  g_assert_nonnull (batch);
  return batch;
}

json_object *
push_lines (SyncFixture *fixture, const Walker *walker, GByteArray *lines)
{
  g_autofree char *path = walk_path (fixture, "/sync/push");
  g_autoptr (GBytes) answer = NULL;
  guint status;
  g_autofree char *text = NULL;
  json_object *json;

  answer = ask (fixture, walker, "POST", path, lines, &status);
  g_assert_cmpuint (status, ==, 200);
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  json = json_tokener_parse (text);
  g_assert_nonnull (json);
  return json;
}

json_object *
push (SyncFixture *fixture, const Walker *walker, const LwSyncBatch *batch)
{
  g_autoptr (GByteArray) lines = g_byte_array_new ();

  add_line (lines, lw_sync_batch_write (batch));
  return push_lines (fixture, walker, lines);
}
