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

/* What was erased takes its drafts along. */
static ScheduleDraft *
get_draft (Schedule *self, guint device, guint track)
{
  ScheduleDraft *draft = &self->drafts[device][track];

  if (self->track_erased[device][track] ||
      (draft->note != ORACLE_NONE && oracle_is_erased (&self->oracle, device, draft->note)))
    draft->is_there = FALSE;
  return draft;
}

void
schedule_step_draft (Schedule *self, guint device)
{
  guint track = schedule_choose (self, N_TRACKS), n = schedule_choose (self, self->n_notes + 1);
  ScheduleDraft *draft = get_draft (self, device, track);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = NULL;
  OracleContent content;

  if (self->track_erased[device][track])
    return;
  if (schedule_choose (self, 4) == 0) {
    schedule_trace (self, "device %u drops its draft on track %u", device, track);
    MUST (self, lw_store_drop_draft (self->stores[device], &self->track_ids[track], &error), "%s",
          error->message);
    draft->is_there = FALSE;
    return;
  }
  if (n < self->n_notes &&
      (self->note_tracks[n] != track || oracle_is_erased (&self->oracle, device, n)))
    n = self->n_notes;
  if (n == self->n_notes) {
    self->note_ids[n] = lw_id_new ();
    self->note_tracks[n] = track;
  }
  content = schedule_make_content (self);
  note = schedule_make_note (self, n, &content);
  schedule_trace (self, "device %u drafts serial%u on track %u", device, content.serial, track);
  MUST (self, lw_store_save_draft (self->stores[device], note, &error), "%s", error->message);
  *draft = (ScheduleDraft){TRUE, n < self->n_notes ? n : ORACLE_NONE, content.serial};
}

void
schedule_check_drafts (Schedule *self, guint device)
{
  for (guint t = 0; t < N_TRACKS; t++) {
    const ScheduleDraft *draft = get_draft (self, device, t);
    g_autofree char *head = g_strdup_printf ("serial%u ", draft->serial);
    g_autoptr (LwNote) read = lw_store_load_draft (self->stores[device], &self->track_ids[t], NULL);

    MUST (self, (read != NULL) == draft->is_there, "device %u, track %u: the draft is %s", device,
          t, read != NULL ? "there" : "missing");
    MUST (self, read == NULL || g_str_has_prefix (read->text, head), "device %u, track %u: \"%s\"",
          device, t, read->text);
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
