/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "log-schedule.h"

void
schedule_remove_store (const char *path)
{
  static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
}

void
schedule_copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)length, NULL));
}

/* ---- drafts ---- */

/* Of the N_DRAFTS; what was erased takes its drafts along. */
static ScheduleDraft *
get_drafts (Schedule *self, guint device, guint track)
{
  ScheduleDraft *drafts = self->drafts[device][track];

  for (guint i = 0; i < N_DRAFTS; i++) {
    if (self->track_erased[device][track] ||
        (drafts[i].note != ORACLE_NONE && oracle_is_erased (&self->oracle, device, drafts[i].note)))
      drafts[i].is_there = FALSE;
  }
  return drafts;
}

ScheduleDraft *
schedule_choose_draft (Schedule *self, guint device, guint track)
{
  ScheduleDraft *drafts = get_drafts (self, device, track);
  guint first = schedule_choose (self, N_DRAFTS);

  for (guint i = 0; i < N_DRAFTS; i++) {
    ScheduleDraft *draft = &drafts[(first + i) % N_DRAFTS];

    if (draft->is_there)
      return draft;
  }
  return NULL;
}

static void
step_drop (Schedule *self, guint device, guint track, ScheduleDraft *draft)
{
  g_autoptr (GError) error = NULL;

  schedule_trace (self, "device %u drops its draft serial%u on track %u", device, draft->serial,
                  track);
  MUST (self, lw_store_drop_draft (self->stores[device], &draft->id, &error), "%s", error->message);
  draft->is_there = FALSE;
}

/* Where the draft of the note with that id is kept, or one more is. */
static ScheduleDraft *
find_place (Schedule *self, guint device, guint track, const LwId *id)
{
  ScheduleDraft *drafts = get_drafts (self, device, track);

  for (guint i = 0; i < N_DRAFTS; i++) {
    if (drafts[i].is_there && lw_id_equal (&drafts[i].id, id))
      return &drafts[i];
  }
  for (guint i = 0; i < N_DRAFTS; i++) {
    if (!drafts[i].is_there)
      return &drafts[i];
  }
  step_drop (self, device, track, &drafts[0]);
  return &drafts[0];
}

void
schedule_step_draft (Schedule *self, guint device)
{
  guint track = schedule_choose (self, N_TRACKS), n = schedule_choose (self, self->n_notes + 1);
  ScheduleDraft *draft = schedule_choose_draft (self, device, track);
  gboolean put_away = schedule_choose (self, 2) == 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = NULL;
  OracleContent content;

  if (self->track_erased[device][track])
    return;
  if (draft != NULL && schedule_choose (self, 4) == 0) {
    step_drop (self, device, track, draft);
    return;
  }
  if (n < self->n_notes &&
      (self->note_tracks[n] != track || oracle_is_erased (&self->oracle, device, n)))
    n = self->n_notes;
  if (n == self->n_notes) {
    /* One that was begun earlier goes on, or another is begun. */
    self->note_ids[n] =
        draft != NULL && draft->note == ORACLE_NONE && schedule_choose (self, 2) == 0
            ? draft->id
            : lw_id_new ();
    self->note_tracks[n] = track;
  }
  content = schedule_make_content (self);
  note = schedule_make_note (self, n, &content);
  draft = find_place (self, device, track, &note->id);
  schedule_trace (self, "device %u drafts serial%u on track %u", device, content.serial, track);
  MUST (self, lw_store_save_draft (self->stores[device], note, put_away, &error), "%s",
        error->message);
  *draft = (ScheduleDraft){TRUE, put_away, note->id, n < self->n_notes ? n : ORACLE_NONE,
                           content.serial};
}

/* Those of one of the two lists, by when they were saved. */
static void
check_drafts (Schedule *self, guint device, guint track, gboolean put_away, GPtrArray *read)
{
  const ScheduleDraft *drafts = get_drafts (self, device, track);
  guint n = 0, before = 0;

  for (guint i = 0; i < N_DRAFTS; i++)
    n += drafts[i].is_there && drafts[i].put_away == put_away;
  MUST (self, read->len == n, "device %u, track %u: %u drafts, not %u", device, track, read->len,
        n);
  for (guint i = 0; i < read->len; i++) {
    const LwNote *note = read->pdata[i];
    guint serial = G_MAXUINT;

    for (guint d = 0; d < N_DRAFTS; d++) {
      if (drafts[d].is_there && lw_id_equal (&drafts[d].id, &note->id))
        serial = drafts[d].serial;
    }
    g_autofree char *head = g_strdup_printf ("serial%u ", serial);

    MUST (self, g_str_has_prefix (note->text, head), "device %u, track %u: \"%s\"", device, track,
          note->text);
    MUST (self, i == 0 || serial > before, "device %u, track %u: \"%s\" is too early", device,
          track, note->text);
    before = serial;
  }
}

void
schedule_check_drafts (Schedule *self, guint device)
{
  for (guint t = 0; t < N_TRACKS; t++) {
    g_autoptr (GPtrArray) open = NULL;
    g_autoptr (GPtrArray) put_away = NULL;
    g_autoptr (GError) error = NULL;

    MUST (
        self,
        lw_store_load_drafts (self->stores[device], &self->track_ids[t], &open, &put_away, &error),
        "%s", error->message);
    check_drafts (self, device, t, FALSE, open);
    check_drafts (self, device, t, TRUE, put_away);
  }
}

/* ---- backups ---- */

void
schedule_step_backup (Schedule *self, guint device)
{
  g_autoptr (GError) error = NULL;

  schedule_trace (self, "device %u is backed up", device);
  schedule_remove_store (self->backup_path);
  MUST (self, lw_store_backup (self->stores[device], self->backup_path, &error), "%s",
        error->message);
  self->has_backup = TRUE;
  memcpy (self->backup.knows, self->oracle.knows[device], sizeof self->backup.knows);
  memcpy (self->backup.hidden, self->oracle.hidden[device], sizeof self->backup.hidden);
  memcpy (self->backup.track_erased, self->track_erased[device], sizeof self->backup.track_erased);
  memcpy (self->backup.drafts, self->drafts[device], sizeof self->backup.drafts);
}

void
schedule_step_go_back (Schedule *self, guint device)
{
  g_autoptr (GError) error = NULL;

  if (!self->has_backup)
    return;
  schedule_trace (self, "device %u goes back to the backup", device);
  g_clear_object (&self->stores[device]);
  schedule_remove_store (self->paths[device]);
  schedule_copy_file (self->backup_path, self->paths[device]);
  self->stores[device] = lw_store_open (self->paths[device], LW_STORE_OPEN_DEFAULT, &error);
  MUST (self, self->stores[device] != NULL, "%s", error->message);
  memcpy (self->oracle.knows[device], self->backup.knows, sizeof self->backup.knows);
  memcpy (self->oracle.hidden[device], self->backup.hidden, sizeof self->backup.hidden);
  memcpy (self->track_erased[device], self->backup.track_erased, sizeof self->backup.track_erased);
  memcpy (self->drafts[device], self->backup.drafts, sizeof self->backup.drafts);
}
