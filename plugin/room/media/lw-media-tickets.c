/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A video element cannot send an Authorization header, so its address carries a ticket: who, what
 * and until when, sealed with a key that only the room has. Whether that person may still watch is
 * asked again at every request.
 */

#include "lw-media-service.h"

#include <sodium.h>
#include <string.h>

#define LIFETIME_S (12 * 60 * 60)
#define TEXT_FORM sodium_base64_VARIANT_URLSAFE_NO_PADDING

typedef struct {
  guint8 session_id[16];
  guint8 segment_id[16];
  guint8 until_s[8]; /* big-endian, since 1970 */
  guint8 seal[crypto_generichash_BYTES];
} Ticket;

G_STATIC_ASSERT (sizeof (Ticket) == 40 + crypto_generichash_BYTES);

struct _LwMediaTickets {
  LwLedger *ledger;
  guint8 key[crypto_generichash_KEYBYTES];
};

LwMediaTickets *
lw_media_tickets_new (LwRoom *room, GError **error)
{
  g_autofree char *path = lw_room_path (room, "ticket.key");
  g_autofree char *kept = NULL;
  LwMediaTickets *self;
  gsize length;

  self = g_new0 (LwMediaTickets, 1);
  self->ledger = room->ledger;
  if (g_file_get_contents (path, &kept, &length, NULL) && length == sizeof self->key) {
    memcpy (self->key, kept, sizeof self->key);
    sodium_memzero (kept, length);
    return self;
  }
  randombytes_buf (self->key, sizeof self->key);
  if (!g_file_set_contents_full (path, (const char *)self->key, sizeof self->key,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error)) {
    lw_media_tickets_free (self);
    return NULL;
  }
  return self;
}

void
lw_media_tickets_free (LwMediaTickets *self)
{
  sodium_memzero (self->key, sizeof self->key);
  g_free (self);
}

static void
seal (LwMediaTickets *self, const Ticket *ticket, guint8 *ret_seal)
{
  crypto_generichash (ret_seal, sizeof ticket->seal, (const guint8 *)ticket,
                      G_STRUCT_OFFSET (Ticket, seal), self->key, sizeof self->key);
}

char *
lw_media_tickets_issue (LwMediaTickets *self, const LwId *session_id, const LwId *segment_id)
{
  Ticket ticket;
  guint64 until = GUINT64_TO_BE ((guint64)(g_get_real_time () / G_USEC_PER_SEC + LIFETIME_S));
  char text[sodium_base64_ENCODED_LEN (sizeof ticket, TEXT_FORM)];

  memcpy (ticket.session_id, session_id->bytes, sizeof ticket.session_id);
  memcpy (ticket.segment_id, segment_id->bytes, sizeof ticket.segment_id);
  memcpy (ticket.until_s, &until, sizeof until);
  seal (self, &ticket, ticket.seal);
  sodium_bin2base64 (text, sizeof text, (const guint8 *)&ticket, sizeof ticket, TEXT_FORM);
  return g_strdup (text);
}

typedef struct {
  LwId session_id;
  LwCaller caller;
} Finding;

static gboolean
find_caller (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Finding *finding = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "caller-of-session", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, &finding->session_id);
  lw_bind_int (find, 2, g_get_real_time ());
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row)
    finding->caller = (LwCaller){.person_id = lw_column_id (find, 0),
                                 .may_create = lw_column_int (find, 1) != 0,
                                 .is_admin = lw_column_int (find, 2) != 0,
                                 .walk_id = lw_column_id (find, 3),
                                 .session_id = finding->session_id};
  return TRUE;
}

gboolean
lw_media_tickets_check (LwMediaTickets *self,
                        const char *text,
                        const LwId *segment_id,
                        LwCaller *ret_caller)
{
  Ticket ticket;
  guint8 expected[sizeof ticket.seal];
  guint64 until;
  size_t length;
  const char *end;
  Finding finding = {0};

  if (sodium_base642bin ((guint8 *)&ticket, sizeof ticket, text, strlen (text), NULL, &length, &end,
                         TEXT_FORM) != 0 ||
      length != sizeof ticket || *end != '\0')
    return FALSE;
  seal (self, &ticket, expected);
  if (sodium_memcmp (expected, ticket.seal, sizeof expected) != 0)
    return FALSE;
  memcpy (&until, ticket.until_s, sizeof until);
  if (GUINT64_FROM_BE (until) < (guint64)(g_get_real_time () / G_USEC_PER_SEC) ||
      memcmp (ticket.segment_id, segment_id->bytes, sizeof ticket.segment_id) != 0)
    return FALSE;
  memcpy (finding.session_id.bytes, ticket.session_id, sizeof ticket.session_id);
  if (!lw_ledger_read (self->ledger, find_caller, &finding, NULL) ||
      lw_id_is_none (&finding.caller.person_id))
    return FALSE;
  *ret_caller = finding.caller;
  return TRUE;
}
