// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the walk before left open, where that walk is open to this person: wonderings, steps with what
 * became of them, marks of progress, clips that were shared. Each leads back to where it stands. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';

class LwBefore extends Element {
  static properties = {model: {}, before: {state: true}};

  constructor() {
    super();
    this.before = null;
    this.asked = null;
  }

  willUpdate() {
    const previous = this.model.walk?.previous;
    if (!previous || this.asked === this.model.id)
      return;
    this.asked = this.model.id;
    this.before = null;
    room.get(`walks/${this.model.id}/before`).then((before) => { this.before = before; },
                                                  () => { this.asked = null; });
  }

  render() {
    if (!this.before?.walk || !this.model.walk?.previous)
      return nothing;
    const {walk, title, items, successes, clips} = this.before;
    const moment = ({segment, start}) => `#walk=${walk}&segment=${segment}&at=${start}`;
    const of = (type) => items.filter((item) => item.type === type);
    const stateOf = (step) => of('follow-up').filter((one) => one.step === step.id)
        .sort((a, b) => a.on < b.on ? -1 : 1).at(-1)?.state;
    const section = (key, list) => list.length ? html`<h3>${t(key)}</h3><ul class="points">${list}</ul>` : nothing;
    return html`<details class="before"><summary>${icon('board')} ${t('before.title', {title})}</summary>
      ${section('before.wonderings', of('outcome').map((one) => html`<li dir="auto">${one.text}</li>`))}
      ${section('before.steps', of('step').map((one) => html`<li><span dir="auto">${one.text}</span>
          ${stateOf(one) ? html`<span class="chip">${t(`follow.${stateOf(one)}`)}</span>` : nothing}</li>`))}
      ${section('before.successes', successes.map((note) => html`<li><a dir="auto"
          href=${moment(note)}>${note.text}</a></li>`))}
      ${section('before.clips', clips.map((clip) => html`<li><a dir="auto" href=${moment(clip)}
          data-clip=${clip.id}>${clip.title}</a></li>`))}
      <a class="button small" href="#walk=${walk}&view=board">${t('before.open')}</a></details>`;
  }
}

customElements.define('lw-before', LwBefore);
