// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The room's time of day as this browser knows it. What the room said is counted on from by a clock
 * that nobody sets (performance.now()), so a pin does not depend on what time this machine believes it
 * is. How far it may be off is what is written beside it.
 */

/* What a browser without a room knows of its own clock. */
const ALONE_MS = 60000;
/* Clocks drift; and a browser may round what it tells by so much. */
const DRIFT = 1e-4;
const ROUGH_MS = 2;
/* By so much this machine's clock may move against the other before something is wrong with one. */
const JUMP_MS = 1000;

export class RoomClock {
  #now;
  #own;
  #offset = null; // room's time of day less performance.now()
  #off = ALONE_MS; // how far that may be off
  #at = 0;
  #ownOffset = 0;

  /* @now, @own: for tests. */
  constructor(now = () => performance.now(), own = () => Date.now()) {
    this.#now = now;
    this.#own = own;
  }

  /* @said: the room's time, RFC 3339, said between @asked and @answered (of performance.now()). The
   * best of what was said stays. */
  hear(said, asked, answered) {
    const ms = Date.parse(said), off = (answered - asked) / 2 + ROUGH_MS;
    if (Number.isNaN(ms) || (this.#offset !== null && !this.#jumped && off >= this.#offAt(answered)))
      return;
    this.#offset = ms - (asked + answered) / 2;
    this.#off = off;
    this.#at = answered;
    this.#ownOffset = this.#own() - this.#now();
  }

  #offAt(now) {
    return this.#off + Math.max(0, now - this.#at) * DRIFT;
  }

  /* A machine that slept, or whose clock was set: which, nobody can tell. */
  get #jumped() {
    return Math.max(0, Math.abs(this.#own() - this.#now() - this.#ownOffset) - JUMP_MS);
  }

  /* Whether the room should be asked again before this is relied on. */
  get isDoubtful() {
    return this.#offset === null || this.#jumped > 0;
  }

  /* {at: milliseconds since 1970, off: milliseconds either way} of now. */
  read() {
    const now = this.#now();
    return this.#offset === null ? {at: this.#own(), off: ALONE_MS}
        : {at: this.#offset + now, off: this.#offAt(now) + this.#jumped};
  }

  /* The same as a note has it. */
  gesture() {
    const {at, off} = this.read();
    return {wall: toWall(at), wall_uncertainty: Math.round(off * 1e6)};
  }
}

/* Milliseconds since 1970, with what is behind the point, as RFC 3339 text of nanoseconds. */
export function toWall(ms) {
  const whole = Math.floor(ms);
  return `${new Date(whole).toISOString().slice(0, -1)}${
      String(Math.floor((ms - whole) * 1e6)).padStart(6, '0')}Z`;
}

/* Nanoseconds from @anchor to @wall, both as such text; a number that holds them exactly. */
export function between(anchor, wall) {
  const nanoseconds = (text) => Number((text.match(/\.(\d+)/)?.[1] ?? '').padEnd(9, '0').slice(0, 9));
  const seconds = (text) => Date.parse(text.replace(/\.\d+/, '')) / 1000;
  return (seconds(wall) - seconds(anchor)) * 1e9 + nanoseconds(wall) - nanoseconds(anchor);
}

/* Where a note by the clock stands on a segment: as the room has it. */
export function startBy(anchor, wall) {
  return anchor ? Math.max(0, between(anchor, wall)) : 0;
}
