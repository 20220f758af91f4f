/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-log.h"

#include <string.h>

LwId
lw_log_id_for (const LwId *device, const LwId *track)
{
  static const guint8 prefix[6] = {'L', 'W', 'L', 'O', 'G', 1};
  guint8 bytes[sizeof prefix + 2 * sizeof (LwId)];
  guint8 digest[LW_DIGEST_LENGTH];
  LwId id;

  memcpy (bytes, prefix, sizeof prefix);
  memcpy (bytes + sizeof prefix, device, sizeof *device);
  memcpy (bytes + sizeof prefix + sizeof *device, track, sizeof *track);
  lw_crypto_digest (NULL, 0, bytes, sizeof bytes, digest);
  memcpy (id.bytes, digest, sizeof id.bytes);
  return id;
}

static gboolean
is_zero (const guint8 digest[LW_DIGEST_LENGTH])
{
  for (guint i = 0; i < LW_DIGEST_LENGTH; i++) {
    if (digest[i] != 0)
      return FALSE;
  }
  return TRUE;
}

LwLink
lw_log_check_link (const LwOp *previous, const LwOp *op, gboolean authority)
{
  LwOp sealed = *op;

  lw_op_seal (&sealed);
  if (memcmp (sealed.hash, op->hash, LW_DIGEST_LENGTH) != 0)
    return LW_LINK_HASH;
  if (op->seq != (previous != NULL ? previous->seq + 1 : 1))
    return LW_LINK_SEQ;
  if (previous == NULL ? !is_zero (op->previous)
                       : !lw_id_equal (&previous->log_id, &op->log_id) ||
                             memcmp (op->previous, previous->hash, LW_DIGEST_LENGTH) != 0)
    return LW_LINK_CHAIN;
  if ((previous != NULL && op->clock <= previous->clock) || op->clock > LW_CLOCK_MAX)
    return LW_LINK_CLOCK;
  if (op->kind < LW_OP_ADD_NOTE || op->kind > LW_OP_ERASE || op->role > LW_OP_REDO ||
      lw_op_is_about_note (op->kind) == authority || lw_id_is_none (&op->target) ||
      lw_op_has_body (op->kind) == is_zero (op->commitment))
    return LW_LINK_KIND;
  return LW_LINK_GOOD;
}

const char *
lw_link_to_string (LwLink link)
{
  switch (link) {
  case LW_LINK_GOOD:
    return "is well";
  case LW_LINK_HASH:
    return "is not what its hash says";
  case LW_LINK_CHAIN:
    return "does not follow the change before it";
  case LW_LINK_SEQ:
    return "is out of order: a change is missing";
  case LW_LINK_CLOCK:
    return "has an impossible clock";
  case LW_LINK_KIND:
    return "is of a kind that does not belong there";
  default:
    g_return_val_if_reached ("");
  }
}

LwLink
lw_log_verify (const LwOp *ops, gsize n_ops, gboolean authority, guint64 *ret_seq)
{
  for (gsize i = 0; i < n_ops; i++) {
    LwLink link = lw_log_check_link (i > 0 ? &ops[i - 1] : NULL, &ops[i], authority);

    if (link != LW_LINK_GOOD) {
      if (ret_seq != NULL)
        *ret_seq = i + 1;
      return link;
    }
  }
  return LW_LINK_GOOD;
}
