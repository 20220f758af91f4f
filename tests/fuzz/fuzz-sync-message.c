/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a message of another store: refused with an error, or read, and then written and
 * read again without a difference. */

#include "fuzz.h"

#include <string.h>

#include "lw-sync.h"

static GBytes *
write_message (const LwSyncMessage *message)
{
  switch (message->type) {
  case LW_SYNC_MESSAGE_VECTOR:
    return lw_sync_vector_write (message->vector);
  case LW_SYNC_MESSAGE_OPS:
    return lw_sync_batch_write (message->batch);
  case LW_SYNC_MESSAGE_WANTED:
    return lw_sync_wanted_write (message->wanted);
  default:
    g_assert_not_reached ();
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* A copy of its own, so that the sanitizer stands guard behind the last byte. */
  g_autofree char *copy = g_memdup2 (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncMessage) message = lw_sync_message_read (copy, size, &error);
  g_autoptr (LwSyncMessage) again = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) rewritten = NULL;

  g_assert_true ((message == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (message == NULL)
    return 0;
  written = write_message (message);
  again = lw_sync_message_read (g_bytes_get_data (written, NULL), g_bytes_get_size (written), NULL);
  g_assert_nonnull (again);
  rewritten = write_message (again);
  g_assert_true (g_bytes_equal (written, rewritten));
  return 0;
}
