/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The door for browsers and OBS: WHIP (RFC 9725). Whoever has a live lesson's key offers what it
 * sends, in SDP; the receiver answers. The key is in the request and nowhere else, so any page may
 * ask.
 */

#include <sodium.h>
#include <string.h>

#include "lw-json.h"
#include "lw-receive-private.h"

#define SDP "application/sdp"
#define PATH "/whip"
/* A receiver that has just been started, and gathers its addresses. */
#define ANSWER_MOST_US (9 * G_USEC_PER_SEC)
/* One sends; a few may try. Each holds a thread that others wait for. */
#define ASKED_MOST 4

typedef struct {
  guint32 number;
  gboolean answered;
  LwReceiverAnswer how;
  char *text; /* nullable */
} Asked;

/* ---- what the receiver and the senders are told ---- */

char *
lw_whip_settings (LwReceive *self)
{
  const LwRoomConfig *config = self->room->config;
  GString *words = g_string_new (NULL);

  if (!g_str_equal (config->whip_listen, "0.0.0.0"))
    g_string_append_printf (words, "listen=%s", config->whip_listen);
  if (*config->whip_ports != '\0')
    g_string_append_printf (words, " ports=%s", config->whip_ports);
  return g_string_free (words, FALSE);
}

char *
lw_whip_url (LwReceive *self)
{
  return g_strconcat (self->room->url, PATH, NULL);
}

/* "turn:turn.example.org USER PASSWORD" */
json_object *
lw_whip_ice_to_json (LwReceive *self)
{
  json_object *servers = json_object_new_array ();

  for (GStrv one = self->room->config->ice_servers; *one != NULL; one++) {
    g_auto (GStrv) words = g_strsplit (*one, " ", 3);
    json_object *server = json_object_new_object ();

    lw_json_add_text (server, "urls", words[0]);
    if (g_strv_length (words) == 3) {
      lw_json_add_text (server, "username", words[1]);
      lw_json_add_text (server, "credential", words[2]);
    }
    json_object_array_add (servers, server);
  }
  return servers;
}

static char *
make_links (LwReceive *self)
{
  GString *links = g_string_new (NULL);

  for (GStrv one = self->room->config->ice_servers; *one != NULL; one++) {
    g_auto (GStrv) words = g_strsplit (*one, " ", 3);

    g_string_append_printf (links, "%s<%s>; rel=\"ice-server\"", links->len > 0 ? ", " : "",
                            words[0]);
    if (g_strv_length (words) == 3)
      g_string_append_printf (links,
                              "; username=\"%s\"; credential=\"%s\"; credential-type=\"password\"",
                              words[1], words[2]);
  }
  return g_string_free (links, FALSE);
}

/* ---- asking the receiver ---- */

void
lw_whip_take_answer (LwLiveRun *run, guint32 number, LwReceiverAnswer how, const char *text)
{
  LwReceive *self = run->owner;

  g_mutex_lock (&self->mutex);
  for (GSList *one = run->asked; one != NULL; one = one->next) {
    Asked *asked = one->data;

    if (asked->number == number && !asked->answered) {
      asked->answered = TRUE;
      asked->how = how;
      asked->text = g_strdup (text);
      if (how == LW_RECEIVER_TAKES)
        run->sending = number;
    }
  }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/* Under the mutex. */
static gboolean
is_open (const LwLiveRun *run)
{
  return run->stage == LW_LIVE_OPEN && !run->ending && !run->stopping && !run->dropped;
}

/* FALSE: no answer came, or too many wait for one. */
static gboolean
ask (LwLiveRun *run, GBytes *offer, Asked *asked)
{
  LwReceive *self = run->owner;
  gint64 until = g_get_monotonic_time () + ANSWER_MOST_US;
  gboolean sent = FALSE, waits = TRUE;

  g_mutex_lock (&self->mutex);
  if (g_slist_length (run->asked) >= ASKED_MOST) {
    g_mutex_unlock (&self->mutex);
    return FALSE;
  }
  run->asked = g_slist_prepend (run->asked, asked);
  while (waits && !asked->answered && is_open (run)) {
    /* The receiver is being started, or started anew. */
    if (!sent && run->process != NULL) {
      g_autoptr (LwReceiverProcess) process = lw_receiver_process_ref (run->process);

      g_mutex_unlock (&self->mutex);
      sent = lw_receiver_process_offer (process, asked->number, offer);
      g_mutex_lock (&self->mutex);
      if (asked->answered)
        break;
    }
    waits = g_cond_wait_until (&self->changed, &self->mutex, until);
  }
  run->asked = g_slist_remove (run->asked, asked);
  g_mutex_unlock (&self->mutex);
  return asked->answered;
}

/* @number: 0: whoever sends */
static gboolean
hang_up (LwLiveRun *run, guint32 number)
{
  LwReceive *self = run->owner;
  g_autoptr (LwReceiverProcess) process = NULL;
  guint32 sending;

  g_mutex_lock (&self->mutex);
  sending = run->sending;
  if (sending != 0 && (number == 0 || number == sending) && run->process != NULL)
    process = lw_receiver_process_ref (run->process);
  g_mutex_unlock (&self->mutex);
  if (process != NULL)
    lw_receiver_process_hang_up (process, sending);
  return process != NULL;
}

void
lw_whip_hang_up (LwLiveRun *run)
{
  hang_up (run, 0);
}

/* ---- routes ---- */

/* Nothing of a browser's own goes along with such a request: whoever has the key has it. */
static void
allow_all (LwHttpCall *call)
{
  lw_http_call_set_header (call, "Access-Control-Allow-Origin", "*");
  lw_http_call_set_header (call, "Access-Control-Expose-Headers", "Location, Link");
}

static void
options (LwHttpCall *call, gpointer data)
{
  allow_all (call);
  lw_http_call_set_header (call, "Access-Control-Allow-Methods", "POST, DELETE, OPTIONS");
  lw_http_call_set_header (call, "Access-Control-Allow-Headers", "Authorization, Content-Type");
  lw_http_call_set_header (call, "Access-Control-Max-Age", "86400");
  lw_http_call_set_header (call, "Accept-Post", SDP);
  lw_http_call_reply_empty (call, 204);
}

/* The lesson of the caller's key; answers itself if there is none: one answer for all keys that
 * open nothing. */
static LwLiveRun *
find_run (LwReceive *self, LwHttpCall *call)
{
  const char *key = lw_http_call_bearer (call);
  const char *address = lw_http_call_address (call);
  g_autoptr (LwLiveSource) source = NULL;
  g_autoptr (LwLiveRun) run = NULL;

  allow_all (call);
  source = key != NULL ? lw_live_sources_find (self->room->ledger, key, NULL) : NULL;
  run = source != NULL ? lw_receive_find (self, &source->id) : NULL;
  /* However many guess, a right key opens. */
  if (run != NULL && g_str_equal (run->kind, "whip"))
    return g_steal_pointer (&run);
  if (!lw_guesses_take (self->guesses, address, g_get_monotonic_time ())) {
    lw_http_call_reply_error (call, 429, "too-many", "Too many wrong keys. Wait a minute.");
  } else {
    lw_http_call_set_header (call, "WWW-Authenticate", "Bearer");
    lw_http_call_reply_error (call, 401, "key", "This key opens nothing.");
  }
  return NULL;
}

static void
reply_answer (LwReceive *self, LwHttpCall *call, const LwLiveRun *run, const Asked *asked)
{
  g_autofree char *url = lw_whip_url (self);
  g_autofree char *links = make_links (self);
  g_autofree char *id = lw_id_to_string (&run->id);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *location = g_strdup_printf (
      "%s/%s/%" G_GUINT32_FORMAT, uri != NULL ? g_uri_get_path (uri) : PATH, id, asked->number);

  lw_http_call_set_header (call, "Location", location);
  /* They name passwords of relays: whoever has a key is told. */
  if (*links != '\0')
    lw_http_call_set_header (call, "Link", links);
  lw_http_call_reply_bytes (call, 201, SDP, g_bytes_new (asked->text, strlen (asked->text)));
}

static gboolean
is_sdp (LwHttpCall *call)
{
  const char *type = lw_http_call_header (call, "Content-Type");

  return type != NULL && g_ascii_strncasecmp (type, SDP, strlen (SDP)) == 0;
}

/* Not if there is another key by now. */
static gboolean
still_opens (LwReceive *self, LwHttpCall *call, const LwLiveRun *run)
{
  g_autoptr (LwLiveSource) source =
      lw_live_sources_find (self->room->ledger, lw_http_call_bearer (call), NULL);

  return source != NULL && lw_id_equal (&source->id, &run->id);
}

static void
post_whip (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (LwLiveRun) run = find_run (self, call);
  Asked asked = {.number = randombytes_random () | 1};

  if (run == NULL)
    return;
  if (!is_sdp (call) || g_bytes_get_size (lw_http_call_body (call)) == 0)
    lw_http_call_reply_error (call, 415, "type", "An offer is " SDP ".");
  else if (!ask (run, lw_http_call_body (call), &asked))
    lw_http_call_reply_error (call, 503, "later",
                              "The room cannot take this lesson in at the moment. Try again.");
  else if (asked.how == LW_RECEIVER_TAKES && !still_opens (self, call, run)) {
    hang_up (run, asked.number);
    lw_http_call_reply_error (call, 401, "key", "This key opens nothing.");
  } else if (asked.how == LW_RECEIVER_TAKES)
    reply_answer (self, call, run, &asked);
  else
    lw_http_call_reply_error (call, asked.how == LW_RECEIVER_BUSY ? 409 : 400,
                              asked.how == LW_RECEIVER_BUSY ? "busy" : "offer", asked.text);
  g_free (asked.text);
}

static void
delete_whip (LwHttpCall *call, gpointer data)
{
  g_autoptr (LwLiveRun) run = find_run (data, call);
  guint64 number;
  LwId id;

  if (run == NULL || !lw_http_call_part_id (call, "source", &id))
    return;
  if (!lw_id_equal (&id, &run->id) ||
      !g_ascii_string_to_unsigned (lw_http_call_part (call, "number"), 10, 1, G_MAXUINT32, &number,
                                   NULL) ||
      !hang_up (run, (guint32)number))
    lw_http_call_reply_not_found (call);
  else
    lw_http_call_reply_empty (call, 200);
}

void
lw_receive_add_whip (LwReceive *self)
{
  static const LwHttpFlags flags = LW_HTTP_PUBLIC | LW_HTTP_ANY_ORIGIN;
  static const LwHttpRoute routes[] = {
      {"OPTIONS", PATH, options, flags, 1024},
      {"POST", PATH, post_whip, flags, LW_RECEIVER_OFFER_MAX},
      {"OPTIONS", PATH "/:source/:number", options, flags, 1024},
      {"DELETE", PATH "/:source/:number", delete_whip, flags, 1024},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
