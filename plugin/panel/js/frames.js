// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where each frame of a lesson begins, as the room knows it: a browser rounds these times, and some
 * tell of a frame the moment that a seek asked for. */

// Browsers have microseconds; a frame lasts some milliseconds at least.
const ROUNDING_NS = 1e6;

export class Frames {
  /* @runs: [[first, last, count], …] in nanoseconds, rising. */
  constructor(runs) {
    this.times = [];
    for (const [first, last, count] of runs) {
      const step = count > 1 ? (last - first) / (count - 1) : 0;
      for (let i = 0; i < count; i++)
        this.times.push(Math.round(first + i * step));
    }
  }

  /* The number of the frame that shows at @ns. */
  indexAt(ns) {
    let low = 0, high = this.times.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.times[middle] <= ns + ROUNDING_NS)
        low = middle;
      else
        high = middle - 1;
    }
    return low;
  }

  /* Where it begins. */
  startAt(ns) {
    return this.times[this.indexAt(ns)] ?? ns;
  }

  /* Well inside of the frame that is @steps away from the one at @ns. */
  inside(ns, steps) {
    const {times} = this;
    const i = Math.max(0, Math.min(times.length - 1, this.indexAt(ns) + steps));
    return i + 1 < times.length ? (times[i] + times[i + 1]) / 2 : times[i] + ROUNDING_NS;
  }
}
