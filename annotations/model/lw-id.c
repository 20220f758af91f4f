/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-id.h"

#include <string.h>

#include "lw-crypto.h"

/* Where the 12 bits after the version start in each new millisecond: the upper half stays free for
 * further ids of that millisecond. */
#define COUNTER_START_MASK 0x7ff
#define COUNTER_MAX 0xfff

static GMutex clock_mutex;
static guint64 last_ms;
static guint last_counter;

/* A later (time, counter) than any this process gave out, also when the clock is set back. */
static void
next_tick (guint16 seed, guint64 *ret_ms, guint *ret_counter)
{
  guint64 now_ms = (guint64)(g_get_real_time () / 1000);

  g_mutex_lock (&clock_mutex);
  if (now_ms > last_ms) {
    last_ms = now_ms;
    last_counter = seed & COUNTER_START_MASK;
  } else if (last_counter < COUNTER_MAX) {
    last_counter++;
  } else {
    last_ms++;
    last_counter = seed & COUNTER_START_MASK;
  }
  *ret_ms = last_ms;
  *ret_counter = last_counter;
  g_mutex_unlock (&clock_mutex);
}

LwId
lw_id_new (void)
{
  LwId id;
  guint64 ms;
  guint counter;
  guint8 random[10];

  lw_crypto_random (random, sizeof random);
  next_tick ((guint16)(random[0] << 8 | random[1]), &ms, &counter);
  for (guint i = 0; i < 6; i++)
    id.bytes[i] = (guint8)(ms >> (40 - 8 * i));
  id.bytes[6] = (guint8)(0x70 | counter >> 8);
  id.bytes[7] = (guint8)counter;
  memcpy (id.bytes + 8, random + 2, 8);
  id.bytes[8] = (guint8)(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

gboolean
lw_id_is_none (const LwId *id)
{
  static const LwId none = {{0}};

  g_return_val_if_fail (id != NULL, TRUE);
  return memcmp (id, &none, sizeof none) == 0;
}

gboolean
lw_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (LwId)) == 0;
}

guint
lw_id_hash (gconstpointer id)
{
  guint32 words[4];

  /* The last bytes are the random ones. */
  memcpy (words, id, sizeof words);
  return words[3] ^ words[2] * 31u ^ words[1] * 17u ^ words[0];
}

int
lw_id_compare (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (LwId));
}

void
lw_id_format (const LwId *id, char *text)
{
  static const char digits[] = "0123456789abcdef";

  g_return_if_fail (id != NULL && text != NULL);
  for (guint i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *text++ = '-';
    *text++ = digits[id->bytes[i] >> 4];
    *text++ = digits[id->bytes[i] & 15];
  }
  *text = '\0';
}

char *
lw_id_to_string (const LwId *id)
{
  char *text = g_malloc (LW_ID_TEXT_LENGTH + 1);

  lw_id_format (id, text);
  return text;
}

gboolean
lw_id_parse (const char *text, LwId *ret_id)
{
  LwId id;

  g_return_val_if_fail (ret_id != NULL, FALSE);
  if (text == NULL || strlen (text) != LW_ID_TEXT_LENGTH)
    return FALSE;
  for (guint i = 0; i < 16; i++) {
    int high, low;

    if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
      return FALSE;
    high = g_ascii_xdigit_value (*text++);
    if (high < 0)
      return FALSE;
    low = g_ascii_xdigit_value (*text++);
    if (low < 0)
      return FALSE;
    id.bytes[i] = (guint8)(high << 4 | low);
  }
  *ret_id = id;
  return TRUE;
}
