/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-receiver.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lw-fragments.h"
#include "lw-live-clock.h"

/* A fragment at least so long: each has a head of some 200 bytes, and waits to be shown. */
#define FRAGMENT_LENGTH (80 * LW_MSECOND)
#define CLOCK_EVERY_US (5 * G_USEC_PER_SEC)
#define AGAIN_US (G_USEC_PER_SEC / 2)
/* Where names lead it was told when it was started. After so long without anything from there it
 * ends, and the room, which looks again, starts another one. */
#define ANEW_US (60 * G_USEC_PER_SEC)
#define STREAMS_MAX 16
/* How long before it is shown a picture is decoded, where its source does not say. */
#define REORDER_MOST (200 * LW_MSECOND)
#define OFFERS_MOST 8

struct _LwSink {
  LwReceiverOptions options;
  LwLiveClock clock;
  LwFragments *fragments;       /* NULL: nothing has come in this connection yet */
  gboolean seen_key;            /* in this connection */
  LwTime last_dts[STREAMS_MAX]; /* of each stream, in its own time; LW_TIME_NONE */
  LwReceiverState state;
  gint64 since_us;
  char *words; /* nullable: the last */
  gint64 heard_us;
  gint64 clock_us; /* when it was told last */
  /* of this connection: when the source's own time 0 was, by the source's own clock */
  gint64 wall_us;
  LwClockMethod wall_method; /* LW_CLOCK_N_METHODS: it does not know */
  guint wall_uncertain_ms;
  GAsyncQueue *offers; /* of LwOffer */
  guint hung_up;       /* atomic: the offer's number */
  int over;            /* atomic */
  gboolean broken;     /* nobody listens */
};

/* ---- speaking ---- */

static void
say (LwSink *self,
     LwReceiverSays what,
     const guint8 *head,
     gsize head_length,
     gconstpointer rest,
     gsize rest_length)
{
  guint32 length = GUINT32_TO_BE ((guint32)(head_length + rest_length));
  guint8 begin[LW_RECEIVER_HEAD_BYTES];
  struct iovec parts[] = {
      {begin, sizeof begin}, {(gpointer)head, head_length}, {(gpointer)rest, rest_length}};
  gsize skip = 0, all = sizeof begin + head_length + rest_length;

  memcpy (begin, &length, sizeof length);
  begin[4] = (guint8)what;
  while (!self->broken && skip < all) {
    struct iovec left[G_N_ELEMENTS (parts)];
    gsize passed = skip;
    int n = 0;
    gssize written;

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
      gsize gone = MIN (passed, parts[i].iov_len);

      passed -= gone;
      if (gone < parts[i].iov_len)
        left[n++] = (struct iovec){(guint8 *)parts[i].iov_base + gone, parts[i].iov_len - gone};
    }
    written = writev (self->options.output, left, n);
    if (written > 0)
      skip += (gsize)written;
    else if (errno != EINTR)
      self->broken = TRUE;
  }
  if (self->broken)
    lw_receiver_end (self);
}

static guint8 *
put (guint8 *to, guint64 number, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    to[i] = (guint8)(number >> (8 * (bytes - 1 - i)));
  return to + bytes;
}

static void
say_state (LwSink *self, LwReceiverState state, gint64 since_us, const char *words)
{
  guint8 head[LW_RECEIVER_STATE_BYTES];

  self->state = state;
  self->since_us = since_us;
  g_free (self->words);
  self->words = g_strdup (words);
  put (put (head, state, 1), (guint64)since_us, 8);
  say (self, LW_RECEIVER_SAYS_STATE, head, sizeof head, words, strlen (words));
}

static void
say_init (LwSink *self)
{
  GBytes *init = lw_fragments_get_init (self->fragments);
  const char *type = lw_fragments_get_type (self->fragments);
  gsize type_length = MIN (strlen (type), G_MAXUINT8);
  guint8 head[LW_RECEIVER_INIT_BYTES + G_MAXUINT8];
  guint width, height;

  lw_fragments_get_size (self->fragments, &width, &height);
  put (put (put (head, MIN (width, G_MAXUINT16), 2), MIN (height, G_MAXUINT16), 2), type_length, 1);
  memcpy (head + LW_RECEIVER_INIT_BYTES, type, type_length);
  say (self, LW_RECEIVER_SAYS_INIT, head, LW_RECEIVER_INIT_BYTES + type_length,
       g_bytes_get_data (init, NULL), g_bytes_get_size (init));
}

/* @own: the same moment in the source's own time */
static void
say_clock (LwSink *self, LwTime time, LwTime own)
{
  gboolean knows = self->wall_method != LW_CLOCK_N_METHODS;
  gint64 wall_us =
      knows ? self->wall_us + own / LW_USECOND : lw_live_clock_to_wall (&self->clock, time);
  guint8 head[LW_RECEIVER_CLOCK_BYTES];

  self->clock_us = self->heard_us;
  put (put (put (put (head, (guint64)time, 8), (guint64)wall_us, 8),
            knows ? self->wall_uncertain_ms : self->options.kind->late_ms, 4),
       knows ? self->wall_method : LW_CLOCK_RTMP_ARRIVAL, 1);
  say (self, LW_RECEIVER_SAYS_CLOCK, head, sizeof head, NULL, 0);
}

void
lw_sink_set_wall (
    LwSink *self, LwTime time, gint64 wall_us, LwClockMethod method, guint uncertainty_ms)
{
  /* The first time it is told at once: it says more than what was reckoned. */
  if (self->wall_method != method)
    self->clock_us = 0;
  self->wall_us = wall_us - time / LW_USECOND;
  self->wall_method = method;
  self->wall_uncertain_ms = uncertainty_ms;
}

static gboolean
give_up (LwSink *self, GError *error)
{
  say_state (self, self->state, g_get_real_time (), error->message);
  g_error_free (error);
  return FALSE;
}

/* What waits becomes a fragment. */
static gboolean
send_waiting (LwSink *self)
{
  GError *error = NULL;
  LwFragment fragment;
  guint8 head[LW_RECEIVER_FRAGMENT_BYTES];

  if (self->fragments == NULL)
    return TRUE;
  if (!lw_fragments_take (self->fragments, &fragment, &error))
    return error == NULL || give_up (self, error);
  put (put (put (head, (guint64)fragment.start, 8), (guint64)fragment.end, 8),
       fragment.is_key ? LW_RECEIVER_KEY : 0, 1);
  say (self, LW_RECEIVER_SAYS_FRAGMENT, head, sizeof head, fragment.bytes, fragment.length);
  return !self->broken;
}

/* ---- what comes ---- */

gboolean
lw_sink_begin (LwSink *self, const AVCodecParameters *const *streams, guint n_streams)
{
  GError *error = NULL;

  if (!send_waiting (self))
    return FALSE;
  g_clear_pointer (&self->fragments, lw_fragments_free);
  self->fragments = lw_fragments_new (streams, n_streams, &error);
  if (self->fragments == NULL)
    return give_up (self, error);
  self->seen_key = !lw_fragments_has_video (self->fragments);
  say_init (self);
  return !lw_sink_is_over (self);
}

/* Fills in what the source leaves open. FALSE for what cannot be placed at all. */
static gboolean
make_times (LwSink *self, const AVPacket *from, AVRational base, AVPacket *packet)
{
  const AVRational ns = {1, 1000000000};
  LwTime *last = &self->last_dts[packet->stream_index];

  if (from->dts == AV_NOPTS_VALUE && from->pts == AV_NOPTS_VALUE)
    return FALSE;
  packet->pts = av_rescale_q (from->pts != AV_NOPTS_VALUE ? from->pts : from->dts, base, ns);
  packet->dts = packet->pts;
  if (from->dts != AV_NOPTS_VALUE)
    packet->dts = av_rescale_q (from->dts, base, ns);
  else if (lw_fragments_is_video (self->fragments, (guint)packet->stream_index))
    packet->dts = *last == LW_TIME_NONE
                      ? packet->pts - REORDER_MOST
                      : MIN (packet->pts, MAX (*last + LW_USECOND, packet->pts - REORDER_MOST));
  packet->duration = av_rescale_q (from->duration, base, ns);
  if (packet->duration <= 0 && *last != LW_TIME_NONE && packet->dts > *last &&
      packet->dts - *last < LW_SECOND)
    packet->duration = packet->dts - *last;
  *last = packet->dts;
  return TRUE;
}

static gboolean
take (LwSink *self, AVPacket *packet, gboolean is_key_picture)
{
  GError *error = NULL;
  LwTime own = packet->pts;
  LwTime placed = lw_live_clock_place (&self->clock, own, packet->duration, self->heard_us);

  packet->dts += placed - own;
  packet->pts = placed;
  /* Sound of before the first picture, or what is too far back to be in a file. */
  if (placed < 0 || packet->dts < -LW_RECEIVER_SHIFT)
    return TRUE;
  if (is_key_picture && !send_waiting (self))
    return FALSE;
  if (!lw_fragments_add (self->fragments, packet, &error))
    return give_up (self, error);
  if (self->state != LW_RECEIVER_LIVE)
    say_state (self, LW_RECEIVER_LIVE, self->heard_us, "");
  if (self->heard_us - self->clock_us >= CLOCK_EVERY_US)
    say_clock (self, placed, own);
  return lw_fragments_get_waiting (self->fragments) < FRAGMENT_LENGTH || send_waiting (self);
}

gboolean
lw_sink_take (LwSink *self, const AVPacket *from, AVRational base, gint64 arrival_us)
{
  guint stream = (guint)from->stream_index;
  AVPacket *packet;
  gboolean is_key, ok;

  if (lw_sink_is_over (self))
    return FALSE;
  if (!lw_fragments_takes (self->fragments, stream))
    return TRUE;
  is_key = (from->flags & AV_PKT_FLAG_KEY) != 0 &&
           (from->pts != AV_NOPTS_VALUE || from->dts != AV_NOPTS_VALUE) &&
           lw_fragments_is_video (self->fragments, stream);
  /* Nothing can be shown before it, and media time begins with it. */
  self->seen_key = self->seen_key || is_key;
  if (!self->seen_key)
    return TRUE;
  packet = av_packet_clone (from);
  if (packet == NULL)
    return FALSE;
  self->heard_us = arrival_us;
  ok = !make_times (self, from, base, packet) || take (self, packet, is_key);
  av_packet_free (&packet);
  return ok && !lw_sink_is_over (self);
}

gboolean
lw_sink_is_over (LwSink *self)
{
  return g_atomic_int_get (&self->over) != 0;
}

/* ---- who comes with an offer ---- */

void
lw_offer_free (LwOffer *offer)
{
  g_free (offer->text);
  g_free (offer);
}

void
lw_receiver_offer (LwSink *self, guint32 number, char *text)
{
  LwOffer *offer = g_new (LwOffer, 1);

  *offer = (LwOffer){number, text};
  g_async_queue_lock (self->offers);
  g_async_queue_push_unlocked (self->offers, offer);
  if (g_async_queue_length_unlocked (self->offers) > OFFERS_MOST)
    lw_offer_free (g_async_queue_pop_unlocked (self->offers));
  g_async_queue_unlock (self->offers);
}

LwOffer *
lw_sink_take_offer (LwSink *self, guint64 wait_us)
{
  return g_async_queue_timeout_pop (self->offers, wait_us);
}

void
lw_sink_put_back_offer (LwSink *self, LwOffer *offer)
{
  g_async_queue_push_front (self->offers, offer);
}

void
lw_sink_answer (LwSink *self, guint32 number, LwReceiverAnswer how, const char *text)
{
  guint8 head[LW_RECEIVER_ANSWER_BYTES];

  put (put (head, number, 4), how, 1);
  say (self, LW_RECEIVER_SAYS_ANSWER, head, sizeof head, text, strlen (text));
}

void
lw_receiver_hang_up (LwSink *self, guint32 number)
{
  g_atomic_int_set (&self->hung_up, number);
}

gboolean
lw_sink_is_hung_up (LwSink *self, guint32 number)
{
  return (guint32)g_atomic_int_get (&self->hung_up) == number;
}

/* ---- the whole ---- */

LwSink *
lw_receiver_new (const LwReceiverOptions *options)
{
  LwSink *self = g_new0 (LwSink, 1);

  self->options = *options;
  self->offers = g_async_queue_new_full ((GDestroyNotify)lw_offer_free);
  lw_live_clock_init (&self->clock, options->origin_us, options->end);
  return self;
}

void
lw_receiver_free (LwSink *self)
{
  g_clear_pointer (&self->fragments, lw_fragments_free);
  g_free (self->words);
  g_async_queue_unref (self->offers);
  g_free (self);
}

void
lw_receiver_end (LwSink *self)
{
  g_atomic_int_set (&self->over, 1);
}

/* One connection, from its beginning to its end. FALSE: nothing came. */
static gboolean
receive_once (LwSink *self)
{
  g_autoptr (GError) error = NULL;
  LwTime end = self->clock.end;

  for (guint i = 0; i < STREAMS_MAX; i++)
    self->last_dts[i] = LW_TIME_NONE;
  self->clock_us = 0;
  self->wall_method = LW_CLOCK_N_METHODS;
  self->options.kind->receive (self->options.address, self, &error);
  send_waiting (self);
  g_clear_pointer (&self->fragments, lw_fragments_free);
  lw_live_clock_disconnect (&self->clock);
  if (self->state == LW_RECEIVER_LIVE && !lw_sink_is_over (self))
    say_state (self, LW_RECEIVER_INTERRUPTED, self->heard_us, error != NULL ? error->message : "");
  else if (error != NULL && g_strcmp0 (self->words, error->message) != 0)
    say_state (self, self->state, self->since_us, error->message);
  return self->clock.end > end;
}

gboolean
lw_receiver_run (LwSink *self)
{
  gint64 came_us = g_get_monotonic_time ();

  say_state (self, self->options.end > 0 ? LW_RECEIVER_INTERRUPTED : LW_RECEIVER_WAITING,
             g_get_real_time (), "");
  while (!lw_sink_is_over (self)) {
    if (receive_once (self))
      came_us = g_get_monotonic_time ();
    else if (self->options.kind->is_fetched && g_get_monotonic_time () - came_us > ANEW_US)
      break;
    for (guint i = 0; i < 5 && !lw_sink_is_over (self); i++)
      g_usleep (AGAIN_US / 5);
  }
  say_state (self, LW_RECEIVER_ENDED, g_get_real_time (), "");
  return !self->broken;
}
