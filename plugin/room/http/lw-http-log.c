/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One line of JSON a request, for the journal. It says nothing of anybody: the route's pattern in
 * place of the path, and no address, name or id. */

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lw-http-private.h"

void
lw_http_log (const char *method, const char *route, guint status, gint64 begun_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  /* A method is the client's own text. */
  const char *known =
      strlen (method) <= 7 && strspn (method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen (method)
          ? method
          : "?";
  g_autofree char *line = g_strdup_printf (
      "{\"at\":\"%s\",\"method\":\"%s\",\"route\":\"%s\",\"status\":%u,\"ms\":%" G_GINT64_FORMAT
      "}\n",
      at, known, route, status, (g_get_monotonic_time () - begun_us) / 1000);
  struct pollfd journal = {.fd = STDERR_FILENO, .events = POLLOUT};

  /* Nobody waits for a journal that does not read. */
  if (poll (&journal, 1, 0) == 1 && journal.revents == POLLOUT &&
      write (STDERR_FILENO, line, strlen (line)) < 0)
    return;
}
