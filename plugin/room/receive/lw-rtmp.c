/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What nginx with libnginx-mod-rtmp asks the room: whether a key is good, when somebody begins to
 * send and every few seconds after. A good key is answered with another name, by which the receiver
 * pulls the lesson: so the ledger needs the key's hash alone.
 */

#include <sodium.h>
#include <string.h>

#include "lw-receive-private.h"

#define BODY_MAX 8192
#define APP "live"

char *
lw_rtmp_play_name (LwReceive *self, const LwId *source_id)
{
  guint8 hash[LW_PLAY_NAME_BYTES];
  char text[2 * LW_PLAY_NAME_BYTES + 1];

  crypto_generichash (hash, sizeof hash, source_id->bytes, sizeof source_id->bytes, self->secret,
                      sizeof self->secret);
  return g_strdup (sodium_bin2hex (text, sizeof text, hash, sizeof hash));
}

char *
lw_rtmp_play_address (LwReceive *self, const LwId *source_id)
{
  g_autofree char *name = lw_rtmp_play_name (self, source_id);

  return g_strdup_printf ("rtmp://%s/" APP "/%s", self->room->config->rtmp_listen, name);
}

/* This machine itself, and not by way of its proxy. */
static gboolean
is_from_here (LwHttpCall *call)
{
  const char *address = lw_http_call_address (call);

  return (g_str_equal (address, "127.0.0.1") || g_str_equal (address, "::1")) &&
         lw_http_call_header (call, "X-Forwarded-For") == NULL &&
         lw_http_call_header (call, "Forwarded") == NULL;
}

static GHashTable *
read_form (LwHttpCall *call)
{
  gsize length;
  const char *text = g_bytes_get_data (lw_http_call_body (call), &length);

  return text != NULL ? g_uri_parse_params (text, (gssize)length, "&", G_URI_PARAMS_WWW_FORM, NULL)
                      : NULL;
}

static void
refuse (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 403, "key", "This key opens nothing.");
}

/* Somebody begins to send. */
static void
take_publisher (LwReceive *self, LwHttpCall *call, const char *key)
{
  g_autoptr (LwLiveSource) source = lw_live_sources_find (self->room->ledger, key, NULL);
  g_autofree char *name = NULL;

  if (source == NULL || !g_str_equal (source->kind, "rtmp")) {
    refuse (call);
    return;
  }
  name = lw_rtmp_play_name (self, &source->id);
  lw_http_call_set_header (call, "Location", name);
  lw_http_call_reply_empty (call, 302);
}

/* Somebody goes on: by the key, or by the name that it was answered with. */
static gboolean
is_known (LwReceive *self, const char *name)
{
  g_autoptr (LwLiveSource) source = lw_live_sources_find (self->room->ledger, name, NULL);

  return source != NULL && g_str_equal (source->kind, "rtmp");
}

static void
post_rtmp (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (GHashTable) form = NULL;
  const char *what, *name;

  if (!is_from_here (call)) {
    lw_http_call_reply_not_found (call);
    return;
  }
  form = read_form (call);
  what = form != NULL ? g_hash_table_lookup (form, "call") : NULL;
  name = form != NULL ? g_hash_table_lookup (form, "name") : NULL;
  if (what == NULL || name == NULL)
    refuse (call);
  else if (g_str_equal (what, "publish"))
    take_publisher (self, call, name);
  else if (g_str_equal (what, "update_publish") && !is_known (self, name))
    refuse (call);
  else
    lw_http_call_reply_empty (call, 200);
}

void
lw_receive_add_rtmp (LwReceive *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/hosts/rtmp", post_rtmp, LW_HTTP_PUBLIC, BODY_MAX},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
