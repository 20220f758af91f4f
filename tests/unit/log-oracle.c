/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-oracle.h"

guint
oracle_add (Oracle *self, const OracleOp *op)
{
  guint n = self->n_ops++;

  g_assert_cmpuint (n, <, ORACLE_OPS_MAX);
  self->ops[n] = *op;
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
  return b == NULL || a->clock > b->clock ||
         (a->clock == b->clock && lw_id_compare (&a->log_id, &b->log_id) > 0);
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

  if (oracle_is_erased (self, device, note))
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
  return life != NULL && life->kind != LW_OP_DELETE_NOTE ? &content->content : NULL;
}

const OracleContent *
oracle_get_before (const Oracle *self, guint device, guint n)
{
  const OracleOp *content = NULL;

  for (guint i = 0; i < self->n_ops; i++) {
    const OracleOp *op = &self->ops[i];

    if (self->knows[device][i] && op->note == self->ops[n].note &&
        (op->kind == LW_OP_ADD_NOTE || op->kind == LW_OP_EDIT_NOTE) &&
        op->clock < self->ops[n].clock && is_later (op, content))
      content = op;
  }
  return content != NULL ? &content->content : NULL;
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
