/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-live-sources.h"

#include "lw-accounts.h"

static const char *const stage_names[] = {"open", "ended", "kept"};
static const char *const method_names[LW_CLOCK_N_METHODS] = {"rtcp_sr", "program_date_time",
                                                             "rtmp_arrival", "manual", "audio"};

void
lw_live_source_free (LwLiveSource *source)
{
  g_free (source->kind);
  g_free (source->title);
  g_free (source->address);
  g_free (source);
}

const char *
lw_clock_method_to_string (LwClockMethod method)
{
  return method_names[method];
}

static guint
find_name (const char *const *names, guint n, const char *text)
{
  guint i = 0;

  while (i < n - 1 && g_strcmp0 (names[i], text) != 0)
    i++;
  return i;
}

/* ---- asking ---- */

static gpointer
read_row (LwStatement *row)
{
  LwLiveSource *source = g_new0 (LwLiveSource, 1);
  g_autofree char *stage = lw_column_text (row, 7);

  source->id = lw_column_id (row, 0);
  source->walk_id = lw_column_id (row, 1);
  source->visit_id = lw_column_id (row, 2);
  source->segment_id = lw_column_id (row, 3);
  source->person_id = lw_column_id (row, 4);
  source->kind = lw_column_text (row, 5);
  source->title = lw_column_text (row, 6);
  source->stage = (LwLiveStage)find_name (stage_names, G_N_ELEMENTS (stage_names), stage);
  source->origin_us = lw_column_int (row, 8);
  source->created_utc_us = lw_column_int (row, 9);
  source->address = lw_column_text (row, 10);
  return source;
}

static LwLiveSource *
find (LwLedger *ledger, const LwLedgerQuery *query, const char *missing, GError **error)
{
  return lw_ledger_find (ledger, query, read_row, (GDestroyNotify)lw_live_source_free, missing,
                         error);
}

LwLiveSource *
lw_live_sources_get (LwLedger *ledger, const LwId *id, GError **error)
{
  return find (ledger, &(LwLedgerQuery){"get-source", .id = id},
               "This live lesson is not here any more.", error);
}

LwLiveSource *
lw_live_sources_find (LwLedger *ledger, const char *key, GError **error)
{
  guint8 hash[LW_SECRET_HASH_BYTES];

  lw_secret_hash (key, hash);
  return find (ledger, &(LwLedgerQuery){"source-by-key", .blob = hash, .length = sizeof hash}, NULL,
               error);
}

GPtrArray *
lw_live_sources_list (LwLedger *ledger, GError **error)
{
  return lw_ledger_list (ledger, &(LwLedgerQuery){"list-sources"}, read_row,
                         (GDestroyNotify)lw_live_source_free, error);
}

/* ---- changing ---- */

typedef struct {
  const char *statement;
  const LwId *id;
  const LwLiveSource *source; /* nullable: it is added */
  const char *key;            /* nullable */
  const char *address;        /* goes with the key */
  const char *stage;          /* nullable */
  const LwId *segment_id;     /* nullable */
  gint64 origin_us;
  guint8 key_hash[LW_SECRET_HASH_BYTES];
} Change;

static gboolean
run_change (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Change *change = data;
  const LwLiveSource *source = change->source;
  g_autoptr (LwStatement) statement = lw_ledger_get (ledger, db, change->statement, error);

  if (statement == NULL)
    return FALSE;
  lw_bind_id (statement, 1, change->id);
  if (source != NULL) {
    lw_bind_id (statement, 2, &source->walk_id);
    lw_bind_id (statement, 3, &source->visit_id);
    lw_bind_id (statement, 4, &source->person_id);
    lw_bind_text (statement, 5, source->kind);
    lw_bind_blob (statement, 6, change->key_hash, sizeof change->key_hash);
    lw_bind_text (statement, 7, source->title);
    lw_bind_int (statement, 8, g_get_real_time ());
    lw_bind_text (statement, 9, source->address);
  } else if (change->key != NULL) {
    lw_bind_blob (statement, 2, change->key_hash, sizeof change->key_hash);
    lw_bind_text (statement, 3, change->address);
  } else if (change->stage != NULL) {
    lw_bind_text (statement, 2, change->stage);
  } else if (change->segment_id != NULL) {
    lw_bind_id (statement, 2, change->segment_id);
    lw_bind_int (statement, 3, change->origin_us);
  }
  return lw_run (db, statement, error);
}

static gboolean
change (LwLedger *ledger, Change change, GError **error)
{
  if (change.key != NULL)
    lw_secret_hash (change.key, change.key_hash);
  return lw_ledger_write (ledger, run_change, &change, error);
}

gboolean
lw_live_sources_add (LwLedger *ledger, const LwLiveSource *source, const char *key, GError **error)
{
  return change (ledger, (Change){"add-source", &source->id, .source = source, .key = key}, error);
}

gboolean
lw_live_sources_set_key (
    LwLedger *ledger, const LwId *id, const char *key, const char *address, GError **error)
{
  return change (ledger, (Change){"set-source-key", id, .key = key, .address = address}, error);
}

gboolean
lw_live_sources_set_begun (
    LwLedger *ledger, const LwId *id, const LwId *segment_id, gint64 origin_us, GError **error)
{
  return change (ledger,
                 (Change){"set-source-begun", id, .segment_id = segment_id, .origin_us = origin_us},
                 error);
}

gboolean
lw_live_sources_set_stage (LwLedger *ledger, const LwId *id, LwLiveStage stage, GError **error)
{
  return change (ledger, (Change){"set-source-state", id, .stage = stage_names[stage]}, error);
}

gboolean
lw_live_sources_remove (LwLedger *ledger, const LwId *id, GError **error)
{
  return change (ledger, (Change){"remove-source", id}, error);
}

/* ---- clocks ---- */

typedef struct {
  const LwId *segment_id;
  const LwClockRecord *record;
  GArray *found;
} Clocking;

static gboolean
add_clock (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Clocking *clocking = data;
  g_autoptr (LwStatement) insert = lw_ledger_get (ledger, db, "add-clock", error);

  if (insert == NULL)
    return FALSE;
  lw_bind_id (insert, 1, clocking->segment_id);
  lw_bind_int (insert, 2, clocking->record->media);
  lw_bind_int (insert, 3, clocking->record->utc_us);
  lw_bind_text (insert, 4, method_names[clocking->record->method]);
  lw_bind_int (insert, 5, clocking->record->uncertainty_ms);
  return lw_run (db, insert, error);
}

gboolean
lw_clock_records_add (LwLedger *ledger,
                      const LwId *segment_id,
                      const LwClockRecord *record,
                      GError **error)
{
  Clocking clocking = {segment_id, record, NULL};

  return lw_ledger_write (ledger, add_clock, &clocking, error);
}

static gboolean
list_clock (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Clocking *clocking = data;
  g_autoptr (LwStatement) rows = lw_ledger_get (ledger, db, "list-clock", error);
  gboolean row;

  if (rows == NULL)
    return FALSE;
  lw_bind_id (rows, 1, clocking->segment_id);
  while (lw_step (db, rows, &row, error)) {
    g_autofree char *method = NULL;
    LwClockRecord record;

    if (!row)
      return TRUE;
    method = lw_column_text (rows, 2);
    record = (LwClockRecord){
        .media = lw_column_int (rows, 0),
        .utc_us = lw_column_int (rows, 1),
        .method = (LwClockMethod)find_name (method_names, LW_CLOCK_N_METHODS, method),
        .uncertainty_ms = (guint)lw_column_int (rows, 3)};
    g_array_append_val (clocking->found, record);
  }
  return FALSE;
}

GArray *
lw_clock_records_list (LwLedger *ledger, const LwId *segment_id, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (LwClockRecord));
  Clocking clocking = {segment_id, NULL, found};

  return lw_ledger_read (ledger, list_clock, &clocking, error) ? g_steal_pointer (&found) : NULL;
}
