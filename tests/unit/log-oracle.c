/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-oracle.h"

#include <string.h>

guint
oracle_add (Oracle *self, const OracleOp *op)
{
  guint n = 0;

  while (n < self->n_ops && memcmp (self->ops[n].hash, op->hash, sizeof op->hash) != 0)
    n++;
  g_assert_cmpuint (n, <, ORACLE_OPS_MAX);
  if (n == self->n_ops)
    self->ops[self->n_ops++] = *op;
  self->knows[op->device][n] = TRUE;
  return n;
}

void
oracle_merge (Oracle *self, guint into, guint from)
{
  for (guint i = 0; i < self->n_ops; i++)
    self->knows[into][i] = self->knows[into][i] || self->knows[from][i];
}

static gboolean
is_later (const OracleOp *a, const OracleOp *b)
{
  int order;

  if (b == NULL || a->clock != b->clock)
    return b == NULL || a->clock > b->clock;
  order = lw_id_compare (&a->log_id, &b->log_id);
  return order != 0 ? order > 0 : memcmp (a->hash, b->hash, sizeof a->hash) > 0;
}

static guint
track_of (const Oracle *self, guint note)
{
  for (guint i = 0; i < self->n_ops; i++)
    if (self->ops[i].note == note && self->ops[i].kind == LW_OP_ADD_NOTE)
      return self->ops[i].track;
  return ORACLE_NONE;
}

gboolean
oracle_is_erased (const Oracle *self, guint device, guint note)
{
  guint track = track_of (self, note);

  for (guint i = 0; i < self->n_ops; i++) {
    const OracleOp *op = &self->ops[i];

    if (self->knows[device][i] && op->kind == LW_OP_ERASE &&
        (op->note == note || (op->note == ORACLE_NONE && op->track == track)))
      return TRUE;
  }
  return FALSE;
}

gboolean
oracle_knows (const Oracle *self, guint device, guint note)
{
  for (guint i = 0; i < self->n_ops; i++)
    if (self->knows[device][i] && self->ops[i].note == note && self->ops[i].kind == LW_OP_ADD_NOTE)
      return TRUE;
  return FALSE;
}

const OracleContent *
oracle_get (const Oracle *self, guint device, guint note)
{
  const OracleOp *life = NULL;
  const OracleOp *content = NULL;

  /* An edit may be heard of before what it edits. */
  if (oracle_is_erased (self, device, note) || !oracle_knows (self, device, note))
    return NULL;
  for (guint i = 0; i < self->n_ops; i++) {
    const OracleOp *op = &self->ops[i];

    if (!self->knows[device][i] || op->note != note)
      continue;
    if (op->kind != LW_OP_EDIT_NOTE && is_later (op, life))
      life = op;
    if ((op->kind == LW_OP_ADD_NOTE || op->kind == LW_OP_EDIT_NOTE) && is_later (op, content))
      content = op;
  }
  if (life == NULL || life->kind == LW_OP_DELETE_NOTE || self->hidden[device][content - self->ops])
    return NULL;
  return &content->content;
}

const OracleContent *
oracle_get_before (const Oracle *self, guint device, guint n)
{
  const OracleOp *content = NULL;

  for (guint i = 0; i < self->n_ops; i++) {
    const OracleOp *op = &self->ops[i];

    if (self->knows[device][i] && !self->hidden[device][i] && op->note == self->ops[n].note &&
        (op->kind == LW_OP_ADD_NOTE || op->kind == LW_OP_EDIT_NOTE) &&
        is_later (&self->ops[n], op) && is_later (op, content))
      content = op;
  }
  return content != NULL ? &content->content : NULL;
}

/* ---- undo and redo ---- */

LwOpKind
oracle_opposite (LwOpKind kind)
{
  if (kind == LW_OP_ADD_NOTE || kind == LW_OP_RESTORE_NOTE)
    return LW_OP_DELETE_NOTE;
  return kind == LW_OP_DELETE_NOTE ? LW_OP_RESTORE_NOTE : LW_OP_EDIT_NOTE;
}

/* The latest op on @track before @before (NULL: of all) that @device knows and that is not in
 * @used; ORACLE_NONE: none. */
static guint
latest_before (
    const Oracle *self, guint device, guint track, const OracleOp *before, const gboolean *used)
{
  guint latest = ORACLE_NONE;

  for (guint i = 0; i < self->n_ops; i++) {
    const OracleOp *op = &self->ops[i];

    if (self->knows[device][i] && op->track == track && op->kind != LW_OP_ERASE && !used[i] &&
        (before == NULL || is_later (before, op)) &&
        (latest == ORACLE_NONE || is_later (op, &self->ops[latest])))
      latest = i;
  }
  return latest;
}

/* Whether to take back op number @n is to be seen. */
static gboolean
would_show (const Oracle *self, guint device, guint n)
{
  const OracleOp *op = &self->ops[n];
  const OracleContent *now = oracle_get (self, device, op->note);
  const OracleContent *before;

  switch (oracle_opposite (op->kind)) {
  case LW_OP_RESTORE_NOTE:
    return now == NULL && !oracle_is_erased (self, device, op->note);
  case LW_OP_DELETE_NOTE:
    return now != NULL;
  default:
    before = oracle_get_before (self, device, n);
    return now != NULL && before != NULL && before->serial != now->serial;
  }
}

static gboolean
takes_back (const OracleOp *taker, const OracleOp *op, LwOpRole role)
{
  return (role == LW_OP_UNDO ? op->role != LW_OP_UNDO : op->role == LW_OP_UNDO) &&
         op->note == taker->note && oracle_opposite (op->kind) == taker->kind;
}

guint
oracle_find_step (const Oracle *self, guint device, guint track, LwOpRole role)
{
  gboolean taken[ORACLE_OPS_MAX] = {0}, seen[ORACLE_OPS_MAX] = {0};
  static const gboolean none[ORACLE_OPS_MAX];
  guint oldest_first[ORACLE_OPS_MAX], n_sorted = 0, n;

  while ((n = latest_before (self, device, track, NULL, seen)) != ORACLE_NONE) {
    seen[n] = TRUE;
    oldest_first[ORACLE_OPS_MAX - ++n_sorted] = n;
  }
  for (guint i = ORACLE_OPS_MAX - n_sorted; i < ORACLE_OPS_MAX; i++) {
    const OracleOp *taker = &self->ops[oldest_first[i]];

    if (taker->role != role)
      continue;
    for (guint k = i; k-- > ORACLE_OPS_MAX - n_sorted;) {
      guint earlier = oldest_first[k];

      if (!taken[earlier] && takes_back (taker, &self->ops[earlier], role)) {
        taken[earlier] = TRUE;
        break;
      }
    }
  }
  n = latest_before (self, device, track, NULL, none);
  for (; n != ORACLE_NONE; n = latest_before (self, device, track, &self->ops[n], none)) {
    if (role == LW_OP_REDO && self->ops[n].role == LW_OP_DO)
      return ORACLE_NONE;
    if (self->ops[n].role != role && !taken[n] && would_show (self, device, n))
      return n;
  }
  return ORACLE_NONE;
}

/* ---- forks ---- */

static gboolean
is_fork (const OracleOp *a, const OracleOp *b)
{
  return lw_id_equal (&a->log_id, &b->log_id) && a->seq == b->seq &&
         memcmp (a->hash, b->hash, sizeof a->hash) != 0;
}

guint
oracle_count_forks (const Oracle *self, guint device)
{
  g_autoptr (GHashTable) logs = g_hash_table_new (lw_id_hash, lw_id_equal);

  for (guint i = 0; i < self->n_ops; i++)
    for (guint k = 0; k < i; k++)
      if (self->knows[device][i] && self->knows[device][k] &&
          is_fork (&self->ops[i], &self->ops[k]))
        g_hash_table_add (logs, (gpointer)&self->ops[i].log_id);
  return g_hash_table_size (logs);
}

LwClock
oracle_clock (const Oracle *self, guint device)
{
  LwClock greatest = 0;

  for (guint i = 0; i < self->n_ops; i++)
    if (self->knows[device][i])
      greatest = MAX (greatest, self->ops[i].clock);
  return greatest;
}
