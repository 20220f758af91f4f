/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A request body that is too large for memory, handed on piece by piece. The main loop fills one
 * piece while a worker has the other; when both are full the message pauses, TCP's window closes,
 * and the sender waits for the disk.
 */

#include <string.h>

#include "lw-http-private.h"

/* SoupServer reads 8 KiB at a time. */
#define PIECE_BYTES (1024 * 1024)
#define CHUNK_MAX (64 * 1024)
/* Who is refused has sent some already; what is more than that is not worth listening to. */
#define DISCARD_MAX (16 * 1024 * 1024)
#define SILENCE_S 60

typedef enum { JOB_OPEN, JOB_TAKE, JOB_END, JOB_GONE } Job;

struct _LwHttpStream {
  LwHttpCall *call;
  const LwHttpSink *sink;
  gpointer sink_data;
  guint8 *piece, *spare; /* being filled; with the worker or free */
  gsize filled, handed;
  Job job;
  gboolean working; /* a worker has it */
  gboolean wants_more;
  gboolean paused, ended, gone;
  gboolean heard; /* since the last look */
  guint watch;
  GSocket *socket;
};

typedef struct {
  LwHttp *http;
  gsize left;
} Discard;

static void run_next (LwHttpStream *self);

static void
end_connection (GSocket *socket)
{
  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* ---- what nobody wants ---- */

static void
discard_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Discard *discard = data;
  gsize length = g_bytes_get_size (chunk);

  if (length <= discard->left)
    discard->left -= length;
  else
    end_connection (lw_http_get_socket (discard->http, message));
}

static void
discard_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
lw_http_discard_body (LwHttp *self, SoupServerMessage *message)
{
  Discard *discard = g_new (Discard, 1);

  discard->http = self;
  discard->left = DISCARD_MAX;
  lw_http_await_body (self, message);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (discard_chunk), discard, discard_free,
                         0);
}

/* ---- in a worker ---- */

static void
do_job (LwHttpCall *call)
{
  LwHttpStream *self = call->stream;

  if (self->job == JOB_OPEN) {
    lw_http_call_handle (call);
    return;
  }
  if (self->handed > 0 && self->wants_more)
    self->wants_more = self->sink->take (call, self->spare, self->handed, self->sink_data);
  self->handed = 0;
  if (self->job == JOB_END && self->wants_more)
    self->sink->end (call, self->sink_data);
}

/* ---- in the main loop ---- */

static void
stream_free (LwHttpStream *self)
{
  if (self->watch != 0)
    g_source_remove (self->watch);
  g_clear_object (&self->socket);
  g_free (self->piece);
  g_free (self->spare);
  g_free (self);
}

/* The sink has seen the last of it; the call is answered, or nobody is there to be answered. */
static void
finish (LwHttpStream *self)
{
  LwHttpCall *call = self->call;
  SoupServerMessage *message = call->message;
  gboolean read_all = self->ended, gone = self->gone;

  g_signal_handlers_disconnect_by_data (message, self);
  g_object_set_data (G_OBJECT (message), LW_HTTP_STREAM_DATA, NULL);
  call->stream = NULL;
  stream_free (self);
  if (gone) {
    lw_http_call_free (call);
    return;
  }
  if (!read_all)
    lw_http_discard_body (call->http, message);
  lw_http_finish_call (call);
}

static gboolean
job_done (gpointer data)
{
  LwHttpCall *call = data;
  LwHttpStream *self = call->stream;

  lw_http_job_done (call->http);
  self->working = FALSE;
  if (self->job == JOB_OPEN && self->sink == NULL && !call->replied)
    lw_http_call_give_no_answer (call);
  run_next (self);
  return G_SOURCE_REMOVE;
}

static void
work (gpointer data)
{
  LwHttpCall *call = data;

  do_job (call);
  if (call->stream->job == JOB_END || call->stream->job == JOB_GONE ||
      (call->replied && call->stream->sink != NULL)) {
    call->stream->sink->free (call->stream->sink_data);
    call->stream->sink = NULL;
  }
  lw_http_invoke (call->http, job_done, call);
}

static void
push (LwHttpStream *self, Job job)
{
  guint8 *full = self->piece;

  self->job = job;
  self->working = TRUE;
  if (job != JOB_OPEN) {
    self->piece = self->spare;
    self->spare = full;
    self->handed = self->filled;
    self->filled = 0;
  }
  lw_http_push (self->call->http, work, self->call);
}

static void
hold (LwHttpStream *self)
{
  if (!self->paused && !self->gone)
    soup_server_message_pause (self->call->message);
  self->paused = TRUE;
}

static void
let_go (LwHttpStream *self)
{
  if (self->paused && !self->gone)
    soup_server_message_unpause (self->call->message);
  self->paused = FALSE;
}

static void
run_next (LwHttpStream *self)
{
  if (self->working)
    return;
  if (self->sink == NULL) {
    finish (self);
  } else if (self->ended) {
    push (self, JOB_END);
  } else if (self->gone) {
    push (self, JOB_GONE);
  } else {
    if (self->filled > PIECE_BYTES - CHUNK_MAX)
      push (self, JOB_TAKE);
    let_go (self);
  }
}

static void
got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  LwHttpStream *self = data;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (chunk, &length);

  g_return_if_fail (length <= PIECE_BYTES - self->filled);
  self->heard = TRUE;
  memcpy (self->piece + self->filled, bytes, length);
  self->filled += length;
  if (self->filled <= PIECE_BYTES - CHUNK_MAX)
    return;
  if (self->working)
    hold (self);
  else
    push (self, JOB_TAKE);
}

static void
finished (SoupServerMessage *message, gpointer data)
{
  LwHttpStream *self = data;

  self->gone = TRUE;
  run_next (self);
}

/* A laptop that was shut says nothing any more: without this its connection would stay, and its
 * upload be taken, for as long as the kernel likes. */
static gboolean
watch_silence (gpointer data)
{
  LwHttpStream *self = data;

  if (!self->heard && !self->working && !self->paused)
    end_connection (self->socket);
  self->heard = FALSE;
  return G_SOURCE_CONTINUE;
}

void
lw_http_stream_begin (LwHttpCall *call)
{
  LwHttpStream *self = g_new0 (LwHttpStream, 1);
  SoupServerMessage *message = call->message;

  self->call = call;
  self->wants_more = TRUE;
  self->piece = g_malloc (PIECE_BYTES);
  self->spare = g_malloc (PIECE_BYTES);
  call->stream = self;
  g_set_object (&self->socket, lw_http_get_socket (call->http, message));
  g_object_set_data (G_OBJECT (message), LW_HTTP_STREAM_DATA, self);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), self);
  g_signal_connect (message, "finished", G_CALLBACK (finished), self);
  self->watch = g_timeout_add_seconds (SILENCE_S, watch_silence, self);
  hold (self);
  push (self, JOB_OPEN);
}

void
lw_http_stream_ended (LwHttpStream *self)
{
  self->ended = TRUE;
  hold (self);
  run_next (self);
}

/* ---- for handlers ---- */

void
lw_http_call_take_body (LwHttpCall *call, const LwHttpSink *sink, gpointer data)
{
  g_return_if_fail (call->stream != NULL && !call->replied);
  call->stream->sink = sink;
  call->stream->sink_data = data;
}

void
lw_http_call_hang_up (LwHttpCall *call)
{
  end_connection (call->stream->socket);
}
