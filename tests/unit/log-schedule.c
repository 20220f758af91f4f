/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-steps.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

void
schedule_fail (Schedule *self, const char *condition, int line, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("Bail out! LESSONWALK_SEED=%u, step %u, line %d: %s: %s\n%s", self->seed, self->step,
           line, condition, what, self->trace->str);
  fflush (NULL);
  for (guint d = 0; d < self->n_devices; d++)
    schedule_remove_store (self->paths[d]);
  schedule_remove_store (self->backup_path);
  remove_templates ();
  _exit (1);
}

void
schedule_trace (Schedule *self, const char *format, ...)
{
  va_list args;

  g_string_append_printf (self->trace, "# %2u ", self->step);
  va_start (args, format);
  g_string_append_vprintf (self->trace, format, args);
  va_end (args);
  g_string_append_c (self->trace, '\n');
}

guint
schedule_choose (Schedule *self, guint n)
{
  return (guint)g_rand_int_range (self->rand, 0, (gint32)n);
}

/* ---- notes ---- */

OracleContent
schedule_make_content (Schedule *self)
{
  OracleContent content = {
      .serial = self->n_contents++,
      .kind = schedule_choose (self, 2),
      .pass = 1 + schedule_choose (self, 3),
      .tag = schedule_choose (self, 4),
      .start_s = schedule_choose (self, 20),
      .length_s = schedule_choose (self, 3) == 0 ? 0 : schedule_choose (self, 10),
      .on_focus = schedule_choose (self, 2) == 1,
  };

  return content;
}

static const char *const tag_names[] = {NULL, "evidence", "talk", "quick write"};

LwNote *
schedule_make_note (Schedule *self, guint note, const OracleContent *content)
{
  const char *tags[] = {tag_names[content->tag], NULL};
  g_autofree char *text = g_strdup_printf ("serial%u %s", content->serial,
                                           content->serial % 3 == 0 ? "maple" : "willow");
  LwNote fields = {
      .id = self->note_ids[note],
      .track_id = self->track_ids[self->note_tracks[note]],
      .kind = (LwNoteKind)content->kind,
      .on_focus = content->on_focus,
      .pass = content->pass,
      .start = content->start_s * LW_SECOND,
      .end = (content->start_s + content->length_s) * LW_SECOND,
      .text = text,
      .tags = tags,
  };
  g_autoptr (GError) error = NULL;
  LwNote *made = lw_note_new (&fields, &error);

  MUST (self, made != NULL, "%s", error->message);
  return made;
}

static gboolean
note_is (const LwNote *note, const OracleContent *content)
{
  g_autofree char *head = g_strdup_printf ("serial%u ", content->serial);
  const char *tag = tag_names[content->tag];

  return g_str_has_prefix (note->text, head) && note->kind == content->kind &&
         note->pass == content->pass && note->on_focus == content->on_focus &&
         note->start == content->start_s * LW_SECOND &&
         note->end == (content->start_s + content->length_s) * LW_SECOND &&
         g_strcmp0 (note->tags[0], tag) == 0;
}

/* ---- what the store must show ---- */

typedef gboolean (*Matches) (const OracleContent *content, guint track);

static gboolean
matches_all (const OracleContent *content, guint track)
{
  return TRUE;
}

static gboolean
matches_track_1 (const OracleContent *content, guint track)
{
  return track == 1;
}

static gboolean
matches_window (const OracleContent *content, guint track)
{
  guint end_s = content->start_s + content->length_s;

  return content->start_s < 9 && (content->start_s >= 5 || end_s > 5);
}

static gboolean
matches_maple (const OracleContent *content, guint track)
{
  return content->serial % 3 == 0;
}

static gboolean
matches_talk_on_focus (const OracleContent *content, guint track)
{
  return content->tag == 2 && content->on_focus;
}

static gboolean
matches_wonderings_of_pass_2 (const OracleContent *content, guint track)
{
  return content->kind == LW_NOTE_WONDERING && content->pass == 2;
}

static void
check_query (Schedule *self, guint device, const LwNoteQuery *query, Matches matches, guint line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = lw_store_query (self->stores[device], query, &error);
  g_autoptr (GHashTable) found = g_hash_table_new (lw_id_hash, lw_id_equal);
  guint64 count = 0;
  guint expected = 0;

  MUST (self, notes != NULL, "device %u: %s", device, error->message);
  for (guint i = 0; i < notes->len; i++)
    g_hash_table_insert (found, notes->pdata[i], notes->pdata[i]);
  for (guint n = 0; n < self->n_notes; n++) {
    const OracleContent *content = oracle_get (&self->oracle, device, n);
    const LwNote *note = g_hash_table_lookup (found, &self->note_ids[n]);
    gboolean is_due = content != NULL && matches (content, self->note_tracks[n]);

    MUST (self, (note != NULL) == is_due, "query %u, device %u, note %u is %s", line, device, n,
          note != NULL ? "shown" : "missing");
    MUST (self, note == NULL || note_is (note, content),
          "query %u, device %u, note %u: \"%s\" instead of serial%u", line, device, n, note->text,
          content->serial);
    expected += is_due;
  }
  MUST (self, notes->len == expected, "query %u, device %u: %u notes", line, device, notes->len);
  MUST (self, lw_store_count (self->stores[device], query, &count, NULL) && count == expected,
        "query %u, device %u: counted %u", line, device, (guint)count);
}

void
schedule_check_notes (Schedule *self, guint device)
{
  LwNoteQuery all = {0};

  check_query (self, device, &all, matches_all, __LINE__);
}

void
schedule_check_queries (Schedule *self, guint device)
{
  LwNoteQuery all = {0};
  LwNoteQuery track = {.track_id = &self->track_ids[1]};
  LwNoteQuery author = {.author_id = &self->person_ids[1]};
  LwNoteQuery window = {
      .segment_id = &self->segment_id,
      .has_window = TRUE,
      .window_start = 5 * LW_SECOND,
      .window_end = 9 * LW_SECOND,
  };
  LwNoteQuery words = {.text = "maple", .order = LW_ORDER_NEWEST};
  LwNoteQuery tag = {.tag = "talk", .on_focus = TRUE};
  LwNoteQuery kind = {.kinds = 1 << LW_NOTE_WONDERING, .pass = 2, .order = LW_ORDER_NEWEST};

  check_query (self, device, &all, matches_all, __LINE__);
  check_query (self, device, &track, matches_track_1, __LINE__);
  check_query (self, device, &author, matches_track_1, __LINE__);
  check_query (self, device, &window, matches_window, __LINE__);
  check_query (self, device, &words, matches_maple, __LINE__);
  check_query (self, device, &tag, matches_talk_on_focus, __LINE__);
  check_query (self, device, &kind, matches_wonderings_of_pass_2, __LINE__);
}

/* Of what was erased, no version is left to read. */
static void
check_erased (Schedule *self, guint device)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *left = NULL;

  MUST (self,
        sqlite3_open_v2 (self->paths[device], &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
            sqlite3_prepare_v2 (db,
                                "SELECT count (*) FROM body JOIN op USING (op_key) "
                                "WHERE target_id = ?1",
                                -1, &left, NULL) == SQLITE_OK,
        "%s", sqlite3_errmsg (db));
  for (guint n = 0; n < self->n_notes; n++) {
    if (!oracle_is_erased (&self->oracle, device, n))
      continue;
    sqlite3_bind_blob (left, 1, &self->note_ids[n], sizeof (LwId), SQLITE_STATIC);
    MUST (self, sqlite3_step (left) == SQLITE_ROW && sqlite3_column_int (left, 0) == 0,
          "device %u, note %u: something of it is left", device, n);
    sqlite3_reset (left);
  }
  sqlite3_finalize (left);
  sqlite3_close (db);
}

void
schedule_check_sound (Schedule *self, guint device)
{
  g_auto (GStrv) findings = NULL;
  g_autoptr (GError) error = NULL;

  MUST (self, lw_store_verify (self->stores[device], &findings, &error), "%s", error->message);
  MUST (self, findings[0] == NULL, "device %u: %s", device, findings[0]);
  check_erased (self, device);
}

void
schedule_check_rebuilt (Schedule *self, guint device)
{
  g_autoptr (GError) error = NULL;

  schedule_check_queries (self, device);
  schedule_check_sound (self, device);
  MUST (self, lw_store_rebuild (self->stores[device], &error), "%s", error->message);
  schedule_check_queries (self, device);
  schedule_check_sound (self, device);
}
