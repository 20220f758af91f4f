// SPDX-License-Identifier: LGPL-2.1-or-later
/* Codes that last and overlap are drawn below each other: each in the first row that is free from its
 * start on. Beyond @most rows they share the last one, so that the height has a bound. */

/* @notes: of one coder, by start. {rows: how many, rowOf: id: row, from 0} of those that last. */
export function stack(notes, most) {
  const ends = [], rowOf = new Map();
  for (const {id, start, end} of notes) {
    if (end <= start)
      continue;
    let row = ends.findIndex((free) => free <= start);
    if (row < 0)
      row = Math.min(ends.length, most - 1);
    ends[row] = Math.max(ends[row] ?? 0, end);
    rowOf.set(id, row);
  }
  return {rows: ends.length, rowOf};
}
