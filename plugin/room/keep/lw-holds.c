/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Legal holds: lessons that nothing erases until an administrator lets them go. */

#include "lw-audit.h"
#include "lw-erase.h"

typedef struct {
  const LwId *segment_id, *by;
  const char *reason; /* NULL: let it go */
  gboolean found;
} Hold;

static gboolean
look (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Hold *hold = data;
  g_autoptr (LwStatement) get = lw_ledger_get (ledger, db, "hold-get", error);

  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, hold->segment_id);
  return lw_step (db, get, &hold->found, error);
}

gboolean
lw_holds_check (LwRoom *room, const LwId *segment_id, GError **error)
{
  Hold hold = {.segment_id = segment_id};

  if (!lw_ledger_read (room->ledger, look, &hold, error))
    return FALSE;
  if (!hold.found)
    return TRUE;
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                       "A lesson of this is under a legal hold, so nothing was erased. Ask those "
                       "who run the room when it ends.");
  return FALSE;
}

static gboolean
change (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Hold *hold = data;
  g_autoptr (LwStatement) put =
      lw_ledger_get (ledger, db, hold->reason != NULL ? "hold-put" : "hold-drop", error);
  LwAuditEvent event = {.action = hold->reason != NULL ? LW_AUDIT_HELD : LW_AUDIT_RELEASED,
                        .person_id = *hold->by,
                        .segment_id = *hold->segment_id};
  gboolean row;

  if (put == NULL)
    return FALSE;
  lw_bind_id (put, 1, hold->segment_id);
  if (hold->reason != NULL) {
    lw_bind_text (put, 2, hold->reason);
    lw_bind_id (put, 3, hold->by);
    lw_bind_int (put, 4, g_get_real_time ());
  }
  if (!lw_step (db, put, &row, error))
    return FALSE;
  if (hold->reason == NULL && !row) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "There is no hold on this lesson.");
    return FALSE;
  }
  return lw_audit_add_in (ledger, db, &event, error);
}

gboolean
lw_holds_put (
    LwRoom *room, const LwId *segment_id, const char *reason, const LwId *by, GError **error)
{
  Hold hold = {.segment_id = segment_id, .by = by, .reason = reason};

  return lw_ledger_write (room->ledger, change, &hold, error);
}

gboolean
lw_holds_drop (LwRoom *room, const LwId *segment_id, const LwId *by, GError **error)
{
  Hold hold = {.segment_id = segment_id, .by = by};

  return lw_ledger_write (room->ledger, change, &hold, error);
}
