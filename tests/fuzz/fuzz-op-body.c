/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as an op, as a note's body and as an entity's: refused, or a value that is written and
 * read again without a difference. What another store file holds is a stranger's. */

#include "fuzz.h"

#include <string.h>

#include "lw-body.h"
#include "lw-op.h"

static void
try_op (const uint8_t *data, size_t size)
{
  guint8 bytes[LW_OP_ENCODED_LENGTH] = {0};
  guint8 again[LW_OP_ENCODED_LENGTH];
  LwOp op;

  memcpy (bytes, data, MIN (size, sizeof bytes));
  if (!lw_op_decode (bytes, &op))
    return;
  lw_op_encode (&op, again);
  g_assert_cmpmem (bytes, sizeof bytes, again, sizeof again);
}

static void
try_note (const uint8_t *data, size_t size)
{
  LwNote identity = {.id = {{1}}, .track_id = {{2}}};
  g_autoptr (LwNote) note = lw_body_to_note (data, size, &identity);
  g_autoptr (LwNote) again = NULL;
  g_autoptr (GBytes) body = NULL;

  if (note == NULL)
    return;
  body = lw_body_from_note (note);
  again = lw_body_to_note (g_bytes_get_data (body, NULL), g_bytes_get_size (body), &identity);
  g_assert_nonnull (again);
  g_assert_true (lw_note_equal (note, again));
}

static void
try_entity (const uint8_t *data, size_t size)
{
  LwId id = {{3}};
  LwEntityKind kind = LW_ENTITY_N_KINDS;
  gpointer entity = lw_body_to_entity (data, size, &id, &kind);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) rewritten = NULL;
  gpointer again;

  if (entity == NULL)
    return;
  body = lw_body_from_entity (kind, entity);
  again = lw_body_to_entity (g_bytes_get_data (body, NULL), g_bytes_get_size (body), &id, &kind);
  g_assert_nonnull (again);
  rewritten = lw_body_from_entity (kind, again);
  g_assert_true (g_bytes_equal (body, rewritten));
  lw_entity_unref (kind, entity);
  lw_entity_unref (kind, again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* A copy of its own, so that the sanitizer stands guard behind the last byte. */
  g_autofree uint8_t *copy = g_memdup2 (data, size);
  const uint8_t *bytes = copy != NULL ? copy : (const uint8_t *)"";

  try_op (bytes, size);
  try_note (bytes, size);
  try_entity (bytes, size);
  return 0;
}
