// SPDX-License-Identifier: LGPL-2.1-or-later
/* Small pictures, in the colour of the text around them. */
import {svg} from '../lib/lit/index.js';

const PATHS = {
  back: 'M10.5 2.5L5 8l5.5 5.5',
  play: '!M4 2.5v11l9.5-5.5z',
  pause: '!M3.5 2.5h3.3v11H3.5zM9.2 2.5h3.3v11H9.2z',
  'frame-back': '!M11 3v10L3.5 8zM12.2 3h1.8v10h-1.8z',
  'frame-forward': '!M5 3v10l7.5-5zM2 3h1.8v10H2z',
  noticing: '!M8 3C4.6 3 1.7 5 .3 8c1.4 3 4.3 5 7.7 5s6.3-2 7.7-5C14.3 5 11.4 3 8 3zm0 2c2.3 0 4.3 1.2 5.4 3-1.1 1.8-3.1 3-5.4 3S3.7 9.8 2.6 8C3.7 6.2 5.7 5 8 5zM8 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z',
  wondering: '!M8 1C5.5 1 4 2.6 4 4.8h2C6 3.6 6.7 3 8 3s2 .7 2 1.7c0 .8-.4 1.3-1.3 2C7.5 7.6 7 8.4 7 9.7v.8h2v-.6c0-.8.3-1.1 1.1-1.7C11.3 7.3 12 6.3 12 4.7 12 2.5 10.4 1 8 1zM8 11.9a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8z',
  progress: 'M2.5 8.5l3.5 3.5 7.5-8',
  reply: 'M6.5 3L2.5 7l4 4M2.5 7h7c2.5 0 4 1.5 4 5.5',
  focus: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.7 3.7',
  filter: 'M2 4h12M4 8h8M6.5 12h3',
  undo: 'M5.5 3L2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H7',
  sound: 'M2 6v4h2.5L8 13V3L4.5 6zM10.5 5.5a3.5 3.5 0 0 1 0 5M12.3 3.5a6.3 6.3 0 0 1 0 9',
  'sound-off': 'M2 6v4h2.5L8 13V3L4.5 6zM11 6l4 4M15 6l-4 4',
  captions: 'M2 3.5h12v9H2zM4.5 10h3M9.5 10h2',
  fullscreen: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  loop: 'M4 5h7a3 3 0 0 1 0 6H5a3 3 0 0 1-2.7-4.3M6 2.5L3.5 5 6 7.5',
  keys: 'M1.5 4h13v8h-13zM4 6.5h.6M7.5 6.5h.6M11 6.5h.6M5 9.5h6',
  people: 'M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.2a2.2 2.2 0 0 1 0 4.2M12.3 9.8c1.4.6 2.2 1.9 2.2 3.7',
  invite: 'M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M13 4v5M10.5 6.5h5',
  upload: 'M8 11V3M4.5 6L8 2.5 11.5 6M2.5 10.5v3h11v-3',
  edit: 'M3 13l.7-3L11 2.7l2.3 2.3L6 12.3z',
  delete: 'M3 4.5h10M6 4.5V2.5h4v2M4.5 4.5l.5 9h6l.5-9',
  kept: 'M2.5 8.5l3.5 3.5 7.5-8',
  here: 'M2.5 3h11v7.5h-11zM5.5 13.5h5M8 10.5v3',
  away: 'M2 2l12 12M4.5 12.5A3 3 0 0 1 4 6.6M7 4.2A4 4 0 0 1 12 7a2.8 2.8 0 0 1 1.5 4.7',
  warning: 'M8 2L1.5 13.5h13zM8 6.5v3.5M8 11.8v.4',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  more: '!M8 1.8a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM8 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM8 11.2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z',
  clip: 'M2 4h12v8H2zM5 4v8M11 4v8',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.200 8.800M9 11.5l-1.2 1.200a3 3 0 0 1-4.300-4.300L4.800 7.200',
  work: 'M4 1.500h5.500L13 5v9.500H4zM9.500 1.500V5H13M6.500 8.500h4M6.500 11h4',
  erase: 'M6 13.500h7.500M2.500 9.500L9 3l4.500 4.500-6 6H5zM5.800 6.200l4.500 4.500',
  board: 'M2 2.500h5v5.500H2zM9 2.500h5v3H9zM9 8h5v5.500H9zM2 10.500h5v3H2z',
  print: 'M4.500 6V2h7v4M4.500 11H2.500V6h11v5h-2M4.500 9h7v5h-7z',
  timer: 'M8 4.500a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM8 7v2.800l1.800 1M6.500 1.500h3',
  plus: 'M8 2.5v11M2.5 8h11',
  down: 'M3.5 6L8 10.5 12.5 6',
};

/* Those that point the way that reading goes. */
const MIRRORED = new Set(['back', 'reply', 'undo']);

export function icon(name) {
  const path = PATHS[name];
  const filled = path.startsWith('!');
  return svg`<svg class=${MIRRORED.has(name) ? 'icon mirrored' : 'icon'} viewBox="0 0 16 16"
      aria-hidden="true" focusable="false"><path d=${filled ? path.slice(1) : path}
      fill=${filled ? 'currentColor' : 'none'} fill-rule="evenodd"
      stroke=${filled ? 'none' : 'currentColor'} stroke-width="1.7" stroke-linecap="round"
      stroke-linejoin="round"></path></svg>`;
}
