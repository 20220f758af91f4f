/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Gives each file of a saved corpus to a fuzz target, in any build and with any compiler, so that
 * what a fuzzer once found stays found. */

#include "fuzz.h"

#include <unistd.h>

/* A target that hangs is a finding too. */
#define SECONDS_PER_INPUT 30

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = g_dir_open (argv[i], 0, &error);
    const char *name;

    g_assert_no_error (error);
    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *path = g_build_filename (argv[i], name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (path, &data, &size, &error));
      g_print ("# %s\n", path);
      alarm (SECONDS_PER_INPUT);
      LLVMFuzzerTestOneInput ((const uint8_t *)data, size);
      n++;
    }
  }
  alarm (0);
  g_print ("%u inputs replayed\n", n);
  /* An empty corpus would prove nothing. */
  return n > 0 ? 0 : 1;
}
