/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a worker's answer or a cache file: refused, or a probe that survives being written
 * and read again. */

#include "fuzz.h"

#include <string.h>

#include "lw-media.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* Behind each end of the text the sanitizer stands guard: no NUL to lean on. */
  g_autofree char *text = g_memdup2 (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = NULL;
  g_autoptr (LwProbe) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *rewritten = NULL;

  probe = lw_probe_from_json (text != NULL ? text : "", size, &error);
  g_assert_true ((probe == NULL) == (error != NULL));
  if (probe == NULL)
    return 0;
  lw_probe_get_video (probe);
  lw_probe_get_audio (probe);
  written = lw_probe_to_json (probe);
  again = lw_probe_from_json (written, strlen (written), &error);
  g_assert_no_error (error);
  rewritten = lw_probe_to_json (again);
  g_assert_cmpstr (written, ==, rewritten);
  return 0;
}
