/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <libavformat/avformat.h>

#include "lw-receiver-protocol.h"

G_BEGIN_DECLS

/**
 * LwSink:
 *
 * Where a source puts what it gets: it is recorded, and told to the room. (lw-receiver.c)
 *
 * Thread: the source's, one at a time; lw_sink_is_over() any.
 */
typedef struct _LwSink LwSink;

/* What comes from now on: at the beginning of a connection, and where it changes. FALSE: what comes
 * cannot be recorded, or it is over; then the source returns. */
gboolean lw_sink_begin (LwSink *sink, const AVCodecParameters *const *streams, guint n_streams);
/* @packet: (transfer none): of one of these streams, its times in @base
 * @arrival_us: when it came here, µs since 1970
 * FALSE: as above. */
gboolean lw_sink_take (LwSink *sink, const AVPacket *packet, AVRational base, gint64 arrival_us);
/* Whether the receiver was told to end: whoever waits asks every tenth of a second. */
gboolean lw_sink_is_over (LwSink *sink);
/**
 * lw_sink_set_wall:
 * @time: in the source's own time, ns
 * @wall_us: when that was filmed, µs since 1970
 *
 * A source that knows says so; until it does, the wall clock is reckoned from when things come.
 * It holds until the connection ends, or until it is said anew.
 */
void lw_sink_set_wall (
    LwSink *sink, LwTime time, gint64 wall_us, LwClockMethod method, guint uncertainty_ms);

/* ---- for sources to which somebody comes with an offer ---- */

typedef struct {
  guint32 number; /* not 0 */
  char *text;     /* SDP */
} LwOffer;

void lw_offer_free (LwOffer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwOffer, lw_offer_free)

/* The next one, waited for so long; NULL: none. It must be answered. */
LwOffer *lw_sink_take_offer (LwSink *sink, guint64 wait_us);
/* The first of the next ones. @offer: (transfer full) */
void lw_sink_put_back_offer (LwSink *sink, LwOffer *offer);
void lw_sink_answer (LwSink *sink, guint32 number, LwReceiverAnswer how, const char *text);
/* Whether the room has ended what came of that offer. */
gboolean lw_sink_is_hung_up (LwSink *sink, guint32 number);

/**
 * LwSourceKind:
 *
 * One way for a live lesson to come here. Each is a file of its own, named lw-source-NAME.c, and a
 * line in lw-source.c.
 */
typedef struct {
  const char *name;    /* "rtmp" */
  gboolean is_fetched; /* from where somebody has said, by a name that the room has looked up */
  /* (nullable): loads what it needs while files can still be opened. FALSE: it cannot work, and has
   * said why on standard error. */
  gboolean (*prepare) (void);
  /* Connects, and puts what comes into the sink until there is no more. Blocks. It is called again
   * half a second after it returned, as long as it is not over: also for somebody who is not there
   * yet. A source that listens for somebody returns when who came has gone.
   * @error: why, for the journal, if it was not just the end. */
  void (*receive) (const char *address, LwSink *sink, GError **error);
  /* By how much what comes may be older than its arrival tells, that nobody can see here. */
  guint late_ms;
  gboolean needs_certificates; /* it speaks TLS, so it reads those of the system */
} LwSourceKind;

/* NULL if there is none of that name. */
const LwSourceKind *lw_source_kind_find (const char *name);

/* A live source that says nothing for so long is taken for gone. */
#define LW_SOURCE_SILENCE_US (5 * G_USEC_PER_SEC)

extern const LwSourceKind lw_source_hls;
extern const LwSourceKind lw_source_rtmp;
extern const LwSourceKind lw_source_rtsp;
extern const LwSourceKind lw_source_srt;
extern const LwSourceKind lw_source_whip;

/* ---- lw-source-format.c: what libavformat reads ---- */

typedef struct {
  const char *address;
  const char *format;          /* nullable */
  const AVDictionary *options; /* of libavformat */
  gboolean is_expected;        /* that nothing comes is an error */
  gint64 silence_us;           /* 0: LW_SOURCE_SILENCE_US; may change while it reads */
  /* nullable; before it opens */
  void (*prepare) (AVFormatContext *input, gpointer data);
  /* nullable; before each packet goes to the sink. @time: of the packet, ns of the source's own */
  void (*take) (
      const AVPacket *packet, const AVStream *stream, LwTime time, LwSink *sink, gpointer data);
  gpointer data;
} LwSourceReading;

/* Reads until its end. */
void lw_source_read (LwSourceReading *job, LwSink *sink, GError **error);

G_END_DECLS
