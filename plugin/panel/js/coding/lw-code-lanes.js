// SPDX-License-Identifier: LGPL-2.1-or-later
/* The codes on the timeline: a lane for each coder, painted, as there may be thousands. For the eye
 * alone; the list beside the lesson says the same in words. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {colorOf} from '../palette.js';

const LANE_PX = 14;

class LwCodeLanes extends Element {
  static properties = {model: {}, codes: {}, duration: {}};

  connectedCallback() {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

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

  paint() {
    const canvas = this.querySelector('canvas');
    if (!canvas)
      return;
    const scale = devicePixelRatio || 1, {coders, colors} = this;
    const width = Math.round(canvas.clientWidth * scale);
    canvas.width = width;
    canvas.height = Math.round(coders.length * LANE_PX * scale);
    if (!width || !this.duration)
      return;
    const context = canvas.getContext('2d');
    const mirrored = getComputedStyle(this).direction === 'rtl';
    for (const note of this.codes) {
      const top = coders.indexOf(note.author) * LANE_PX * scale;
      const long = Math.max(note.end > note.start ? 0 : 2.5 * scale,
                            (note.end - note.start) / this.duration * width);
      const x = Math.min(note.start / this.duration * width, width - 2.5 * scale);
      context.fillStyle = colors.get(note.tags[0]) ?? '#858585';
      // What lasts is a low bar, so that a moment within it is still seen.
      const [from, height] = note.end > note.start ? [0.62, 0.3] : [0.08, 0.84];
      context.fillRect(mirrored ? width - x - long : x, top + from * LANE_PX * scale, Math.max(long, 1),
                       height * LANE_PX * scale);
    }
  }

  render() {
    if (!this.codes?.length)
      return nothing;
    const names = this.coders.map((person) => t('code.lane', {name: this.model.nameOf(person)})).join('\n');
    this.style.setProperty('--lanes', this.coders.length);
    return html`<canvas class="code-lanes" title=${names}></canvas>`;
  }
}

customElements.define('lw-code-lanes', LwCodeLanes);
