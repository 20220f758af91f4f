/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-op.h"

#include <string.h>

static const guint8 magic[5] = {'L', 'W', 'O', 'P', 1};

static guint8 *
put_uint64 (guint8 *p, guint64 number)
{
  number = GUINT64_TO_BE (number);
  memcpy (p, &number, sizeof number);
  return p + sizeof number;
}

static guint64
get_uint64 (const guint8 *p)
{
  guint64 number;

  memcpy (&number, p, sizeof number);
  return GUINT64_FROM_BE (number);
}

void
lw_op_encode (const LwOp *op, guint8 ret_bytes[LW_OP_ENCODED_LENGTH])
{
  guint8 *p = ret_bytes;

  memcpy (p, magic, sizeof magic);
  p += sizeof magic;
  *p++ = (guint8)op->kind;
  *p++ = (guint8)op->role;
  *p++ = 0;
  memcpy (p, op->log_id.bytes, sizeof op->log_id.bytes);
  p = put_uint64 (p + sizeof op->log_id.bytes, op->seq);
  p = put_uint64 (p, op->clock);
  memcpy (p, op->target.bytes, sizeof op->target.bytes);
  p += sizeof op->target.bytes;
  memcpy (p, op->previous, LW_DIGEST_LENGTH);
  memcpy (p + LW_DIGEST_LENGTH, op->commitment, LW_DIGEST_LENGTH);
}

gboolean
lw_op_decode (const guint8 bytes[LW_OP_ENCODED_LENGTH], LwOp *ret_op)
{
  LwOp op = {0};

  if (memcmp (bytes, magic, sizeof magic) != 0 || bytes[5] < LW_OP_ADD_NOTE ||
      bytes[5] > LW_OP_ERASE || bytes[6] > LW_OP_REDO || bytes[7] != 0)
    return FALSE;
  op.kind = bytes[5];
  op.role = bytes[6];
  memcpy (op.log_id.bytes, bytes + 8, sizeof op.log_id.bytes);
  op.seq = get_uint64 (bytes + 24);
  op.clock = get_uint64 (bytes + 32);
  memcpy (op.target.bytes, bytes + 40, sizeof op.target.bytes);
  memcpy (op.previous, bytes + 56, LW_DIGEST_LENGTH);
  memcpy (op.commitment, bytes + 88, LW_DIGEST_LENGTH);
  lw_op_seal (&op);
  *ret_op = op;
  return TRUE;
}

void
lw_op_seal (LwOp *op)
{
  guint8 bytes[LW_OP_ENCODED_LENGTH];

  lw_op_encode (op, bytes);
  lw_crypto_digest (NULL, 0, bytes, sizeof bytes, op->hash);
}

gboolean
lw_op_has_body (LwOpKind kind)
{
  return kind == LW_OP_ADD_NOTE || kind == LW_OP_EDIT_NOTE || kind == LW_OP_PUT_ENTITY;
}

gboolean
lw_op_is_about_note (LwOpKind kind)
{
  return kind >= LW_OP_ADD_NOTE && kind <= LW_OP_RESTORE_NOTE;
}

void
lw_op_commit (const guint8 salt[LW_SALT_LENGTH],
              gconstpointer body,
              gsize length,
              guint8 ret_commitment[LW_DIGEST_LENGTH])
{
  lw_crypto_digest (salt, LW_SALT_LENGTH, body, length, ret_commitment);
}

int
lw_op_compare (const LwOp *a, const LwOp *b)
{
  int order;

  if (a->clock != b->clock)
    return a->clock < b->clock ? -1 : 1;
  order = lw_id_compare (&a->log_id, &b->log_id);
  return order != 0 ? order : memcmp (a->hash, b->hash, LW_DIGEST_LENGTH);
}
