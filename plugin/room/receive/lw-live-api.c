/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening a live lesson, ending it, and watching it. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lw-accounts.h"
#include "lw-audit.h"
#include "lw-json.h"
#include "lw-media-service.h"
#include "lw-receive-private.h"

#define TITLE_MAX 500
#define OPEN_MOST 20 /* in a walk */
/* Of one answer: whoever seeks in a live lesson goes on asking. */
#define PIECE_MOST (30 * LW_SECOND)

/* ---- opening ---- */

static void
reply_key (LwReceive *self, LwHttpCall *call, const LwId *source_id, const char *key)
{
  const LwRoomConfig *config = self->room->config;
  g_autofree char *server = *config->rtmp_url != '\0'
                                ? g_strdup (config->rtmp_url)
                                : g_strdup_printf ("rtmp://%s/live", config->rtmp_listen);
  json_object *json = json_object_new_object ();

  lw_json_add_id (json, "id", source_id);
  lw_json_add_text (json, "server", server);
  lw_json_add_text (json, "key", key);
  lw_http_call_reply_json (call, 200, json);
}

static gboolean
audit (LwReceive *self,
       LwHttpCall *call,
       LwAuditAction action,
       const LwId *walk_id,
       LwId target,
       GError **error)
{
  return lw_audit_add (self->room,
                       &(LwAuditEvent){.action = action,
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
  else if (audit (self, call, LW_AUDIT_LIVE_OPENED, &source->walk_id, source->id, error) &&
           lw_live_sources_add (self->room->ledger, source, key, error))
    lw_receive_begin (self, source, error);
  g_mutex_unlock (&self->opening);
  return why;
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
  json_object *body = lw_http_call_json (call);
  const char *wanted, *why;
  LwLiveSource source = {.id = lw_id_new (), .kind = (char *)"rtmp"};

  if (body == NULL || !lw_walk_facts_for_call (&facts, self->room, call, LW_ACT_UPLOAD) ||
      (visit = lw_walk_facts_load_visit (&facts, self->room, call, FALSE)) == NULL)
    return;
  wanted = lw_json_get_text (body, "title");
  title = g_utf8_substring (wanted != NULL ? wanted : "", 0,
                            MIN (TITLE_MAX, g_utf8_strlen (wanted != NULL ? wanted : "", -1)));
  source.walk_id = facts.walk->id;
  source.visit_id = visit->id;
  source.person_id = facts.person_id;
  source.title = title;
  why = begin (self, call, &source, key, &error);
  if (why != NULL)
    lw_http_call_reply_error (call, 409, "open", why);
  else if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply_key (self, call, &source.id, key);
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

static void
post_key (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (LwLiveRun) run = load_run (self, call);
  g_autoptr (GError) error = NULL;
  g_autofree char *key = lw_secret_new ();

  if (run == NULL)
    return;
  if (audit (self, call, LW_AUDIT_LIVE_KEY, &run->walk_id, run->id, &error) &&
      lw_live_sources_set_key (self->room->ledger, &run->id, key, &error))
    reply_key (self, call, &run->id, key);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

static void
post_end (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_autoptr (LwLiveRun) run = load_run (self, call);
  g_autoptr (GError) error = NULL;

  if (run == NULL)
    return;
  if (!audit (self, call, LW_AUDIT_LIVE_ENDED, &run->walk_id, run->id, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_live_run_end (run);
  lw_http_call_reply_empty (call, 204);
}

/* ---- watching ---- */

/* The live lesson of the path's ":segment" for a caller who may watch it; answers itself if not. */
static LwLiveRun *
watchable (LwReceive *self, LwHttpCall *call, const LwCaller *caller, LwWalkFacts *facts)
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
  g_autoptr (LwLiveRun) run = watchable (self, call, caller, &facts);
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
  run = watchable (self, call, &caller, &facts);
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
      {"POST", "/api/walks/:walk/visits/:visit/live", post_live, 0, 4096},
      {"POST", "/api/live/:source/key", post_key, 0, 4096},
      {"POST", "/api/live/:source/end", post_end, 0, 4096},
      {"POST", "/api/segments/:segment/watch", post_watch, 0, 4096},
      {"GET", "/media/:segment/live", get_piece, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
