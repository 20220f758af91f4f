// SPDX-License-Identifier: LGPL-2.1-or-later
/* A track has a colour that people with any colour vision tell apart (Okabe and Ito, 2008) and a
 * shape, in the order that the desktop window has. A noticing is filled, a wondering is hollow. */
import {svg} from '../lib/lit/index.js';

const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442',
                '#858585'];
const SHAPES = [
  'M1.7 8a6.3 6.3 0 1 0 12.6 0a6.3 6.3 0 1 0-12.6 0z',
  'M2.6 2.600h10.800v10.800h-10.800z',
  'M8 1.200l7.2 12.600h-14.400z',
  'M8 .7l7.3 7.3-7.3 7.3-7.3-7.300z',
  'M4.5 2h7l3.5 6-3.5 6h-7L1 8z',
  'M8 14.800l7.2-12.600H.8z',
  'M8 .6l2.1 4.9 5.3.5-4 3.5 1.2 5.200L8 12l-4.6 2.7 1.2-5.2-4-3.5 5.3-.5z',
  'M5.7 1h4.600v4.700H15v4.600h-4.700V15H5.700v-4.700H1V5.700h4.700z',
];

export function colorOf(track) {
  return COLORS[track % COLORS.length];
}

export function shapeOf(track) {
  return SHAPES[track % SHAPES.length];
}

/* The mark of a note of @kind in the track with that number: an svg, for lit. */
export function mark(track, kind) {
  const color = colorOf(track);
  const hollow = kind === 'wondering' || kind === 'reply';
  return svg`<svg class="mark" viewBox="-1 -1 18 18" aria-hidden="true" focusable="false"><path
      d=${shapeOf(track)} fill=${hollow ? 'var(--hollow)' : color}
      stroke=${hollow ? color : 'var(--outline)'} stroke-width=${hollow ? 2.6 : 1}
      stroke-linejoin="round"></path></svg>`;
}

/* For a round mark of a person: "AB". */
export function initials(name) {
  const parts = name.replace(/^(Ms|Mr|Mrs|Mx|Dr)\.?\s+/i, '').trim().split(/\s+/);
  return (parts.length > 1 ? [parts[0], parts.at(-1)] : parts)
      .map((part) => [...part][0] ?? '').join('').toUpperCase();
}
