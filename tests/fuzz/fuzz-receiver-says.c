/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as what a receiver of live lessons says: what the room makes of them holds what
 * lw-receiver-protocol.h promises, and none of it is longer than what was said. */

#include "fuzz.h"

#include <string.h>

#include "lw-receiver-process.h"
#include "lw-time.h"

static gsize
count (GBytes *message, gpointer data)
{
  gsize *left = data, length = g_bytes_get_size (message);

  g_assert_cmpuint (length, <=, *left);
  *left -= length;
  return length;
}

static void
hear_state (LwReceiverState state, gint64 since_us, const char *words, gpointer data)
{
  g_assert_cmpint (state, <, LW_RECEIVER_N_STATES);
  g_assert_true (g_utf8_validate (words, -1, NULL));
}

static void
hear_init (
    const char *type, guint width, guint height, GBytes *init, GBytes *message, gpointer data)
{
  gsize length = count (message, data);

  g_assert_cmpuint (width, <=, G_MAXUINT16);
  g_assert_cmpuint (height, <=, G_MAXUINT16);
  g_assert_cmpuint (strlen (type) + g_bytes_get_size (init), <, length);
  for (const char *c = type; *c != '\0'; c++)
    g_assert_true (g_ascii_isprint (*c));
}

static void
hear_fragment (
    LwTime start, LwTime end, gboolean is_key, GBytes *bytes, GBytes *message, gpointer data)
{
  gsize length = count (message, data);

  g_assert_true (LW_TIME_IS_MOMENT (start));
  g_assert_true (LW_TIME_IS_MOMENT (end));
  g_assert_cmpint (start, <=, end);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, length);
}

static void
hear_clock (LwTime media, gint64 wall_us, guint uncertainty_ms, LwClockMethod method, gpointer data)
{
  g_assert_true (LW_TIME_IS_MOMENT (media));
  g_assert_cmpint (wall_us, >=, 0);
  g_assert_cmpint (method, <, LW_CLOCK_N_METHODS);
}

static void
hear_answer (guint32 number, LwReceiverAnswer how, const char *text, gpointer data)
{
  g_assert_cmpint (how, <, LW_RECEIVER_N_ANSWERS);
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const LwReceiverEvents events = {.state = hear_state,
                                          .init = hear_init,
                                          .fragment = hear_fragment,
                                          .clock = hear_clock,
                                          .answer = hear_answer};
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (data, (gssize)size, NULL);
  gboolean said_end;
  gsize left = size;

  lw_receiver_hear (input, &events, &left, &said_end);
  return 0;
}
