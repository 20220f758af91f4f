// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A timer of the walk as this browser counts it down. The room says what is left and when it said so
 * is remembered by a clock that nobody sets (performance.now()), so it does not matter what time this
 * machine believes it is.
 */

/* As it came; @at: performance.now() at about the moment when the room said it. */
export function hearTimer(timer, at = performance.now()) {
  return {...timer, at};
}

export function leftMs(timer, now = performance.now()) {
  return Math.max(0, timer.running ? timer.left_ms - (now - timer.at) : timer.left_ms);
}

/* The one for what the walk does now; null where there is none. */
export function timerNow(timers, {phase, step, round}) {
  return [...timers.values()].find((one) => !one.gone && !one.visit && one.phase === phase &&
      (one.step || '') === (step ?? '') && one.round === round) ?? null;
}

/* "4:05"; what has begun of a second counts, so that 0:00 is the end. */
export function formatLeft(ms) {
  const seconds = Math.ceil(ms / 1000);
  const two = (value) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/* What is to be said between two looks at a timer: "begun", "minute", "end" or null. @before: null:
 * there was none. */
export function crossed(before, after, timer) {
  if (before === null)
    return timer.running && timer.length_ms - after < 3000 ? 'begun' : null;
  if (before > 0 && after === 0)
    return 'end';
  if (before > 60000 && after <= 60000 && timer.length_ms > 60000)
    return 'minute';
  return null;
}
