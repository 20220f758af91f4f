// SPDX-License-Identifier: LGPL-2.1-or-later
/* The time that is left for what the walk does now: the same for everybody, read out at its start, a
 * minute before its end and at its end. Nothing closes when it is over. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element, say} from '../element.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {room} from '../room.js';
import {hasTurns} from '../clock/walk-clock.js';
import {crossed, formatLeft, leftMs, timerNow} from './countdown.js';
import {phaseNow, stepNow} from './course.js';

const TICK_MS = 250;
const USUAL_MINUTES = 5;

class LwTimer extends Element {
  static properties = {model: {}, said: {state: true}, trouble: {state: true}};

  constructor() {
    super();
    this.said = '';
    this.trouble = '';
    this.left = null; // of the timer when it was looked at last
    this.onTick = () => this.look();
    this.onVisible = () => {
      // The clock of a machine that slept may have stood.
      if (!document.hidden && this.timer?.running)
        this.model.refresh();
    };
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(this.onTick, TICK_MS);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  get timer() {
    return timerNow(this.model.timers, this.model.walk);
  }

  look() {
    const {timer} = this;
    const left = timer ? leftMs(timer) : null;
    if (timer && this.seen)
      this.announce(crossed(this.left, left, timer), timer);
    // What runs already when the page is opened is not read out: it can be looked up.
    this.seen = true;
    const isOther = (left === null) !== (this.left === null) ||
        (left !== null && formatLeft(left) !== formatLeft(this.left));
    this.left = left;
    if (isOther)
      this.requestUpdate();
  }

  announce(what, timer) {
    if (what === 'begun')
      this.said = t('timer.begun', {count: Math.round(timer.length_ms / 60000)});
    else if (what === 'minute')
      this.said = t('timer.minute');
    else if (what === 'end')
      this.said = t('timer.end');
  }

  async act(act, minutes) {
    try {
      this.trouble = '';
      const {timer} = await room.post(`walks/${this.model.id}/timer`, {act, minutes});
      if (timer)
        this.model.hearTimers([timer]);
    } catch (error) {
      this.trouble = error.message;
    }
  }

  start(event) {
    event.preventDefault();
    this.act('start', Number(new FormData(event.target).get('minutes')));
  }

  get planned() {
    const {walk} = this.model;
    return stepNow(walk)?.minutes ?? phaseNow(walk).minutes ?? USUAL_MINUTES;
  }

  render() {
    const {timer} = this;
    const may = this.model.may.keep_time;
    return html`<p class="visually-hidden" role="status">${this.said}</p>
      ${timer ? this.running(timer, may) : may && !hasTurns(this.model) ? this.begin() : nothing}
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}`;
  }

  begin() {
    return html`<form class="timer-begin" @submit=${this.start}>
      <label>${icon('timer')} <span class="visually-hidden">${t('timer.minutes')}</span>
        <input type="number" name="minutes" min="1" max="600" required .value=${String(this.planned)}>
        <span aria-hidden="true">${t('timer.unit')}</span></label>
      <button class="small" data-act="timer-start">${t('timer.start')}</button></form>`;
  }

  running(timer, may) {
    const left = leftMs(timer);
    const state = left === 0 ? 'over' : timer.running ? (left <= 60000 ? 'last' : 'runs') : 'stands';
    const more = (minutes) => html`<button class="small" data-act="timer-more-${minutes}"
        aria-label=${t('timer.more-label', {count: minutes})}
        @click=${() => this.act('extend', minutes)}>${t('timer.more', {number: number(minutes)})}</button>`;
    return html`<div class="timer" data-state=${state}>
      <span class="timer-left" role="timer" aria-label=${t('timer.left', {time: formatLeft(left)})}>
        ${icon('timer')} <b>${formatLeft(left)}</b></span>
      <span class="timer-said">${state === 'over' ? t('timer.over') : state === 'stands' ? t('timer.stands')
        : nothing}</span>
      ${may ? html`<span class="timer-acts">
        ${left === 0 ? nothing : timer.running ? html`<button class="small" data-act="timer-pause"
            @click=${() => this.act('pause')}>${t('timer.pause')}</button>` : html`<button class="small"
            data-act="timer-go-on" @click=${() => this.act('go-on')}>${t('timer.go-on')}</button>`}
        ${more(1)}${more(5)}
        <button class="small" data-act="timer-end" @click=${() => this.act('end')}>${
          t(left === 0 ? 'timer.put-away' : 'timer.end-early')}</button></span>` : nothing}</div>`;
  }
}

customElements.define('lw-timer', LwTimer);
