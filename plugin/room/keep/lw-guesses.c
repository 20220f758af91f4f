/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-guesses.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
  double left;
  gint64 at_us; /* when that was so */
} Bucket;

struct _LwGuesses {
  LwGuessLimits limits;
  GMutex mutex;
  GHashTable *keys; /* under mutex: char * -> Bucket */
  Bucket all, others;
};

LwGuesses *
lw_guesses_new (const LwGuessLimits *limits)
{
  LwGuesses *self = g_new0 (LwGuesses, 1);

  self->limits = *limits;
  g_mutex_init (&self->mutex);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->all.left = limits->all_at_once;
  self->others.left = limits->at_once;
  return self;
}

void
lw_guesses_free (LwGuesses *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->keys);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* One household has 2^64 addresses of IPv6. A long key (a login is what anybody types) counts by
 * its beginning. */
static char *
shorten (const char *key)
{
  g_autoptr (GInetAddress) address =
      strlen (key) < 64 ? g_inet_address_new_from_string (key) : NULL;

  if (address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6) {
    const guint8 *bytes = g_inet_address_to_bytes (address);

    return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", bytes[0], bytes[1],
                            bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
  }
  return g_strndup (key, 128);
}

static void
refill (Bucket *bucket, gint64 now_us, double most, double every_us)
{
  if (now_us > bucket->at_us) {
    bucket->left = MIN (most, bucket->left + (double)(now_us - bucket->at_us) / every_us);
    bucket->at_us = now_us;
  }
}

static void
refill_key (LwGuesses *self, Bucket *bucket, gint64 now_us)
{
  refill (bucket, now_us, self->limits.at_once, self->limits.refill_s * 1e6);
}

static gboolean
is_full (gpointer key, gpointer value, gpointer data)
{
  LwGuesses *self = ((gpointer *)data)[0];

  refill_key (self, value, *(gint64 *)((gpointer *)data)[1]);
  return ((Bucket *)value)->left >= self->limits.at_once;
}

static Bucket *
find_bucket (LwGuesses *self, const char *short_key, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (self->keys, short_key);

  if (bucket != NULL)
    return bucket;
  /* A full one says the same as none. */
  if (g_hash_table_size (self->keys) >= self->limits.keys_max) {
    gpointer data[] = {self, &now_us};

    g_hash_table_foreach_remove (self->keys, is_full, data);
  }
  if (g_hash_table_size (self->keys) >= self->limits.keys_max)
    return &self->others;
  bucket = g_new0 (Bucket, 1);
  *bucket = (Bucket){self->limits.at_once, now_us};
  g_hash_table_insert (self->keys, g_strdup (short_key), bucket);
  return bucket;
}

gboolean
lw_guesses_take (LwGuesses *self, const char *key, gint64 now_us)
{
  g_autofree char *short_key = shorten (key);
  Bucket *bucket;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  bucket = find_bucket (self, short_key, now_us);
  refill_key (self, bucket, now_us);
  refill (&self->all, now_us, self->limits.all_at_once, self->limits.all_refill_ms * 1e3);
  ok = bucket->left >= 1 && self->all.left >= 1;
  if (ok) {
    bucket->left -= 1;
    self->all.left -= 1;
  }
  g_mutex_unlock (&self->mutex);
  return ok;
}

void
lw_guesses_give_back (LwGuesses *self, const char *key)
{
  g_autofree char *short_key = shorten (key);
  Bucket *bucket;

  g_mutex_lock (&self->mutex);
  bucket = g_hash_table_lookup (self->keys, short_key);
  if (bucket == NULL)
    bucket = &self->others;
  bucket->left = MIN (bucket->left + 1, self->limits.at_once);
  self->all.left = MIN (self->all.left + 1, self->limits.all_at_once);
  g_mutex_unlock (&self->mutex);
}

guint
lw_guesses_get_n_keys (LwGuesses *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = g_hash_table_size (self->keys);
  g_mutex_unlock (&self->mutex);
  return n;
}
