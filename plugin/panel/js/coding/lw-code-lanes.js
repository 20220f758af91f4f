// SPDX-License-Identifier: LGPL-2.1-or-later
/* The codes on the timeline: a lane for each coder, painted, as there may be thousands. For the eye
 * alone; the list beside the lesson says the same in words. */
import {html, nothing} from '../../lib/lit/index.js';
import {Painted} from '../element.js';
import {t} from '../i18n.js';
import {colorOf} from '../palette.js';
import {stack} from './stack.js';

/* A lane is a strip for moments, and below it a row for each of what lasts at once. */
const MOMENT_PX = 9;
const ROW_PX = 5;
const ROWS_MOST = 6;

class LwCodeLanes extends Painted {
  static properties = {model: {}, codes: {}, duration: {}};

  updated() {
    this.paint();
  }

  get coders() {
    return [...new Set(this.codes.map((note) => note.author))].sort();
  }

  /* Each code of the routine has a colour, the same in every lane. */
  get colors() {
    const tags = (this.model.protocol?.code_sheets ?? []).flatMap((sheet) => sheet.codes.map((code, i) =>
        [`${sheet.id}/${code.id}`, colorOf(i)]));
    return new Map(tags);
  }

  /* Of each coder, where in the picture: {top, rowOf}; and how high it is in all. */
  get lanes() {
    const lanes = new Map();
    let height = 0;
    for (const person of this.coders) {
      const {rows, rowOf} = stack(this.codes.filter((note) => note.author === person), ROWS_MOST);
      lanes.set(person, {top: height, rowOf});
      height += MOMENT_PX + Math.max(1, rows) * ROW_PX;
    }
    return {lanes, height};
  }

  paint() {
    const canvas = this.querySelector('canvas');
    if (!canvas)
      return;
    const scale = devicePixelRatio || 1, {colors} = this, {lanes, height} = this.laid;
    const width = Math.round(canvas.clientWidth * scale);
    canvas.width = width;
    canvas.height = Math.round(height * scale);
    if (!width || !this.duration)
      return;
    const context = canvas.getContext('2d');
    const mirrored = getComputedStyle(this).direction === 'rtl';
    for (const note of this.codes) {
      const {top, rowOf} = lanes.get(note.author), row = rowOf.get(note.id);
      const long = Math.max(row === undefined ? 2.5 * scale : 0, (note.end - note.start) / this.duration * width);
      const x = Math.min(note.start / this.duration * width, width - 2.5 * scale);
      context.fillStyle = colors.get(note.tags[0]) ?? '#858585';
      // What lasts is a low bar, so that a moment within it is still seen.
      const [from, high] = row === undefined ? [1, MOMENT_PX - 1] : [MOMENT_PX + row * ROW_PX, ROW_PX - 1];
      context.fillRect(mirrored ? width - x - long : x, (top + from) * scale, Math.max(long, 1), high * scale);
    }
  }

  render() {
    if (!this.codes?.length)
      return nothing;
    const names = this.coders.map((person) => t('code.lane', {name: this.model.nameOf(person)})).join('\n');
    this.laid = this.lanes;
    this.style.setProperty('--lanes', `${this.laid.height}px`);
    return html`<canvas class="code-lanes" title=${names}></canvas>`;
  }
}

customElements.define('lw-code-lanes', LwCodeLanes);
