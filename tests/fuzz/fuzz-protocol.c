/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a protocol's file: refused with a sentence, or read, and then what it holds is sound
 * and reads again as the same. */

#include <string.h>

#include "fuzz.h"
#include "lw-protocol.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) again = NULL;
  g_autoptr (LwProtocol) protocol =
      lw_protocol_parse (size > 0 ? (const char *)data : "", size, &error);

  g_assert_true ((protocol == NULL) == (error != NULL));
  if (protocol == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }
  for (guint i = 0; i < lw_protocol_get_n_phases (protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (protocol, i);

    g_assert_true (lw_protocol_find_phase (protocol, phase->id) == phase);
    g_assert_true (*phase->again == '\0' ||
                   lw_protocol_find_phase (protocol, phase->again) != NULL);
    g_assert_cmpuint ((phase->reply | phase->mark_progress) & ~phase->see_notes, ==, 0);
  }
  again = lw_protocol_parse (lw_protocol_get_json (protocol),
                             strlen (lw_protocol_get_json (protocol)), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (lw_protocol_get_json (again), ==, lw_protocol_get_json (protocol));
  return 0;
}
