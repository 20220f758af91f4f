/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Every routine that comes with the program, walked in a real room from its data alone: each part
 * in its order, asked for each role. What is expected is read from the file itself, and not by what
 * reads files for the room.
 */

#include <string.h>

#include "lw-json.h"
#include "room-fixture.h"

#define SEED_TEXT "Noor shows her drawing"

static const char *const roles[LW_N_ROLES] = {"facilitator", "host",       "walker",
                                              "coach",       "timekeeper", "guest"};

typedef struct {
  RoomFixture *room;
  json_object *file;
  LwId people[LW_N_ROLES];
  char *tokens[LW_N_ROLES];
  char *seed; /* a note of somebody who is none of them */
  LwId segment_id;
} Walk;

/* ---- what the file says ---- */

static gboolean
lists (json_object *part, const char *member, const char *word)
{
  json_object *list;

  if (!json_object_object_get_ex (part, member, &list))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    if (g_str_equal (json_object_get_string (json_object_array_get_idx (list, i)), word))
      return TRUE;
  }
  return FALSE;
}

static gsize
length_of (json_object *part, const char *member)
{
  json_object *list;

  return json_object_object_get_ex (part, member, &list) ? json_object_array_length (list) : 0;
}

static json_object *
get_at (json_object *part, const char *member, gsize i)
{
  json_object *list;

  return json_object_object_get_ex (part, member, &list) ? json_object_array_get_idx (list, i)
                                                         : NULL;
}

static gboolean
is_set (json_object *part, const char *member)
{
  gboolean set = FALSE;

  lw_json_get_flag (part, member, &set);
  return set;
}

typedef struct {
  gboolean see, write, progress, reply, asset, need, plan, time, watch, is_out;
} Allowed;

static Allowed
expect (json_object *phase, json_object *step, const char *role)
{
  gboolean open = !is_set (phase, "closed");
  gboolean is_out = is_set (phase, "host_leaves") && g_str_equal (role, "host");
  gboolean early = step != NULL && g_strcmp0 (lw_json_get_text (step, "kind"), "evidence") == 0;
  gboolean in = !is_out && (open || !g_str_equal (role, "guest"));
  gboolean see = in && lists (phase, "see_notes", role);
  gboolean both = see && open && lists (phase, "reply", role);

  return (Allowed){
      .see = see,
      .write = in && open && lists (phase, "write_notes", role),
      .progress = in && open && lists (phase, "mark_progress", role),
      .reply = in && open && lists (phase, "reply", role),
      .asset = both,
      .need = both && !early,
      .plan = see && open && length_of (phase, "reply") > 0 && !early,
      .time = open && (g_str_equal (role, "facilitator") || g_str_equal (role, "timekeeper")),
      .watch = in && lists (phase, "watch", role),
      .is_out = is_out,
  };
}

/* ---- what the room does ---- */

static guint
ask (Walk *walk,
     guint role,
     const char *method,
     const char *rest,
     const char *body,
     json_object **json)
{
  g_autofree char *path = room_walk_path (walk->room, rest);

  return room_request (walk->room, walk->tokens[role], method, path, body, json);
}

static char *
new_id (void)
{
  LwId id = lw_id_new ();

  return lw_id_to_string (&id);
}

static gboolean
is_kept (json_object *answer, gsize i)
{
  return g_strcmp0 (lw_json_get_text (get_at (answer, "results", i), "status"), "kept") == 0;
}

#define ASSERT_SAME(found, wanted, what)                                                \
  G_STMT_START                                                                          \
  {                                                                                     \
    if ((found) != (wanted))                                                            \
      g_error ("%s, %s: %s may%s %s", lw_json_get_text (walk->file, "protocol"), where, \
               roles[role], (wanted) ? "" : " not", what);                              \
  }                                                                                     \
  G_STMT_END

static void
check_notes (Walk *walk, guint role, const char *where, const Allowed *allowed)
{
  g_autofree char *pin = new_id (), *mark = new_id (), *reply = new_id (), *track = NULL;
  g_autofree char *segment = lw_id_to_string (&walk->segment_id);
  g_autofree char *track_path = g_strconcat ("/api/segments/", segment, "/track", NULL);
  g_autofree char *body = NULL;
  g_autoptr (json_object) made = NULL, notes = NULL, kept = NULL;

  g_assert_cmpuint (ask (walk, role, "GET", "/notes", NULL, &notes), ==, 200);
  /* By its words: an own reply names the note that it answers. */
  ASSERT_SAME (strstr (json_object_to_json_string (notes), SEED_TEXT) != NULL, allowed->see,
               "read what others wrote");
  if (room_request (walk->room, walk->tokens[role], "POST", track_path, "{}", &made) != 200)
    return;
  track = g_strdup (lw_json_get_text (made, "id"));
  body = g_strdup_printf (
      "{\"changes\":[{\"op\":\"put\",\"note\":{\"id\":\"%s\",\"track\":\"%s\",\"kind\":"
      "\"noticing\","
      "\"start\":0,\"text\":\"N\"}},{\"op\":\"put\",\"note\":{\"id\":\"%s\",\"track\":\"%s\","
      "\"kind\":\"progress\",\"start\":0,\"text\":\"P\"}},{\"op\":\"put\",\"note\":{\"id\":\"%s\","
      "\"track\":\"%s\",\"kind\":\"reply\",\"start\":0,\"reply_to\":\"%s\",\"text\":\"R\"}}]}",
      pin, track, mark, track, reply, track, walk->seed);
  g_assert_cmpuint (ask (walk, role, "POST", "/changes", body, &kept), ==, 200);
  ASSERT_SAME (is_kept (kept, 0), allowed->write, "pin");
  ASSERT_SAME (is_kept (kept, 1), allowed->progress, "mark progress");
  ASSERT_SAME (is_kept (kept, 2), allowed->reply, "reply");
}

static void
check_board (Walk *walk, guint role, const char *where, const Allowed *allowed)
{
  g_autofree char *asset = new_id (), *need = new_id (), *step = new_id (), *body = NULL;
  json_object *level = get_at (walk->file, "levels", 0);
  g_autoptr (json_object) kept = NULL;

  ASSERT_SAME (ask (walk, role, "GET", "/board", NULL, NULL) == 200, allowed->see, "see the board");
  body = g_strdup_printf (
      "{\"changes\":[{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"asset\",\"text\":\"A\","
      "\"cites\":"
      "[\"%s\"]},{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"need\",\"text\":\"N\",\"cites\":"
      "[\"%s\"]},{\"type\":\"step\",\"id\":\"%s\",\"level\":\"%s\",\"text\":\"S\"}]}",
      asset, walk->seed, need, walk->seed, step,
      level != NULL ? lw_json_get_text (level, "id") : "");
  g_assert_cmpuint (ask (walk, role, "POST", "/board", body, &kept), ==, 200);
  ASSERT_SAME (is_kept (kept, 0), allowed->asset, "write what is working");
  ASSERT_SAME (is_kept (kept, 1), allowed->need, "write what is needed");
  ASSERT_SAME (is_kept (kept, 2), allowed->plan, "write a next step");
}

static void
check_role (Walk *walk, guint role, json_object *phase, json_object *step)
{
  Allowed allowed = expect (phase, step, roles[role]);
  g_autofree char *where = g_strdup_printf ("%s %s", lw_json_get_text (phase, "id"),
                                            step != NULL ? lw_json_get_text (step, "id") : "");
  g_autoptr (json_object) told = NULL;
  json_object *may;

  if (is_set (phase, "closed") && g_str_equal (roles[role], "guest")) {
    g_assert_cmpuint (ask (walk, role, "GET", "", NULL, NULL), ==, 404);
    return;
  }
  g_assert_cmpuint (ask (walk, role, "GET", "", NULL, &told), ==, 200);
  g_assert_cmpstr (lw_json_get_text (told, "phase"), ==, lw_json_get_text (phase, "id"));
  g_assert_cmpstr (lw_json_get_text (told, "step"), ==,
                   step != NULL ? lw_json_get_text (step, "id") : NULL);
  ASSERT_SAME (is_set (told, "is_out"), allowed.is_out, "be out");
  g_assert_true (json_object_object_get_ex (told, "may", &may));
  ASSERT_SAME (is_set (may, "watch"), allowed.watch, "watch");
  ASSERT_SAME (ask (walk, role, "POST", "/timer", "{\"act\":\"pause\"}", NULL) == 200, allowed.time,
               "keep the time");
  check_notes (walk, role, where, &allowed);
  check_board (walk, role, where, &allowed);
}

/* ---- on and on ---- */

static guint
open_part (Walk *walk, json_object *phase, json_object *step, json_object **ret_json)
{
  g_autofree char *body =
      g_strdup_printf ("{\"phase\":\"%s\"%s%s%s}", lw_json_get_text (phase, "id"),
                       step != NULL ? ",\"step\":\"" : "",
                       step != NULL ? lw_json_get_text (step, "id") : "", step != NULL ? "\"" : "");

  return ask (walk, LW_ROLE_FACILITATOR, "POST", "/phase", body, ret_json);
}

/* Says of the seed's card that it speaks of students, by somebody who may. */
static void
show_students (Walk *walk)
{
  g_autofree char *body = g_strdup_printf (
      "{\"changes\":[{\"type\":\"card\",\"note\":\"%s\",\"position\":0,\"about\":\"group\"}]}",
      walk->seed);
  g_autoptr (json_object) kept = NULL;

  g_assert_cmpuint (ask (walk, LW_ROLE_FACILITATOR, "POST", "/board", body, &kept), ==, 200);
  g_assert_true (is_kept (kept, 0));
}

/* A next step of every level, the teacher's by herself. */
static void
write_steps (Walk *walk)
{
  for (gsize i = 0; i < length_of (walk->file, "levels"); i++) {
    json_object *level = get_at (walk->file, "levels", i);
    guint by = lw_json_get_text (level, "agreed_by") != NULL ? LW_ROLE_HOST : LW_ROLE_FACILITATOR;
    g_autofree char *id = new_id ();
    g_autofree char *body = g_strdup_printf (
        "{\"changes\":[{\"type\":\"step\",\"id\":\"%s\",\"level\":\"%s\",\"text\":\"S\"}]}", id,
        lw_json_get_text (level, "id"));
    g_autoptr (json_object) kept = NULL;

    g_assert_cmpuint (ask (walk, by, "POST", "/board", body, &kept), ==, 200);
    g_assert_true (is_kept (kept, 0));
  }
}

static void
walk_part (Walk *walk, json_object *phase, json_object *step, gboolean *was_shown)
{
  g_autoptr (json_object) answer = NULL;
  guint status = open_part (walk, phase, step, &answer);

  if (status == 409) {
    const char *text = json_object_to_json_string (answer);

    /* Nothing but what the file asks for stands in the way, and it is in the way once. */
    if (strstr (text, "\"evidence\"") != NULL) {
      g_assert_false (*was_shown);
      *was_shown = TRUE;
      show_students (walk);
    } else {
      g_assert_nonnull (strstr (text, "no-next-step"));
      g_assert_true (is_set (phase, "closed"));
      write_steps (walk);
    }
    status = open_part (walk, phase, step, NULL);
  }
  g_assert_cmpuint (status, ==, 200);
  for (guint role = 0; role < LW_N_ROLES; role++)
    check_role (walk, role, phase, step);
}

static void
put_walk (Walk *walk, const char *name, const char *focus)
{
  const char *watch_for[] = {"Who gives reasons", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) entity = lw_walk_new (&(LwWalk){.id = walk->room->walk_id,
                                                     .title = name,
                                                     .protocol = name,
                                                     .focus = focus,
                                                     .inquiry = "How?",
                                                     .pd_session = "February",
                                                     .watch_for = watch_for},
                                           &error);

  g_assert_no_error (error);
  lw_store_put_walk (walk->room->room->store, entity, &error);
  g_assert_no_error (error);
}

/* One person for each role, who did all that may be asked before one watches; a visit with a lesson
 * that none of them teaches, one without any; and a note of somebody else. */
static void
people_the_walk (Walk *walk)
{
  LwStore *store = walk->room->room->store;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwLens) lens = lw_lens_new (&(LwLens){.name = "Talk"}, &error);
  g_autoptr (LwVisit) visit = NULL, empty = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwNote) note = NULL;
  LwId seeder;

  lw_store_put_lens (store, lens, &error);
  for (guint role = 0; role < LW_N_ROLES; role++) {
    g_autoptr (GPtrArray) members = NULL;

    walk->tokens[role] = room_add_person (walk->room, roles[role], 1u << role, &walk->people[role]);
    members = lw_store_list (store, LW_ENTITY_MEMBER, &walk->room->walk_id, &error);
    for (guint i = 0; i < members->len; i++) {
      LwMember fields = *(const LwMember *)members->pdata[i];
      g_autoptr (LwMember) ready = NULL;

      if (!lw_id_equal (&fields.person_id, &walk->people[role]))
        continue;
      fields.lens_id = lens->id;
      fields.intention = "I listen.";
      ready = lw_member_new (&fields, &error);
      lw_store_put_member (store, ready, &error);
    }
  }
  g_free (room_add_person (walk->room, "Seed", 1u << LW_ROLE_WALKER, &seeder));
  visit = lw_visit_new (&(LwVisit){.walk_id = walk->room->walk_id, .order = 1, .host_id = seeder},
                        &error);
  empty = lw_visit_new (&(LwVisit){.walk_id = walk->room->walk_id, .order = 2}, &error);
  lw_store_put_visit (store, visit, &error);
  lw_store_put_visit (store, empty, &error);
  segment =
      lw_segment_new (&(LwSegment){.visit_id = visit->id, .media = {{9}}, .title = "L"}, &error);
  lw_store_put_segment (store, segment, &error);
  walk->segment_id = segment->id;
  track = lw_track_new (&(LwTrack){.segment_id = segment->id, .person_id = seeder}, &error);
  lw_store_put_track (store, track, &error);
  note = lw_note_new (&(LwNote){.kind = LW_NOTE_NOTICING,
                                .track_id = track->id,
                                .segment_id = segment->id,
                                .author_id = seeder,
                                .pass = 1,
                                .text = SEED_TEXT},
                      &error);
  g_assert_no_error (error);
  lw_store_add_note (store, note, NULL, &error);
  g_assert_no_error (error);
  walk->seed = lw_id_to_string (&note->id);
}

static void
walk_routine (RoomFixture *fixture, const char *json)
{
  g_autoptr (json_object) file = json_tokener_parse (json);
  Walk walk = {.room = fixture, .file = file};
  gint64 version = 0;
  g_autofree char *name = NULL;
  gboolean was_shown = FALSE;

  lw_json_get_int (file, "version", &version);
  name = g_strdup_printf ("%s@%d", lw_json_get_text (file, "protocol"), (int)version);
  g_test_message ("%s", name);
  fixture->walk_id = lw_id_new ();
  put_walk (&walk, name, "");
  people_the_walk (&walk);
  /* No walk opens before it has its focus. */
  g_assert_cmpuint (open_part (&walk, get_at (file, "phases", 1), NULL, NULL), ==, 409);
  put_walk (&walk, name, "Reasons");
  for (gsize i = 0; i < length_of (file, "phases"); i++) {
    json_object *phase = get_at (file, "phases", i);
    gsize n_steps = length_of (phase, "steps");

    for (gsize k = 0; k < MAX (n_steps, 1); k++)
      walk_part (&walk, phase, n_steps > 0 ? get_at (phase, "steps", k) : NULL, &was_shown);
  }
  for (guint role = 0; role < LW_N_ROLES; role++)
    g_free (walk.tokens[role]);
  g_free (walk.seed);
}

static void
test_every_routine_is_walked_to_its_end_as_its_file_says (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *folder =
      g_build_filename (g_getenv ("LESSONWALK_SOURCE_ROOT"), "annotations/protocols", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL), *json = NULL;
    g_autoptr (GError) error = NULL;

    if (!g_str_has_suffix (name, ".json") || g_str_has_suffix (name, ".schema.json"))
      continue;
    g_file_get_contents (path, &json, NULL, &error);
    g_assert_no_error (error);
    walk_routine (fixture, json);
    n++;
  }
  g_assert_cmpuint (n, ==, 12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/routines/walked", test_every_routine_is_walked_to_its_end_as_its_file_says);
  return g_test_run ();
}
