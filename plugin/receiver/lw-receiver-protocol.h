/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * What lessonwalk-receiver says to the room that started it, on its standard output. Nothing else
 * is ever written there; what it has to say to people who look after the room goes to standard
 * error. Both ends are of one version, as one starts the other.
 *
 *   frame     length (32 bits) of the payload, type (8 bits), payload
 *
 * All numbers are big-endian. A length above LW_RECEIVER_PAYLOAD_MAX, an unknown type or a payload
 * that is too short for its type ends the conversation: the reader kills the receiver and starts
 * another. The payload belongs to whoever has read it.
 *
 * 'S', state: state (8), since when by the wall clock (64, µs since 1970), words for the journal
 * (the rest).
 *
 * 'I', init: width (16), height (16), length of the type (8), the type as MSE takes it ("video/mp4;
 * codecs=…"), the init segment (the rest). The fragments after it belong to it. One that is byte
 * for byte the last one changes nothing.
 *
 * 'F', fragment: start and end (64 each, ns of media time), flags (8), the fragment (the rest).
 *
 * 'A', answer: number of the offer (32), how it went (8), an answer in SDP, or why not in words
 * (the rest). Every offer gets one.
 *
 * 'C', clock: media time (64, ns), wall clock (64, µs since 1970), uncertainty (32, ms), method
 * (8).
 *
 * Media time begins at 0 with the first picture of the recording and never goes back, also over
 * interruptions and restarts: a gap in the lesson is a gap of the same length in it. In the bytes
 * of the fragments every time is later by LW_RECEIVER_SHIFT, so that pictures that are decoded
 * before they are shown need no time below zero.
 *
 * On its standard input the receiver reads lines: the first is the address; then
 * "reach NETWORK" or "reach NAME ADDRESS" for each thing it may connect to (lw-reach.h); then "go".
 * Only these are ever reached, also when an answer or a playlist leads elsewhere. "end" makes it
 * send what it holds, say LW_RECEIVER_ENDED and leave with 0. The end of the input does the same.
 * For whoever sends by WHIP, "offer NUMBER BYTES" is followed by so many bytes of SDP, and "hangup
 * NUMBER" ends what came of it.
 */

#define LW_RECEIVER_SHIFT LW_SECOND
#define LW_RECEIVER_HEAD_BYTES 5
#define LW_RECEIVER_OFFER_MAX (64 * 1024)
#define LW_RECEIVER_PAYLOAD_MAX (32u * 1024 * 1024)

typedef enum {
  LW_RECEIVER_SAYS_STATE = 'S',
  LW_RECEIVER_SAYS_INIT = 'I',
  LW_RECEIVER_SAYS_FRAGMENT = 'F',
  LW_RECEIVER_SAYS_ANSWER = 'A',
  LW_RECEIVER_SAYS_CLOCK = 'C',
} LwReceiverSays;

#define LW_RECEIVER_STATE_BYTES (1 + 8)
#define LW_RECEIVER_INIT_BYTES (2 + 2 + 1)
#define LW_RECEIVER_FRAGMENT_BYTES (8 + 8 + 1)
#define LW_RECEIVER_ANSWER_BYTES (4 + 1)
#define LW_RECEIVER_CLOCK_BYTES (8 + 8 + 4 + 1)

typedef enum {
  LW_RECEIVER_WAITING,     /* nothing has come yet */
  LW_RECEIVER_LIVE,        /* it comes */
  LW_RECEIVER_INTERRUPTED, /* it came, and does not now */
  LW_RECEIVER_ENDED,       /* told to end: nothing comes after this */
  LW_RECEIVER_N_STATES
} LwReceiverState;

typedef enum {
  LW_RECEIVER_TAKES,   /* the rest is SDP */
  LW_RECEIVER_BUSY,    /* somebody else sends */
  LW_RECEIVER_REFUSES, /* that cannot be taken */
  LW_RECEIVER_N_ANSWERS
} LwReceiverAnswer;

/* Of a fragment: it begins with a picture that can be decoded by itself. */
#define LW_RECEIVER_KEY 1

/* How the wall clock of a moment is known. */
typedef enum {
  LW_CLOCK_RTCP_SR,           /* the sender's clock, by its reports */
  LW_CLOCK_PROGRAM_DATE_TIME, /* a playlist says */
  LW_CLOCK_RTMP_ARRIVAL,      /* when it came here, the least late of many */
  LW_CLOCK_MANUAL,
  LW_CLOCK_AUDIO,
  LW_CLOCK_N_METHODS
} LwClockMethod;

G_END_DECLS
