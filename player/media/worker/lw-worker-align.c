/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-align.h"

#include <math.h>
#include <string.h>

#include "lw-worker-output.h"
#include "lw-worker-sound.h"

LwWorkerFault
lw_worker_align (int fd, int other_fd)
{
  LwWorkerFault fault = LW_WORKER_FAULT_DAMAGED;
  g_autoptr (GArray) a = lw_worker_sound_read (fd, &fault);
  g_autoptr (GArray) b = NULL;
  g_autofree char *text = NULL;
  LwSoundMatch match;

  if (a == NULL)
    return fault;
  lw_worker_say_progress (400, NULL);
  b = lw_worker_sound_read (other_fd, &fault);
  if (b == NULL)
    return fault;
  lw_worker_say_progress (800, NULL);
  lw_sound_match (&(LwSound){(const gint16 *)a->data, a->len},
                  &(LwSound){(const gint16 *)b->data, b->len}, &match);
  text =
      g_strdup_printf (LW_WORKER_ALIGNMENT, match.is_same, (gint64)llround (match.offset_s * 1e9),
                       (gint64)llround (match.drift * 1e9), match.n_agreed, match.n_compared);
  lw_worker_say_data (text, strlen (text));
  return LW_WORKER_FAULT_NONE;
}
