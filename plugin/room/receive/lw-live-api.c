/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening a live lesson, ending it, and watching it. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lw-accounts.h"
#include "lw-audit.h"
#include "lw-json.h"
#include "lw-live-address.h"
#include "lw-media-service.h"
#include "lw-receive-private.h"

#define TITLE_MAX 500
#define OPEN_MOST 20 /* in a walk */
/* Of one answer: whoever seeks in a live lesson goes on asking. */
#define PIECE_MOST (30 * LW_SECOND)

/* ---- in which ways ---- */

static gboolean
always (const LwRoomConfig *config)
{
  return TRUE;
}

static gboolean
has_sources (const LwRoomConfig *config)
{
  return config->live_sources[0] != NULL && *config->live_sources[0] != '\0';
}

static gboolean
has_ports (const LwRoomConfig *config)
{
  guint first, last;

  return lw_live_address_get_ports (config, &first, &last);
}

static const struct {
  const char *kind;
  gboolean is_fetched; /* from an address; else it is sent to the room */
  gboolean (*is_possible) (const LwRoomConfig *config);
} kinds[] = {{"rtmp", FALSE, always}, {"whip", FALSE, always}, {"srt", FALSE, has_ports},
             {"rtsp", TRUE, always},  {"srt", TRUE, always},   {"hls", TRUE, always}};

/* The ways that this room takes live lessons in. */
static void
get_kinds (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  const LwRoomConfig *config = self->room->config;
  json_object *json = json_object_new_object ();
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    json_object *one;

    if (!kinds[i].is_possible (config) || (kinds[i].is_fetched && !has_sources (config)))
      continue;
    one = json_object_new_object ();
    lw_json_add_text (one, "kind", kinds[i].kind);
    json_object_object_add (one, "address", json_object_new_boolean (kinds[i].is_fetched));
    json_object_array_add (list, one);
  }
  json_object_object_add (json, "kinds", list);
  lw_http_call_reply_json (call, 200, json);
}

/* ---- opening ---- */

/* Where who sends it sends it to; NULL if the room fetches it. (transfer full) */
static char *
make_server (LwReceive *self, const LwLiveSource *source)
{
  const LwRoomConfig *config = self->room->config;
  guint port = lw_live_address_get_port (source->address);

  if (port != 0)
    return lw_live_address_to_tell (config, port);
  if (g_str_equal (source->kind, "whip"))
    return lw_whip_url (self);
  if (!g_str_equal (source->kind, "rtmp"))
    return NULL;
  return *config->rtmp_url != '\0' ? g_strdup (config->rtmp_url)
                                   : g_strdup_printf ("rtmp://%s/live", config->rtmp_listen);
}

static void
reply_key (LwReceive *self, LwHttpCall *call, const LwLiveSource *source, const char *key)
{
  g_autofree char *server = make_server (self, source);
  json_object *json = json_object_new_object ();

  lw_json_add_id (json, "id", &source->id);
  lw_json_add_text (json, "kind", source->kind);
  if (server != NULL) {
    lw_json_add_text (json, "server", server);
    lw_json_add_text (json, "key", key);
  }
  if (g_str_equal (source->kind, "whip"))
    json_object_object_add (json, "ice_servers", lw_whip_ice_to_json (self));
  lw_http_call_reply_json (call, 200, json);
}

static gboolean
audit (LwReceive *self,
       LwHttpCall *call,
       LwAuditAction action,
       const LwId *walk_id,
       LwId target,
       const char *detail,
       GError **error)
{
  return lw_audit_add (self->room,
                       &(LwAuditEvent){.action = action,
                                       .detail = detail,
                                       .person_id = lw_http_call_caller (call)->person_id,
                                       .walk_id = *walk_id,
                                       .target_id = target},
                       error);
}

/* How many a walk has open; -1: this visit has one. */
static int
count_open (LwReceive *self, const LwId *walk_id, const LwId *visit_id)
{
  GHashTableIter iter;
  gpointer run;
  int n = 0;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (n >= 0 && g_hash_table_iter_next (&iter, NULL, &run)) {
    const LwLiveRun *one = run;

    if (one->stage == LW_LIVE_OPEN && lw_id_equal (&one->visit_id, visit_id))
      n = -1;
    else if (lw_id_equal (&one->walk_id, walk_id))
      n++;
  }
  g_mutex_unlock (&self->mutex);
  return n;
}

static gboolean
is_port_taken (LwReceive *self, guint port)
{
  GHashTableIter iter;
  gpointer run;
  gboolean taken = FALSE;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (!taken && g_hash_table_iter_next (&iter, NULL, &run)) {
    const LwLiveRun *one = run;

    taken = one->stage == LW_LIVE_OPEN && lw_live_address_get_port (one->address) == port;
  }
  g_mutex_unlock (&self->mutex);
  return taken;
}

/* One of the room's ports for who sends by SRT. FALSE: none is left. */
static gboolean
take_port (LwReceive *self, LwLiveSource *source, const char *key)
{
  const LwRoomConfig *config = self->room->config;
  guint first, last;

  if (!g_str_equal (source->kind, "srt") || *source->address != '\0')
    return TRUE;
  if (!lw_live_address_get_ports (config, &first, &last))
    return FALSE;
  for (guint port = first; port <= last; port++) {
    if (is_port_taken (self, port))
      continue;
    g_free (source->address);
    source->address = lw_live_address_to_listen (config, port, key);
    return TRUE;
  }
  return FALSE;
}

/* One at a time: of two who press at once, one opens it. Returns: why it cannot be opened, or NULL,
 * with @error if it should have been. */
static const char *
begin (LwReceive *self, LwHttpCall *call, LwLiveSource *source, const char *key, GError **error)
{
  const char *why = NULL;
  int open;

  g_mutex_lock (&self->opening);
  open = count_open (self, &source->walk_id, &source->visit_id);
  if (open < 0)
    why = "This visit's live lesson is open already. End that one first, or take a new key for it.";
  else if (open >= OPEN_MOST)
    why = "Too many live lessons of this walk are open. End some first.";
  else if (!take_port (self, source, key))
    why = "All of the room's ports for SRT are taken. End a live lesson that comes by SRT first.";
  else if (audit (self, call, LW_AUDIT_LIVE_OPENED, &source->walk_id, source->id, source->kind,
                  error) &&
           lw_live_sources_add (self->room->ledger, source, key, error))
    lw_receive_begin (self, source, error);
  g_mutex_unlock (&self->opening);
  return why;
}

/* @ret_address: (transfer full). NULL after an answer. */
static const char *
read_kind (LwReceive *self, LwHttpCall *call, json_object *body, char **ret_address)
{
  const LwRoomConfig *config = self->room->config;
  const char *wanted = lw_json_get_text (body, "kind"), *typed = lw_json_get_text (body, "address");
  const char *kind = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds) && kind == NULL; i++)
    if (g_str_equal (wanted != NULL ? wanted : "rtmp", kinds[i].kind) &&
        (typed != NULL) == kinds[i].is_fetched && kinds[i].is_possible (config))
      kind = kinds[i].kind;
  if (kind == NULL) {
    lw_http_call_reply_error (call, 400, "kind",
                              "This room takes no live lessons in that way. Ask whoever runs it.");
    return NULL;
  }
  *ret_address = typed != NULL ? lw_live_address_read (config, kind, typed, &error) : g_strdup ("");
  if (*ret_address != NULL)
    return kind;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    lw_http_call_reply_error (call, 403, "not-named", error->message);
  else
    lw_http_call_reply_error (call, 400, "address", error->message);
  return NULL;
}

static void
post_live (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwVisit) visit = NULL;
  g_autofree char *key = lw_secret_new ();
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;
  json_object *body = lw_http_call_json (call);
  const char *wanted, *why;
  LwLiveSource source = {.id = lw_id_new ()};

  if (body == NULL || !lw_walk_facts_for_call (&facts, self->room, call, LW_ACT_UPLOAD) ||
      (visit = lw_walk_facts_load_visit (&facts, self->room, call, FALSE)) == NULL)
    return;
  source.kind = (char *)read_kind (self, call, body, &address);
  if (source.kind == NULL)
    return;
  wanted = lw_json_get_text (body, "title");
  title = g_utf8_substring (wanted != NULL ? wanted : "", 0,
                            MIN (TITLE_MAX, g_utf8_strlen (wanted != NULL ? wanted : "", -1)));
  source.walk_id = facts.walk->id;
  source.visit_id = visit->id;
  source.person_id = facts.person_id;
  source.title = title;
  source.address = address;
  why = begin (self, call, &source, key, &error);
  address = source.address;
  if (why != NULL)
    lw_http_call_reply_error (call, 409, "open", why);
  else if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply_key (self, call, &source, key);
}

/* The run of the path's ":source" for who may manage it; answers itself if not. */
static LwLiveRun *
load_run (LwReceive *self, LwHttpCall *call)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwLiveRun) run = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "source", &id))
    return NULL;
  run = lw_receive_find (self, &id);
  if (run == NULL ||
      !lw_walk_facts_load (&facts, self->room, lw_http_call_caller (call), &run->walk_id, NULL)) {
    lw_http_call_reply_not_found (call);
    return NULL;
  }
  /* Ending also when the walk is closed: whoever may lead it may end it. */
  if (!lw_walk_facts_allow (&facts, LW_ACT_UPLOAD, FALSE) &&
      !lw_walk_facts_allow (&facts, LW_ACT_LEAD, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return NULL;
  }
  return g_steal_pointer (&run);
}

/* An encoder's passphrase is a part of where its receiver waits for it. */
static char *
make_address (LwReceive *self, LwLiveRun *run, const char *key)
{
  guint port;
  char *address;

  g_mutex_lock (&self->mutex);
  port = lw_live_address_get_port (run->address);
  address = port != 0 ? lw_live_address_to_listen (self->room->config, port, key)
                      : g_strdup (run->address);
  g_mutex_unlock (&self->mutex);
  return address;
}

static void
post_key (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (LwLiveRun) run = load_run (self, call);
  g_autoptr (GError) error = NULL;
  g_autofree char *key = lw_secret_new ();
  g_autofree char *address = NULL;
  g_autofree char *server = NULL;
  LwLiveSource source;

  if (run == NULL)
    return;
  address = make_address (self, run, key);
  source = (LwLiveSource){.id = run->id, .kind = run->kind, .address = address};
  server = make_server (self, &source);
  if (server == NULL) {
    lw_http_call_reply_error (call, 409, "fetched",
                              "The room fetches this lesson, so there is no key to it. End it and "
                              "open another one for another address.");
    return;
  }
  if (audit (self, call, LW_AUDIT_LIVE_KEY, &run->walk_id, run->id, NULL, &error) &&
      lw_live_sources_set_key (self->room->ledger, &run->id, key, address, &error)) {
    lw_live_run_set_address (run, address);
    /* Whoever sends by the one before is asked for it no more. */
    lw_whip_hang_up (run);
    reply_key (self, call, &source, key);
  } else {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  }
}

static void
post_end (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (LwLiveRun) run = load_run (self, call);
  g_autoptr (GError) error = NULL;

  if (run == NULL)
    return;
  if (!audit (self, call, LW_AUDIT_LIVE_ENDED, &run->walk_id, run->id, NULL, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_live_run_end (run);
  lw_http_call_reply_empty (call, 204);
}

/* ---- watching ---- */

LwLiveRun *
lw_live_find_watchable (LwReceive *self,
                        LwHttpCall *call,
                        const LwCaller *caller,
                        LwWalkFacts *facts)
{
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GError) error = NULL;
  LwLiveRun *run;
  LwId id;

  if (!lw_http_call_part_id (call, "segment", &id))
    return NULL;
  if (!lw_walk_facts_load_for_segment (facts, self->room, caller, &id, &segment, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return NULL;
  }
  if (!lw_walk_facts_allow (facts, LW_ACT_WATCH, FALSE)) {
    lw_walk_reply_not_to_watch (call, facts);
    return NULL;
  }
  run = lw_receive_find_segment (self, &id);
  if (run == NULL)
    lw_http_call_reply_error (call, 404, "not-live", "This lesson is not live any more.");
  return run;
}

static void
post_watch (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwLiveRun) run = lw_live_find_watchable (self, call, caller, &facts);
  g_autoptr (GError) error = NULL;
  g_autofree char *ticket = NULL;
  json_object *json;

  if (run == NULL)
    return;
  if (!lw_audit_add (self->room,
                     &(LwAuditEvent){.action = LW_AUDIT_WATCHED,
                                     .person_id = caller->person_id,
                                     .walk_id = facts.walk->id,
                                     .segment_id = run->segment_id},
                     &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  ticket = lw_tickets_issue (
      self->tickets,
      &(LwTicket){.caller = *caller, .walk_id = facts.walk->id, .target_id = run->id});
  json = lw_live_run_to_json (run);
  lw_json_add_text (json, "ticket", ticket);
  lw_json_add_int (json, "end", lw_recording_get_end (run->recording));
  lw_http_call_reply_json (call, 200, json);
}

static gboolean
read_time (LwHttpCall *call, const char *name, LwTime *ret_time)
{
  const char *text = lw_http_call_query (call, name);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, LW_TIME_MAX, &number, NULL))
    return FALSE;
  *ret_time = (LwTime)number;
  return TRUE;
}

/* Fragments in a row, in front of which the init segment of their part goes. */
static GBytes *
read_piece (LwLiveRun *run, const LwRecordedFragment *first, const LwRecordedFragment *last)
{
  g_autofree char *path = lw_recording_get_path (run->recording, first->part);
  gsize length = last->offset + last->length - first->offset, init_length;
  g_autoptr (GBytes) init = NULL;
  g_autofree guint8 *bytes = NULL;
  gconstpointer head;
  gboolean ok;
  int fd;

  if (!lw_recording_get_part (run->recording, first->part, NULL, &init))
    return NULL;
  fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return NULL;
  head = g_bytes_get_data (init, &init_length);
  bytes = g_malloc (init_length + length);
  memcpy (bytes, head, init_length);
  ok = pread (fd, bytes + init_length, length, (off_t)first->offset) == (gssize)length;
  close (fd);
  return ok ? g_bytes_new_take (g_steal_pointer (&bytes), init_length + length) : NULL;
}

static void
get_piece (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  const char *ticket = lw_http_call_query (call, "ticket");
  LwCaller caller = *lw_http_call_caller (call);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwLiveRun) run = NULL;
  g_autoptr (GBytes) piece = NULL;
  g_autofree char *type = NULL;
  g_autofree char *end = NULL;
  LwRecordedFragment first, last;
  LwTime from, until;
  LwId id;

  if (!lw_http_call_part_id (call, "segment", &id))
    return;
  if (ticket != NULL ? !lw_media_tickets_check (self->room->media->tickets, ticket, &id, &caller)
                     : lw_id_is_none (&caller.person_id)) {
    lw_http_call_reply_error (call, 403, "ticket", "Open this lesson from its walk again.");
    return;
  }
  run = lw_live_find_watchable (self, call, &caller, &facts);
  if (run == NULL)
    return;
  if (!read_time (call, "from", &from) || !read_time (call, "until", &until)) {
    lw_http_call_reply_error (call, 400, "times", "Say from when until when.");
    return;
  }
  until = MIN (until, from + PIECE_MOST);
  if (lw_recording_find (run->recording, from, until, &first, &last) &&
      lw_recording_get_part (run->recording, first.part, &type, NULL))
    piece = read_piece (run, &first, &last);
  if (piece == NULL) {
    lw_http_call_reply_not_found (call);
    return;
  }
  end = g_strdup_printf ("%" G_GINT64_FORMAT, last.end);
  lw_http_call_set_header (call, "Lessonwalk-End", end);
  lw_http_call_set_header (call, "Cache-Control", "no-store");
  lw_http_call_reply_bytes (call, 200, type, piece);
}

void
lw_receive_add_api (LwReceive *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/live-kinds", get_kinds, 0, 0},
      {"POST", "/api/walks/:walk/visits/:visit/live", post_live, 0, 4096},
      {"POST", "/api/live/:source/key", post_key, 0, 4096},
      {"POST", "/api/live/:source/end", post_end, 0, 4096},
      {"POST", "/api/segments/:segment/watch", post_watch, 0, 4096},
      {"GET", "/media/:segment/live", get_piece, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
