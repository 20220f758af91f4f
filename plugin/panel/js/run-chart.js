// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a run chart says, without drawing it: medians, what stands out, a scale people can read. */

const SHIFT = 6; // counts in a row on one side of the median: more than chance makes likely
const TICKS = 4;

/* Of the values that are there; null when none is. */
export function median(values) {
  const there = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  if (!there.length)
    return null;
  const middle = there.length >> 1;
  return there.length % 2 ? there[middle] : (there[middle - 1] + there[middle]) / 2;
}

/* The longest run on one side of the median, if it is long enough to look into: {above, from, to}
 * by index, else null. Values on the median neither end a run nor count in it. */
export function shiftOf(values) {
  const middle = median(values);
  let best = null, run = null;
  values.forEach((value, i) => {
    if (value === null || value === undefined || value === middle)
      return;
    const above = value > middle;
    run = run?.above === above ? {...run, to: i, count: run.count + 1} : {above, from: i, to: i, count: 1};
    if (run.count >= SHIFT && run.count > (best?.count ?? 0))
      best = run;
  });
  return best;
}

/* {top, ticks}: from nothing up to at least @max, in steps of 1, 2 or 5 times a power of ten. */
export function scaleTo(max) {
  const rough = Math.max(max, 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return {top: count * step, ticks: Array.from({length: count + 1}, (_, i) => i * step)};
}

/* The lines to draw: [{name, values}], one value or null a point. One line has no name. */
export function linesOf(points, lines) {
  return lines?.length ? lines.map(({name, points: own, values}) => ({
    name, values: values ?? points.map((_, i) => own?.[i]?.value ?? null)}))
    : [{name: '', values: points.map(({value}) => value ?? null)}];
}

/* Neighbours that are both there: a gap in the counts is a gap in the line. */
export function strokesOf(values) {
  const strokes = [];
  let last = null;
  values.forEach((value, i) => {
    if (value === null || value === undefined)
      last = null;
    else if (last)
      last.push(i);
    else
      strokes.push(last = [i]);
  });
  return strokes;
}
