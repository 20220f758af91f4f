/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwTime:
 *
 * Nanoseconds of media stream time: the clock that a container's own timestamps run on, so that
 * a pin survives a change of player. Never a frame number, never wall-clock time. Signed, because
 * a subtraction of two times is one too; as a *moment* it is >= 0 or %LW_TIME_NONE.
 */
typedef gint64 LwTime;

#define LW_TIME_NONE ((LwTime) -1)
#define LW_SECOND ((LwTime) 1000000000)
#define LW_MSECOND ((LwTime) 1000000)
#define LW_USECOND ((LwTime) 1000)
/* The latest moment that Lessonwalk takes for real: 1,000 hours. */
#define LW_TIME_MAX ((LwTime) 3600000 * LW_SECOND)

#define LW_TIME_IS_MOMENT(t) ((t) >= 0 && (t) <= LW_TIME_MAX)

/**
 * lw_time_format:
 * @time: a moment, or %LW_TIME_NONE
 *
 * For people: "4:07" or "1:04:07", rounded down to the second; "–:––" for %LW_TIME_NONE.
 *
 * Returns: (transfer full): the text, to be freed with g_free()
 * Thread: any.
 */
char *lw_time_format (LwTime time);

/**
 * lw_time_format_ms:
 * @time: a moment
 *
 * For files and commands: "HH:MM:SS.mmm" with two or more digits of hours, rounded down to the
 * millisecond, the same in every locale. The form WebVTT uses
 * (https://www.w3.org/TR/webvtt1/#webvtt-timestamp).
 *
 * Returns: (transfer full): the text
 * Thread: any.
 */
char *lw_time_format_ms (LwTime time);

/**
 * lw_time_parse:
 * @text: "SS", "MM:SS" or "HH:MM:SS", each with up to nine decimals after "."; white space around
 * @ret_time: (out): the moment; untouched on failure
 *
 * Minutes and seconds after a larger unit must be below 60; alone they may be any size
 * ("754.5" is 12 minutes 34.5 seconds). Nothing above %LW_TIME_MAX, nothing negative.
 *
 * Returns: whether @text is such a moment
 * Thread: any.
 */
gboolean lw_time_parse (const char *text, LwTime *ret_time);

/**
 * lw_utc_format:
 * @utc_us: wall-clock time, microseconds since 1970-01-01T00:00:00Z
 *
 * Returns: (transfer full): RFC 3339 text in UTC with six decimals, "2026-11-22T06:00:00.000000Z"
 * Thread: any.
 */
char *lw_utc_format (gint64 utc_us);

/**
 * lw_utc_parse:
 * @text: an RFC 3339 date and time with an offset or "Z"
 * @ret_utc_us: (out): microseconds since 1970; untouched on failure
 *
 * Thread: any.
 */
gboolean lw_utc_parse (const char *text, gint64 *ret_utc_us);

/* The same of nanoseconds since 1970, with nine decimals; nothing before 1970 or behind 2262. */
char *lw_utc_format_ns (gint64 utc_ns);
gboolean lw_utc_parse_ns (const char *text, gint64 *ret_utc_ns);

/**
 * lw_time_from_wall:
 * @wall_utc_ns: when something was, nanoseconds since 1970
 * @anchor_utc_ns: which wall-clock time the medium's time 0 is
 * @length: how long it lasted; 0 for a moment
 *
 * Returns: its time in the medium; 0 for what was before, and never so late that its end is none
 * Thread: any.
 */
LwTime lw_time_from_wall (gint64 wall_utc_ns, gint64 anchor_utc_ns, LwTime length);

G_END_DECLS
