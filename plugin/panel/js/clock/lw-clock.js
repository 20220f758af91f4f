// SPDX-License-Identifier: LGPL-2.1-or-later
/* A visit that gives no media, a classroom or a meeting beside this page: the time of day, and the two
 * gestures. What is pinned joins the recording when there is one. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {timeOfDay} from '../time.js';

const TICK_MS = 250;

class LwClock extends Element {
  static properties = {model: {}, segment: {}, shown: {state: true}};

  connectedCallback() {
    super.connectedCallback();
    this.look();
    this.ticking = setInterval(() => this.look(), TICK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  look() {
    this.shown = timeOfDay(this.model.clock.read().at);
  }

  render() {
    const may = this.model.mayOn(this.segment);
    const {classroom, school} = this.model.walk.visits.find((one) => one.id === this.segment.visit) ?? {};
    const doubtful = this.model.clock.isDoubtful;
    return html`<section class="clock-page" aria-labelledby="clock-title">
      <h2 id="clock-title" dir="auto">${[classroom, school].filter(Boolean).join(', ') || t('clock.title')}</h2>
      <p class="clock-now" role="timer" aria-live="off"><span class="visually-hidden">${t('clock.now')}</span>
        <b>${this.shown}</b></p>
      <p class="calm">${t('clock.about')}</p>
      ${may.write ? html`<p class="clock-pins">
          <button class="primary" data-act="noticing" @click=${() => this.emit('lw-pin', 'noticing')}>${icon('noticing')}
            ${t('kind.noticing')} <kbd>N</kbd></button>
          <button class="primary" data-act="wondering" @click=${() => this.emit('lw-pin', 'wondering')}>${icon('wondering')}
            ${t('kind.wondering')} <kbd>W</kbd></button></p>` : html`<p class="hint">${t('pin.closed')}</p>`}
      ${doubtful ? html`<p class="hint">${icon('warning')} ${t('clock.alone')}</p>` : nothing}
      ${this.model.may.upload ? html`<p class="hint">${t('clock.later')}
          <button class="small" @click=${() => this.emit('lw-upload')}>${icon('upload')} ${t('upload.title')}</button></p>`
        : nothing}
    </section>`;
  }
}

customElements.define('lw-clock', LwClock);
