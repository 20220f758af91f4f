/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-live-address.h"

#include <gio/gio.h>
#include <string.h>

#define ADDRESS_MOST 2000
#define PASSPHRASE_LEAST 10
#define PASSPHRASE_MOST 64
#define LISTENER "?mode=listener&passphrase="

/* ---- what the administrator has named ---- */

static gboolean
is_in_networks (const LwRoomConfig *config, GInetAddress *address)
{
  for (GStrv at = config->live_sources; *at != NULL; at++) {
    g_autoptr (GInetAddressMask) network = g_inet_address_mask_new_from_string (*at, NULL);

    if (network != NULL && g_inet_address_mask_matches (network, address))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_named (const LwRoomConfig *config, const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return is_in_networks (config, address);
  for (GStrv at = config->live_sources; *at != NULL; at++)
    if (g_ascii_strcasecmp (*at, host) == 0)
      return TRUE;
  return FALSE;
}

/* Everywhere on the internet the same. */
static gboolean
is_public (GInetAddress *address)
{
  static const char *const others[] = {
      "0.0.0.0/8",    "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "fc00::/7",
      "64:ff9b::/32", "2002::/16",     "::/96",        "::ffff:0:0/96", "2001::/32"};

  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_loopback (address) ||
      g_inet_address_get_is_link_local (address) || g_inet_address_get_is_site_local (address) ||
      g_inet_address_get_is_multicast (address))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GInetAddressMask) network = g_inet_address_mask_new_from_string (others[i], NULL);

    if (g_inet_address_mask_matches (network, address))
      return FALSE;
  }
  return TRUE;
}

/* ---- what somebody typed ---- */

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error,
                     g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, format, args));
  va_end (args);
  return FALSE;
}

static gboolean
is_scheme_of (const char *kind, const char *scheme)
{
  return g_str_equal (kind, "hls") ? g_str_equal (scheme, "http") || g_str_equal (scheme, "https")
                                   : g_str_equal (scheme, kind);
}

/* Only what says who may listen: the rest is the room's to choose. */
static char *
read_srt (GUri *uri, GError **error)
{
  g_autofree char *host = strchr (g_uri_get_host (uri), ':') != NULL
                              ? g_strdup_printf ("[%s]", g_uri_get_host (uri))
                              : g_strdup (g_uri_get_host (uri));
  g_autoptr (GString) address = g_string_new (NULL);
  g_auto (GStrv) pairs =
      g_strsplit (g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "", "&", -1);

  if (g_uri_get_port (uri) <= 0) {
    refuse (error, "The address of an encoder ends with its port: srt://encoder:9000");
    return NULL;
  }
  g_string_printf (address, "srt://%s:%d?mode=caller", host, g_uri_get_port (uri));
  for (GStrv at = pairs; *at != NULL; at++) {
    gsize length = strlen (*at);

    if (g_str_has_prefix (*at, "passphrase=") &&
        (length < strlen ("passphrase=") + PASSPHRASE_LEAST ||
         length > strlen ("passphrase=") + PASSPHRASE_MOST)) {
      refuse (error, "A passphrase of SRT has %d to %d characters.", PASSPHRASE_LEAST,
              PASSPHRASE_MOST);
      return NULL;
    }
    if (g_str_has_prefix (*at, "passphrase=") || g_str_has_prefix (*at, "streamid=")) {
      g_string_append_printf (address, "&%s", *at);
    } else if (length > 0 && !g_str_equal (*at, "mode=caller") &&
               !g_str_has_prefix (*at, "latency=") && !g_str_has_prefix (*at, "pbkeylen=")) {
      refuse (error, "Behind the “?” of the address only passphrase and streamid are of use here. "
                     "Leave the rest out.");
      return NULL;
    }
  }
  return g_string_free (g_steal_pointer (&address), FALSE);
}

char *
lw_live_address_read (const LwRoomConfig *config,
                      const char *kind,
                      const char *typed,
                      GError **error)
{
  g_autoptr (GUri) uri = NULL;
  const char *host;

  for (const char *c = typed; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c)) {
      refuse (error, "There is a space or a letter in the address that none can have.");
      return NULL;
    }
  /* Its own words repeat what they did not understand, which may be a password. */
  if (strlen (typed) <= ADDRESS_MOST)
    uri = g_uri_parse (typed, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (host == NULL || *host == '\0' || !is_scheme_of (kind, g_uri_get_scheme (uri))) {
    refuse (error, "This is no address of that kind. It begins with %s.",
            g_str_equal (kind, "hls")   ? "https://"
            : g_str_equal (kind, "srt") ? "srt://"
                                        : "rtsp://");
    return NULL;
  }
  if (!is_named (config, host)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "This room takes no lessons from “%s”. Ask whoever runs the room to add it to the "
                 "room's setting “live-sources”.",
                 host);
    return NULL;
  }
  return g_str_equal (kind, "srt") ? read_srt (uri, error) : g_strdup (typed);
}

/* ---- where the room listens ---- */

/* "0.0.0.0:9000-9019", "[::]:9000" */
static char *
split_listen (const LwRoomConfig *config, guint *ret_first, guint *ret_last)
{
  const char *colon = strrchr (config->srt_listen, ':');
  g_auto (GStrv) ports = colon != NULL ? g_strsplit (colon + 1, "-", 2) : NULL;
  guint64 first, last;

  if (ports == NULL || !g_ascii_string_to_unsigned (ports[0], 10, 1, G_MAXUINT16, &first, NULL))
    return NULL;
  last = first;
  if (ports[1] != NULL &&
      !g_ascii_string_to_unsigned (ports[1], 10, first, G_MAXUINT16, &last, NULL))
    return NULL;
  *ret_first = (guint)first;
  *ret_last = (guint)last;
  return g_strndup (config->srt_listen, (gsize)(colon - config->srt_listen));
}

gboolean
lw_live_address_get_ports (const LwRoomConfig *config, guint *ret_first, guint *ret_last)
{
  g_autofree char *host = split_listen (config, ret_first, ret_last);

  return host != NULL;
}

char *
lw_live_address_to_listen (const LwRoomConfig *config, guint port, const char *passphrase)
{
  guint first, last;
  g_autofree char *host = split_listen (config, &first, &last);

  return g_strdup_printf ("srt://%s:%u" LISTENER "%s", host, port, passphrase);
}

char *
lw_live_address_to_tell (const LwRoomConfig *config, guint port)
{
  guint first, last;
  g_autofree char *host = split_listen (config, &first, &last);

  return g_strdup_printf ("srt://%s:%u", *config->srt_host != '\0' ? config->srt_host : host, port);
}

guint
lw_live_address_get_port (const char *address)
{
  g_autoptr (GUri) uri =
      strstr (address, LISTENER) != NULL ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL ? (guint)MAX (g_uri_get_port (uri), 0) : 0;
}

/* ---- what a receiver may connect to ---- */

static void
add_name (GStrvBuilder *reach, const LwRoomConfig *config, const char *name)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name (resolver, name, NULL, NULL);

  for (GList *at = addresses; at != NULL; at = at->next) {
    g_autofree char *address = g_inet_address_to_string (at->data);
    g_autofree char *line = g_strconcat (name, " ", address, NULL);

    if (is_public (at->data) || is_in_networks (config, at->data))
      g_strv_builder_add (reach, line);
  }
  g_resolver_free_addresses (addresses);
}

/* The machine itself, of an address that the room has made. */
static void
add_own (GStrvBuilder *reach, const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL)
    return;
  if (g_hostname_is_ip_address (host)) {
    g_strv_builder_add (reach, host);
  } else if (g_ascii_strcasecmp (host, "localhost") == 0) {
    g_strv_builder_add_many (reach, "localhost 127.0.0.1", "localhost ::1", NULL);
  }
}

GStrv
lw_live_address_get_reach (const LwRoomConfig *config, const char *kind, const char *address)
{
  g_autoptr (GStrvBuilder) reach = g_strv_builder_new ();
  gboolean is_web = g_str_equal (kind, "hls");
  g_autoptr (GUri) uri = NULL;
  const char *host;

  /* Whoever has the key may be anywhere, and names the numbers of all its ways itself: no names. */
  if (g_str_equal (kind, "whip")) {
    g_strv_builder_add (reach, "0.0.0.0/0");
    g_strv_builder_add (reach, "::/0");
    return g_strv_builder_end (reach);
  }
  if (g_str_equal (kind, "rtmp") || lw_live_address_get_port (address) != 0) {
    add_own (reach, address);
    return g_strv_builder_end (reach);
  }
  uri = g_uri_parse (address, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : "";
  for (GStrv at = config->live_sources; *at != NULL; at++) {
    g_autoptr (GInetAddressMask) network = g_inet_address_mask_new_from_string (*at, NULL);

    /* A stream on the web has its parts wherever its playlist says. */
    if (network != NULL)
      g_strv_builder_add (reach, *at);
    else if (is_web || g_ascii_strcasecmp (*at, host) == 0)
      add_name (reach, config, *at);
  }
  return g_strv_builder_end (reach);
}
