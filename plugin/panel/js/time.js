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

/* With hundredths, as one writes it into a field: "0:07.25". */
export function formatExact(ns) {
  const hundredths = Math.round((ns % SECOND) / 1e7) % 100;
  const whole = Math.round(ns / 1e7) / 100;
  return formatTime(Math.floor(whole) * SECOND) +
      (hundredths ? `.${String(hundredths).padStart(2, '0').replace(/0$/, '')}` : '');
}

/* What formatExact() writes, and what people write instead: "7", "0:07,25", "1:02:03". NaN else. */
export function parseTime(text) {
  const parts = text.trim().match(/^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,5}(?:[.,]\d{1,9})?)$/);
  if (!parts)
    return NaN;
  const [hours, minutes, seconds] = parts.slice(1).map((part) =>
      Number((part ?? '0').replace(',', '.')));
  return fromSeconds(hours * 3600 + minutes * 60 + seconds);
}

/* Inside marks that keep its two times in their order also in right-to-left text. */
export function formatSpan(start, end) {
  return end > start ? `\u2066${formatTime(start)} – ${formatTime(end)}\u2069` : formatTime(start);
}

/* What an RFC 3339 time is after: both as text, of any fraction or zone. */
export function isLater(a, b) {
  return Date.parse(a) > Date.parse(b);
}

/* "10:02:15" of this machine's zone. @when: milliseconds since 1970, or RFC 3339 text */
export function timeOfDay(when) {
  const at = new Date(when);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
