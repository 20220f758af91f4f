/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-tickets.h"

#include "lw-accounts.h"

#define LIFETIME_US (30 * G_USEC_PER_SEC)
#define TICKETS_MAX 20000

typedef struct {
  LwTicket ticket;
  gint64 until_us; /* monotonic */
} Issued;

struct _LwTickets {
  GMutex mutex;
  GHashTable *issued; /* under mutex: GBytes, the secret's hash -> Issued */
};

LwTickets *
lw_tickets_new (void)
{
  LwTickets *self = g_new0 (LwTickets, 1);

  g_mutex_init (&self->mutex);
  self->issued =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
  return self;
}

void
lw_tickets_free (LwTickets *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->issued);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer data)
{
  return ((const Issued *)value)->until_us <= *(const gint64 *)data;
}

static GBytes *
hash (const char *text)
{
  guint8 bytes[LW_SECRET_HASH_BYTES];

  lw_secret_hash (text, bytes);
  return g_bytes_new (bytes, sizeof bytes);
}

char *
lw_tickets_issue (LwTickets *self, const LwTicket *ticket)
{
  char *text = lw_secret_new ();
  Issued *issued = g_new0 (Issued, 1);
  gint64 now = g_get_monotonic_time ();

  issued->ticket = *ticket;
  issued->until_us = now + LIFETIME_US;
  g_mutex_lock (&self->mutex);
  if (g_hash_table_size (self->issued) >= TICKETS_MAX)
    g_hash_table_foreach_remove (self->issued, is_over, &now);
  if (g_hash_table_size (self->issued) >= TICKETS_MAX)
    g_hash_table_remove_all (self->issued);
  g_hash_table_insert (self->issued, hash (text), issued);
  g_mutex_unlock (&self->mutex);
  return text;
}

gboolean
lw_tickets_redeem (LwTickets *self, const char *text, LwTicket *ret_ticket)
{
  g_autoptr (GBytes) key = hash (text);
  const Issued *issued;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  issued = g_hash_table_lookup (self->issued, key);
  ok = issued != NULL && issued->until_us > g_get_monotonic_time ();
  if (ok)
    *ret_ticket = issued->ticket;
  g_hash_table_remove (self->issued, key);
  g_mutex_unlock (&self->mutex);
  return ok;
}
