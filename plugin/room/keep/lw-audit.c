/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-audit.h"

#include <sodium.h>
#include <string.h>

/* How many rows may wait for the thread that adds them. */
#define WAITING_MAX 4096
/* How long the first of them waits for others: each commit is a sync of the
 * disk. */
#define GATHER_US 250000
/* How long it waits when they could not be kept. */
#define AGAIN_US 1000000
#define DETAIL_MAX 63

static const char *const names[LW_AUDIT_N_ACTIONS] = {
    [LW_AUDIT_SIGNED_IN] = "signed-in",
    [LW_AUDIT_CAME_BY_PROVIDER] = "came-by-provider",
    [LW_AUDIT_SIGNED_OUT] = "signed-out",
    [LW_AUDIT_ACCOUNT_MADE] = "account-made",
    [LW_AUDIT_PASSWORD_SET] = "password-set",
    [LW_AUDIT_JOINED] = "joined",
    [LW_AUDIT_INVITED] = "invited",
    [LW_AUDIT_UNINVITED] = "uninvited",
    [LW_AUDIT_MEMBER_CHANGED] = "member-changed",
    [LW_AUDIT_WALK_MADE] = "walk-made",
    [LW_AUDIT_WALK_CHANGED] = "walk-changed",
    [LW_AUDIT_PHASE_OPENED] = "phase-opened",
    [LW_AUDIT_UPLOADED] = "uploaded",
    [LW_AUDIT_WATCHED] = "watched",
    [LW_AUDIT_TOOK_ORIGINAL] = "took-original",
    [LW_AUDIT_SAW_WORK] = "saw-work",
    [LW_AUDIT_REMOVED_WORK] = "removed-work",
    [LW_AUDIT_PINNED] = "pinned",
    [LW_AUDIT_CHANGED_NOTE] = "changed-note",
    [LW_AUDIT_DELETED_NOTE] = "deleted-note",
    [LW_AUDIT_RESTORED_NOTE] = "restored-note",
    [LW_AUDIT_SYNCED] = "synced",
    [LW_AUDIT_CLIP_MADE] = "clip-made",
    [LW_AUDIT_CLIP_DELETED] = "clip-deleted",
    [LW_AUDIT_SHARED] = "shared",
    [LW_AUDIT_UNSHARED] = "unshared",
    [LW_AUDIT_OPENED_SHARE] = "opened-share",
    [LW_AUDIT_REPLIED_SHARE] = "replied-share",
    [LW_AUDIT_ERASED_NOTE] = "erased-note",
    [LW_AUDIT_ERASED_TRACK] = "erased-track",
    [LW_AUDIT_ERASED_SEGMENT] = "erased-segment",
    [LW_AUDIT_ERASED_PERSON] = "erased-person",
    [LW_AUDIT_HELD] = "held",
    [LW_AUDIT_RELEASED] = "released",
    [LW_AUDIT_RETENTION_ERASED] = "retention-erased",
    [LW_AUDIT_LIVE_OPENED] = "live-opened",
    [LW_AUDIT_LIVE_KEY] = "live-key",
    [LW_AUDIT_LIVE_ENDED] = "live-ended",
    [LW_AUDIT_ANCHORED] = "anchored",
    [LW_AUDIT_BOARD_CHANGED] = "board-changed",
    [LW_AUDIT_TIMER_CHANGED] = "timer-changed",
    [LW_AUDIT_CLOCK_CHANGED] = "clock-changed",
    [LW_AUDIT_GROUPS_CHANGED] = "groups-changed",
    [LW_AUDIT_TREND_CHANGED] = "trend-changed",
    [LW_AUDIT_VISIT_REMOVED] = "visit-removed",
    [LW_AUDIT_VISIT_RESTORED] = "visit-restored",
};

const char *
lw_audit_action_name (LwAuditAction action)
{
  g_return_val_if_fail (action < LW_AUDIT_N_ACTIONS, "");
  return names[action];
}

/* ---- one row's hash ---- */

static void
take_number (crypto_generichash_state *state, gint64 number)
{
  guint64 big_endian = GUINT64_TO_BE ((guint64)number);

  crypto_generichash_update (state, (const guint8 *)&big_endian, sizeof big_endian);
}

/* With its length, so that no two rows can be one sequence of bytes. */
static void
take_field (crypto_generichash_state *state, gconstpointer data, gsize length)
{
  take_number (state, (gint64)length);
  if (length > 0)
    crypto_generichash_update (state, data, length);
}

static void
take_id (crypto_generichash_state *state, const LwId *id)
{
  take_field (state, id->bytes, lw_id_is_none (id) ? 0 : sizeof id->bytes);
}

static void
hash_row (const guint8 before[LW_AUDIT_HASH_BYTES],
          gint64 seq,
          gint64 utc_us,
          const LwAuditEvent *event,
          const char *action,
          guint8 ret_hash[LW_AUDIT_HASH_BYTES])
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, LW_AUDIT_HASH_BYTES);
  crypto_generichash_update (&state, before, LW_AUDIT_HASH_BYTES);
  take_number (&state, seq);
  take_number (&state, utc_us);
  take_id (&state, &event->person_id);
  take_field (&state, action, strlen (action));
  take_id (&state, &event->walk_id);
  take_id (&state, &event->segment_id);
  take_id (&state, &event->target_id);
  take_field (&state, event->detail, strlen (event->detail));
  crypto_generichash_final (&state, ret_hash, LW_AUDIT_HASH_BYTES);
}

/* ---- adding ---- */

static gboolean
read_head (LwLedger *ledger, LwDb *db, gint64 *ret_seq, guint8 *ret_hash, GError **error)
{
  g_autoptr (LwStatement) head = lw_ledger_get (ledger, db, "audit-head", error);
  gboolean row;
  gsize length;
  gconstpointer hash;

  *ret_seq = 0;
  memset (ret_hash, 0, LW_AUDIT_HASH_BYTES);
  if (head == NULL || !lw_step (db, head, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *ret_seq = lw_column_int (head, 0);
  hash = lw_column_blob (head, 1, &length);
  /* A damaged one is found by the doctor; the rows that follow go on from what is there. */
  if (length == LW_AUDIT_HASH_BYTES)
    memcpy (ret_hash, hash, length);
  return TRUE;
}

static gboolean
add_at (LwLedger *ledger, LwDb *db, const LwAuditEvent *event, gint64 utc_us, GError **error)
{
  g_autoptr (LwStatement) add = NULL;
  guint8 before[LW_AUDIT_HASH_BYTES], hash[LW_AUDIT_HASH_BYTES];
  LwAuditEvent whole = *event;
  const char *action = lw_audit_action_name (event->action);
  gint64 seq;

  if (whole.detail == NULL)
    whole.detail = "";
  g_return_val_if_fail (strlen (whole.detail) <= DETAIL_MAX, FALSE);
  if (!read_head (ledger, db, &seq, before, error))
    return FALSE;
  seq++;
  hash_row (before, seq, utc_us, &whole, action, hash);
  add = lw_ledger_get (ledger, db, "audit-add", error);
  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, seq);
  lw_bind_int (add, 2, utc_us);
  lw_bind_id (add, 3, &whole.person_id);
  lw_bind_text (add, 4, action);
  lw_bind_id (add, 5, &whole.walk_id);
  lw_bind_id (add, 6, &whole.segment_id);
  lw_bind_id (add, 7, &whole.target_id);
  lw_bind_text (add, 8, whole.detail);
  lw_bind_blob (add, 9, hash, sizeof hash);
  return lw_run (db, add, error);
}

gboolean
lw_audit_add_in (LwLedger *ledger, LwDb *db, const LwAuditEvent *event, GError **error)
{
  return add_at (ledger, db, event, g_get_real_time (), error);
}

static gboolean
write_one (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_audit_add_in (ledger, db, data, error);
}

gboolean
lw_audit_add (LwRoom *room, const LwAuditEvent *event, GError **error)
{
  return lw_ledger_write (room->ledger, write_one, (gpointer)event, error);
}

char *
lw_audit_roles (guint roles)
{
  g_autoptr (GStrvBuilder) names_of = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  for (guint role = 0; role < LW_N_ROLES; role++) {
    if (roles & 1u << role)
      g_strv_builder_add (names_of, lw_role_to_string (role));
  }
  all = g_strv_builder_end (names_of);
  return all[0] != NULL ? g_strjoinv (",", all) : g_strdup ("none");
}

/* ---- adding soon ---- */

typedef struct {
  LwAuditEvent event;
  char detail[DETAIL_MAX + 1];
  gint64 utc_us;
} Waiting;

struct _LwAuditQueue {
  LwLedger *ledger;
  GMutex mutex;
  GCond changed;   /* there are some, there is space, or it ends */
  GCond full;      /* that is not to be waited for any longer */
  GArray *waiting; /* of Waiting; under mutex */
  GArray *writing; /* (nullable) of Waiting: in the ledger's transaction; only there */
  gboolean ending; /* under mutex */
  GThread *thread;
};

/* The first part of each of the ledger's transactions, so that rows stand in the order in which
 * things happened, whoever commits. */
static gboolean
write_waiting (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  LwAuditQueue *self = data;

  g_mutex_lock (&self->mutex);
  self->writing = g_steal_pointer (&self->waiting);
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->writing->len; i++) {
    Waiting *row = &g_array_index (self->writing, Waiting, i);

    row->event.detail = row->detail;
    if (!add_at (ledger, db, &row->event, row->utc_us, error))
      return FALSE;
  }
  return TRUE;
}

/* Those that were not kept wait on, at the head, while there is space for them. */
static void
wrote_waiting (gboolean kept, gpointer data)
{
  LwAuditQueue *self = data;
  g_autoptr (GArray) rows = g_steal_pointer (&self->writing);

  if (rows == NULL)
    return;
  g_mutex_lock (&self->mutex);
  if (!kept && self->waiting->len + rows->len <= WAITING_MAX / 2)
    g_array_prepend_vals (self->waiting, rows->data, rows->len);
  else if (!kept)
    g_warning ("%u rows of the audit log were not kept", rows->len);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static gboolean
write_nothing (LwLedger *ledger G_GNUC_UNUSED,
               LwDb *db G_GNUC_UNUSED,
               gpointer data G_GNUC_UNUSED,
               GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static gpointer
write_queued (gpointer data)
{
  LwAuditQueue *self = data;
  gboolean ending = FALSE, kept = TRUE;

  while (!ending) {
    g_autoptr (GError) error = NULL;
    gint64 until_us;

    g_mutex_lock (&self->mutex);
    while (self->waiting->len == 0 && !self->ending)
      g_cond_wait (&self->changed, &self->mutex);
    until_us = g_get_monotonic_time () + (kept ? GATHER_US : AGAIN_US);
    while ((!kept || self->waiting->len < WAITING_MAX / 2) && !self->ending &&
           g_cond_wait_until (&self->full, &self->mutex, until_us))
      ;
    ending = self->ending;
    g_mutex_unlock (&self->mutex);
    kept = lw_ledger_write (self->ledger, write_nothing, NULL, &error);
    if (!kept)
      g_warning ("The audit log could not be written: %s", error->message);
  }
  return NULL;
}

LwAuditQueue *
lw_audit_queue_new (LwLedger *ledger)
{
  LwAuditQueue *self = g_new0 (LwAuditQueue, 1);

  self->ledger = ledger;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_cond_init (&self->full);
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  lw_ledger_set_first (ledger, write_waiting, wrote_waiting, self);
  self->thread = g_thread_new ("audit", write_queued, self);
  return self;
}

void
lw_audit_queue_free (LwAuditQueue *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->changed);
  g_cond_broadcast (&self->full);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  lw_ledger_set_first (self->ledger, NULL, NULL, NULL);
  g_array_unref (self->waiting);
  g_cond_clear (&self->changed);
  g_cond_clear (&self->full);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
lw_audit_add_soon (LwRoom *room, const LwAuditEvent *event)
{
  LwAuditQueue *self = room->audit;
  Waiting row = {.event = *event, .utc_us = g_get_real_time ()};

  if (event->detail != NULL)
    g_strlcpy (row.detail, event->detail, sizeof row.detail);
  g_mutex_lock (&self->mutex);
  while (self->waiting->len >= WAITING_MAX)
    g_cond_wait (&self->changed, &self->mutex);
  g_array_append_val (self->waiting, row);
  if (self->waiting->len == 1)
    g_cond_broadcast (&self->changed);
  if (self->waiting->len == WAITING_MAX / 2)
    g_cond_broadcast (&self->full);
  g_mutex_unlock (&self->mutex);
}

gboolean
lw_audit_catch_up (LwRoom *room, GError **error)
{
  LwAuditQueue *self = room->audit;
  gboolean some;

  g_mutex_lock (&self->mutex);
  some = self->waiting->len > 0;
  g_mutex_unlock (&self->mutex);
  return !some || lw_ledger_write (self->ledger, write_nothing, NULL, error);
}

/* ---- verifying ---- */

static gboolean
check_row (LwStatement *row, LwAuditState *state)
{
  g_autofree char *action = lw_column_text (row, 3);
  g_autofree char *detail = lw_column_text (row, 7);
  LwAuditEvent event = {.person_id = lw_column_id (row, 2),
                        .walk_id = lw_column_id (row, 4),
                        .segment_id = lw_column_id (row, 5),
                        .target_id = lw_column_id (row, 6),
                        .detail = detail};
  guint8 hash[LW_AUDIT_HASH_BYTES];
  gsize length;
  gconstpointer there = lw_column_blob (row, 8, &length);

  hash_row (state->head, lw_column_int (row, 0), lw_column_int (row, 1), &event, action, hash);
  if (lw_column_int (row, 0) != state->rows + 1 || length != sizeof hash ||
      memcmp (there, hash, sizeof hash) != 0)
    return FALSE;
  memcpy (state->head, hash, sizeof hash);
  return TRUE;
}

static gboolean
verify_some (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  LwAuditState *state = data;
  g_autoptr (LwStatement) all = lw_ledger_get (ledger, db, "audit-all", error);
  gboolean row;

  if (all == NULL)
    return FALSE;
  lw_bind_int (all, 1, state->rows);
  for (;;) {
    if (!lw_step (db, all, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    if (!check_row (all, state)) {
      state->broken_at = lw_column_int (all, 0);
      return TRUE;
    }
    state->rows++;
  }
}

gboolean
lw_audit_verify (LwLedger *ledger, LwAuditState *ret_state, GError **error)
{
  gint64 before;

  *ret_state = (LwAuditState){0};
  /* In pieces, so that a long log does not hold up those who write. */
  do {
    before = ret_state->rows;
    if (!lw_ledger_read (ledger, verify_some, ret_state, error))
      return FALSE;
  } while (ret_state->broken_at == 0 && ret_state->rows > before);
  return TRUE;
}
