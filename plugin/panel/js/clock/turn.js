// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where the walk's clock stands: at which visit, and how much time is left there. As
 * annotations/lessonwalk/lw-turn.h has it; nothing has to be heard for the next visit to begin.
 */

/* @clock: {visit, left_ms, turn_ms, after_ms, writing}, as it was left; @visits: the walk's, in order;
 * @ran: milliseconds since, while it runs. {visit: index, writing, over, left_ms}; null where that
 * visit is not there any more. */
export function turnAt(clock, visits, ran) {
  let visit = visits.findIndex((one) => one.id === clock.visit);
  let {left_ms: left, writing} = clock, over = false;
  if (visit < 0)
    return null;
  left -= Math.max(0, ran);
  while (left <= 0 && !over) {
    if (!writing && clock.after_ms > 0) {
      writing = true;
      left += clock.after_ms;
    } else if (visit + 1 < visits.length) {
      visit++;
      writing = false;
      left += visits[visit].duration_ms || clock.turn_ms;
    } else {
      over = true;
      left = 0;
    }
  }
  return {visit, writing, over, left_ms: left};
}

/* What comes after it: {visit: index, writing}; null after the last. */
export function turnAfter(clock, visits, {visit, writing, over}) {
  if (!over && !writing && clock.after_ms > 0)
    return {visit, writing: true};
  return visit + 1 < visits.length ? {visit: visit + 1, writing: false} : null;
}
