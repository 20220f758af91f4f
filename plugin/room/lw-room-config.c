/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-room-config.h"

#include <stdio.h>
#include <string.h>

#define GROUP "room"

typedef enum { TEXT, LIST, FLAG, DAYS, SECONDS, MINUTES, BYTES } KeyType;

typedef struct {
  const char *name;
  KeyType type;
  gsize offset;
} Key;

#define KEY(name, type, member)                        \
  {                                                    \
    name, type, G_STRUCT_OFFSET (LwRoomConfig, member) \
  }

static const Key keys[] = {
    KEY ("listen", TEXT, listen),
    KEY ("data", TEXT, data),
    KEY ("public-url", TEXT, public_url),
    KEY ("frame-ancestors", TEXT, frame_ancestors),
    KEY ("origins", LIST, origins),
    KEY ("behind-proxy", FLAG, behind_proxy),
    KEY ("patience-seconds", SECONDS, patience_s),
    KEY ("accel-prefix", TEXT, accel_prefix),
    KEY ("upload-max-bytes", BYTES, upload_max_bytes),
    KEY ("rtmp-listen", TEXT, rtmp_listen),
    KEY ("rtmp-url", TEXT, rtmp_url),
    KEY ("live-sources", LIST, live_sources),
    KEY ("srt-listen", TEXT, srt_listen),
    KEY ("srt-host", TEXT, srt_host),
    KEY ("whip-listen", TEXT, whip_listen),
    KEY ("whip-ports", TEXT, whip_ports),
    KEY ("ice-servers", LIST, ice_servers),
    KEY ("live-end-minutes", MINUTES, live_end_minutes),
    KEY ("retention-days", DAYS, retention_days),
    KEY ("clip-days", DAYS, clip_days),
    KEY ("oidc-issuer", TEXT, oidc_issuer),
    KEY ("oidc-client-id", TEXT, oidc_client_id),
    KEY ("oidc-client-secret", TEXT, oidc_client_secret),
    KEY ("oidc-name", TEXT, oidc_name),
    KEY ("metrics-token", TEXT, metrics_token),
    KEY ("log-requests", FLAG, log_requests),
    KEY ("oidc-domains", LIST, oidc_domains),
    KEY ("panel", TEXT, panel),
};

const char *const *
lw_room_config_keys (void)
{
  static const char *const pairs[] = {
      "listen",
      "address and port (127.0.0.1:8437)",
      "data",
      "folder of everything that the room keeps",
      "public-url",
      "what links begin with; https:// in front of it means that nginx has the TLS",
      "frame-ancestors",
      "pages that may frame the panel, as CSP sources ('self')",
      "origins",
      "further pages that may call the room, with ; between",
      "behind-proxy",
      "true: believe nginx's X-Forwarded-For",
      "patience-seconds",
      "how long a client may take over the head of a request; its body four times that (15)",
      "accel-prefix",
      "nginx's internal location for media; empty: the room sends it",
      "upload-max-bytes",
      "the largest lesson (68719476736)",
      "rtmp-listen",
      "where nginx takes live lessons in by RTMP (127.0.0.1:1935); see nginx-rtmp",
      "rtmp-url",
      "what those who send them are told; by default where it listens",
      "live-sources",
      "hosts and networks (cam-3.example.org;10.20.0.0/16) that live lessons may be fetched from "
      "by "
      "RTSP, SRT and HLS; a host in a private network needs its network, too; empty: none",
      "srt-listen",
      "address and ports (0.0.0.0:9000-9019) at which encoders may send by SRT; empty: none",
      "srt-host",
      "the name they are told; by default that address",
      "whip-listen",
      "this machine's address to which browsers and OBS send live lessons; 0.0.0.0: any "
      "(127.0.0.1)",
      "whip-ports",
      "the UDP ports there, 40000-40100 for example; empty: any",
      "ice-servers",
      "stun:HOST or turn:HOST USER PASSWORD, with ; between: what those who send may use",
      "live-end-minutes",
      "a live lesson that is interrupted for so long is over (15)",
      "retention-days",
      "erase segments older than that; 0: never (0)",
      "clip-days",
      "how long a shared clip lives (14)",
      "oidc-issuer",
      "the address of your sign-in provider; empty: none",
      "oidc-client-id",
      "what the provider calls the room",
      "oidc-client-secret",
      "the secret that goes with it",
      "oidc-name",
      "what the button says",
      "metrics-token",
      "opens /metrics from other machines; empty: only from this one",
      "log-requests",
      "one line of JSON a request to the journal (true)",
      "oidc-domains",
      "whose e-mail addresses may sign in uninvited, with ; between; empty: nobody's",
      "panel",
      "folder of the panel's files",
      NULL};

  return pairs;
}

static gboolean
set_number (const char *name, const char *value, guint64 max, guint64 *ret_number, GError **error)
{
  if (g_ascii_string_to_unsigned (value, 10, 0, max, ret_number, NULL))
    return TRUE;
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "“%s” must be a whole number, not “%s”.", name, value);
  return FALSE;
}

static gboolean
set_key (LwRoomConfig *self, const Key *key, const char *value, GError **error)
{
  gpointer member = (guint8 *)self + key->offset;
  guint64 number;

  switch (key->type) {
  case TEXT:
    g_free (*(char **)member);
    *(char **)member = g_strdup (value);
    return TRUE;
  case LIST:
    g_strfreev (*(GStrv *)member);
    *(GStrv *)member = g_strsplit (value, ";", -1);
    for (GStrv item = *(GStrv *)member; *item != NULL; item++)
      g_strstrip (*item);
    return TRUE;
  case FLAG:
    if (!g_str_equal (value, "true") && !g_str_equal (value, "false")) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "“%s” must be true or false, not “%s”.", key->name, value);
      return FALSE;
    }
    *(gboolean *)member = g_str_equal (value, "true");
    return TRUE;
  case DAYS:
    if (!set_number (key->name, value, 36500, &number, error))
      return FALSE;
    *(guint *)member = (guint)number;
    return TRUE;
  case MINUTES:
    if (!set_number (key->name, value, 24 * 60, &number, error))
      return FALSE;
    *(guint *)member = (guint)number;
    return TRUE;
  case SECONDS:
    if (!set_number (key->name, value, 3600, &number, error))
      return FALSE;
    if (number == 0) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "“%s” must be at least 1.", key->name);
      return FALSE;
    }
    *(guint *)member = (guint)number;
    return TRUE;
  case BYTES:
    if (!set_number (key->name, value, G_MAXINT64, &number, error))
      return FALSE;
    *(gint64 *)member = (gint64)number;
    return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

gboolean
lw_room_config_set (LwRoomConfig *self, const char *name, const char *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (g_str_equal (keys[i].name, name))
      return set_key (self, &keys[i], value, error);
  }
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
               "The room knows no setting “%s”. “lessonwalk-room --help” lists them.", name);
  return FALSE;
}

static void
set_defaults (LwRoomConfig *self)
{
  self->listen = g_strdup ("127.0.0.1:8437");
  self->data = g_build_filename (g_get_user_data_dir (), "lessonwalk-room", NULL);
  self->public_url = g_strdup ("");
  self->frame_ancestors = g_strdup ("'self'");
  self->origins = g_new0 (char *, 1);
  self->accel_prefix = g_strdup ("");
  self->patience_s = 15;
  self->upload_max_bytes = G_GINT64_CONSTANT (64) << 30;
  self->clip_days = 14;
  self->rtmp_listen = g_strdup ("127.0.0.1:1935");
  self->rtmp_url = g_strdup ("");
  self->live_sources = g_new0 (char *, 1);
  self->srt_listen = g_strdup ("");
  self->srt_host = g_strdup ("");
  self->whip_listen = g_strdup ("127.0.0.1");
  self->whip_ports = g_strdup ("");
  self->ice_servers = g_new0 (char *, 1);
  self->live_end_minutes = 15;
  self->oidc_issuer = g_strdup ("");
  self->oidc_client_id = g_strdup ("");
  self->oidc_client_secret = g_strdup ("");
  self->oidc_name = g_strdup ("");
  self->metrics_token = g_strdup ("");
  self->log_requests = TRUE;
  self->oidc_domains = g_new0 (char *, 1);
  self->panel = g_strdup ("");
}

LwRoomConfig *
lw_room_config_new (const char *path, GError **error)
{
  g_autoptr (LwRoomConfig) self = g_new0 (LwRoomConfig, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) names = NULL;

  set_defaults (self);
  if (path == NULL)
    return g_steal_pointer (&self);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return NULL;
  names = g_key_file_get_keys (file, GROUP, NULL, error);
  if (names == NULL)
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, GROUP, names[i], error);

    if (value == NULL || !lw_room_config_set (self, names[i], value, error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

static gboolean
is_loopback (const char *listen)
{
  return g_str_has_prefix (listen, "127.") || g_str_has_prefix (listen, "[::1]") ||
         g_str_has_prefix (listen, "localhost");
}

/* How those who send by WHIP reach the room: it becomes words for a program, and a header. */
static void
check_whip (const LwRoomConfig *self, GStrvBuilder *findings)
{
  guint from, until;
  int end = 0;

  if (!g_hostname_is_ip_address (self->whip_listen))
    g_strv_builder_add (findings, "“whip-listen” must be an address like 127.0.0.1.");
  if (*self->whip_ports != '\0' &&
      (sscanf (self->whip_ports, "%5u-%5u%n", &from, &until, &end) != 2 ||
       self->whip_ports[end] != '\0' || from < 1024 || until < from || until > G_MAXUINT16))
    g_strv_builder_add (findings, "“whip-ports” must be ports like 40000-40100.");
  for (GStrv server = self->ice_servers; *server != NULL; server++)
    if ((!g_str_has_prefix (*server, "stun:") && !g_str_has_prefix (*server, "stuns:") &&
         !g_str_has_prefix (*server, "turn:") && !g_str_has_prefix (*server, "turns:")) ||
        strpbrk (*server, "\"<>\\\r\n") != NULL)
      g_strv_builder_add (findings, "“ice-servers” must be like stun:HOST or turn:HOST USER "
                                    "PASSWORD, with ; between.");
}

GStrv
lw_room_config_check (const LwRoomConfig *self)
{
  g_autoptr (GStrvBuilder) findings = g_strv_builder_new ();
  gboolean https = g_str_has_prefix (self->public_url, "https://");

  if (*self->public_url != '\0' && !https && !g_str_has_prefix (self->public_url, "http://"))
    g_strv_builder_add (findings, "“public-url” must begin with https:// or http://.");
  if (g_str_has_suffix (self->public_url, "/"))
    g_strv_builder_add (findings, "“public-url” must not end with a slash.");
  if (!is_loopback (self->listen) && !https)
    g_strv_builder_add (findings,
                        "The room listens to the network without TLS: recordings of children and "
                        "sign-in links could be read on the way. Listen to 127.0.0.1 and put nginx "
                        "with TLS in front (see plugin/room/README.md).");
  if (*self->oidc_issuer != '\0' &&
      (*self->oidc_client_id == '\0' || *self->oidc_client_secret == '\0'))
    g_strv_builder_add (findings, "“oidc-issuer” needs “oidc-client-id” and “oidc-client-secret”.");
  if (*self->oidc_issuer != '\0' && !g_str_has_prefix (self->oidc_issuer, "https://") &&
      !g_str_has_prefix (self->oidc_issuer, "http://127.0.0.1:") &&
      !g_str_has_prefix (self->oidc_issuer, "http://localhost:"))
    g_strv_builder_add (findings, "“oidc-issuer” must begin with https://.");
  check_whip (self, findings);
  return g_strv_builder_end (findings);
}

void
lw_room_config_free (LwRoomConfig *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    gpointer member = (guint8 *)self + keys[i].offset;

    if (keys[i].type == TEXT)
      g_free (*(char **)member);
    else if (keys[i].type == LIST)
      g_strfreev (*(GStrv *)member);
  }
  g_free (self);
}
