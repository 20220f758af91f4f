// SPDX-License-Identifier: LGPL-2.1-or-later
/* Times of a lesson are whole nanoseconds; a JavaScript number holds 104 days of them exactly. */
export const SECOND = 1e9;

export function toSeconds(ns) {
  return ns / SECOND;
}

export function fromSeconds(seconds) {
  return Math.round(seconds * SECOND);
}

/* "0:07", "12:30", "1:02:03". */
export function formatTime(ns) {
  const all = Math.max(0, Math.floor(ns / SECOND));
  const hours = Math.floor(all / 3600), minutes = Math.floor(all / 60) % 60, seconds = all % 60;
  const two = (value) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/* Inside marks that keep its two times in their order also in right-to-left text. */
export function formatSpan(start, end) {
  return end > start ? `\u2066${formatTime(start)} – ${formatTime(end)}\u2069` : formatTime(start);
}

/* What an RFC 3339 time is after: both as text, of any fraction or zone. */
export function isLater(a, b) {
  return Date.parse(a) > Date.parse(b);
}
