// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The walk's clock: which visit it is, how much time is left, and what comes next; the same for all.
 * Emits "lw-visit-over" {visit} when one has ended, "lw-visit" {visit, was} when the walk goes to
 * another one, "lw-visit-form" {visit}, and "lw-with-walk" for who wants to go where the others are.
 */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {recall, remember} from '../keep.js';
import {room} from '../room.js';
import {formatLeft} from '../phase/countdown.js';
import {chime} from './chime.js';
import {hasTurns, isPast, placeName, plannedMinutes, segmentOf, turnOf} from './walk-clock.js';

const TICK_MS = 250;
const NEARLY_MS = 120000;

function stateOf({clock, writing, over, left_ms: left}) {
  return over ? 'over' : !clock.running ? 'stands' : writing ? 'writing' : left <= NEARLY_MS ? 'nearly' : 'visit';
}

class LwWalkClock extends Element {
  static properties = {model: {}, segment: {}, said: {state: true}, trouble: {state: true}};

  constructor() {
    super();
    this.said = '';
    this.trouble = '';
    this.seen = undefined; // the turn at the last look; null: there was none
    this.been = new Set(); // visits that she was at while the walk was
    this.onVisible = () => {
      // The clock of a machine that slept may have stood.
      if (!document.hidden && this.seen?.clock.running)
        this.model.refresh();
    };
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.look(), TICK_MS);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  willUpdate() {
    if (this.seen !== undefined)
      this.look();
  }

  /* ---- what time makes of it ---- */

  look() {
    if (!this.model?.walk || (this.model.stale && this.seen === undefined))
      return;
    const turn = turnOf(this.model), before = this.seen;
    this.seen = turn;
    if (turn && !turn.writing && !turn.over && this.segment?.visit === turn.visit.id)
      this.been.add(turn.visit.id);
    // What runs already when the page is opened is not news: it can be looked up.
    if (before !== undefined)
      this.compare(before, turn);
    const shown = this.lineOf(turn);
    if (shown !== this.shown)
      this.requestUpdate();
    this.shown = shown;
  }

  lineOf(turn) {
    return turn && `${turn.visit.id} ${turn.writing} ${turn.over} ${turn.clock.running} ${formatLeft(turn.left_ms)}`;
  }

  compare(before, turn) {
    const isOn = before && !before.writing && !before.over;
    const hasMoved = turn && before?.visit.id !== turn.visit.id;
    if (isOn && turn && (turn.index > before.index || (!hasMoved && (turn.writing || turn.over)))) {
      this.tell('end', turn.writing || turn.over ? t('turn.ended', {place: this.nameOf(before.visit)}) : '');
      this.emit('lw-visit-over', {visit: before.visit.id});
    } else if (!hasMoved && isOn && turn && before.left_ms > NEARLY_MS && turn.left_ms <= NEARLY_MS) {
      this.tell('nearly', t('turn.nearly', {place: this.nameOf(turn.visit)}));
    }
    if (!turn || turn.over || turn.writing || (!hasMoved && !before?.writing))
      return;
    this.tell('end', t('turn.begun', {place: this.nameOf(turn.visit), count: Math.round(turn.left_ms / 60000)}));
    if (hasMoved)
      this.emit('lw-visit', {visit: turn.visit.id, was: before?.visit.id ?? null});
  }

  tell(kind, words) {
    if (words)
      this.said = words;
    if (recall('chime') !== 'off')
      chime(kind);
  }

  nameOf(visit) {
    return placeName(this.model, visit);
  }

  /* ---- what who keeps time does ---- */

  async act(act, fields = {}) {
    try {
      this.trouble = '';
      const {clock} = await room.post(`walks/${this.model.id}/clock`, {act, ...fields});
      if (clock)
        this.model.hearTimers([clock]);
    } catch (error) {
      this.trouble = error.message;
    }
  }

  start(event) {
    event.preventDefault();
    const fields = new FormData(event.target);
    this.act('start', {minutes: Number(fields.get('minutes')), after: Number(fields.get('after'))});
  }

  goOn({next}) {
    this.act('move', {visit: next.visit.id, writing: next.writing});
  }

  /* ---- how it looks ---- */

  render() {
    const {model} = this, turn = model.walk && turnOf(model);
    const may = model.may.keep_time;
    return html`<p class="visually-hidden" role="status">${this.said}</p>
      ${turn ? this.running(turn, may) : may && hasTurns(model) ? this.begin() : nothing}
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}`;
  }

  begin() {
    const planned = plannedMinutes(this.model);
    const field = (name, label, value, least) => html`<label>${label}
        <span><input type="number" name=${name} min=${least} max="600" required .value=${String(value)}>
        ${t('timer.unit')}</span></label>`;
    return html`<form class="walk-clock" data-state="none" @submit=${this.start}>
      ${icon('timer')}<p class="turn-about">${t('turn.about', {count: this.model.walk.visits.length})}</p>
      ${field('minutes', t('turn.each'), planned.visit, 1)}${field('after', t('turn.after'), planned.after, 0)}
      <button class="small" data-act="clock-start">${t('turn.start')}</button></form>`;
  }

  /* Her forms on visits that are over, where she was: what is not handed in is said to her alone. */
  unfinished() {
    const {model} = this;
    return model.walk.visits.filter((visit) => {
      const segment = isPast(model, visit.id) ? segmentOf(model, visit.id) : null;
      const form = segment && model.formOn(segment);
      const was = this.been.has(visit.id) || segment?.tracks.some((one) => one.person === model.me.person);
      return form && was && model.mayOn(segment).write && !model.isHandedIn(form, segment.id);
    });
  }

  running(turn, may) {
    const {visit, writing, over, left_ms: left, next} = turn;
    const place = this.nameOf(visit), {length} = this.model.walk.visits;
    const state = stateOf(turn);
    const isElsewhere = !over && this.segment?.visit !== visit.id;
    return html`<section class="walk-clock" data-state=${state} aria-label=${t('turn.label')}>
      <span class="turn-left" role="timer" data-state=${state}
          aria-label=${t('timer.left', {time: formatLeft(left)})}>
        ${icon('timer')} <b>${formatLeft(left)}</b></span>
      <p class="turn-where" dir="auto"><b>${over ? t('turn.over') : writing ? t('turn.writing', {place}) : place}</b>
        <span>${over ? nothing : t('turn.of', {number: number(turn.index + 1), count: number(length)})}${
          state === 'stands' ? ` · ${t('timer.stands')}` : ''}${
          next && !over ? html` · <span class="turn-next" dir="auto">${next.writing ? t('turn.then-write')
            : t('turn.then', {place: this.nameOf(next.visit)})}</span>` : nothing}</span></p>
      ${isElsewhere ? html`<button class="primary small" data-act="with-walk"
          @click=${() => this.emit('lw-with-walk')}>${t('turn.with-walk')}</button>` : nothing}
      ${this.unfinished().map((one) => html`<button class="small turn-form" data-act="turn-form"
          @click=${() => this.emit('lw-visit-form', {visit: one.id})}>${icon('edit')} ${
          t('turn.form', {place: this.nameOf(one)})}</button>`)}
      ${may ? this.acts(turn) : nothing}
      <button class="flat icon-only small" data-act="clock-sound" aria-pressed=${recall('chime') === 'off'}
          aria-label=${t('turn.mute')} title=${t('turn.mute')} @click=${() => {
            remember('chime', recall('chime') === 'off' ? null : 'off');
            this.requestUpdate();
          }}>${icon(recall('chime') === 'off' ? 'sound-off' : 'sound')}</button>
    </section>`;
  }

  acts(turn) {
    const {clock, next, over} = turn;
    const more = (minutes) => html`<button class="small" data-act="clock-more-${minutes}"
        aria-label=${t('timer.more-label', {count: minutes})}
        @click=${() => this.act('extend', {minutes})}>${t('timer.more', {number: number(minutes)})}</button>`;
    return html`<span class="turn-acts">
      ${next && !over ? html`<button class="small" data-act="clock-move" @click=${() => this.goOn(turn)}>${
          next.writing ? t('turn.end-visit') : t('turn.go-on', {place: this.nameOf(next.visit)})}</button>` : nothing}
      ${over ? nothing : clock.running ? html`<button class="small" data-act="clock-pause"
          @click=${() => this.act('pause')}>${t('timer.pause')}</button>` : html`<button class="small"
          data-act="clock-go-on" @click=${() => this.act('go-on')}>${t('timer.go-on')}</button>`}
      ${more(1)}${more(5)}
      <button class="small" data-act="clock-end" @click=${() => this.act('end')}>${
        t(over ? 'timer.put-away' : 'turn.end')}</button></span>`;
  }
}

/* The time that is left alone, where the rest is scrolled away. */
class LwTimeLeft extends Element {
  static properties = {model: {}, left: {state: true}, state: {state: true}};

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.look(), TICK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  willUpdate() {
    this.look();
  }

  look() {
    const turn = this.model?.walk ? turnOf(this.model) : null;
    this.left = turn && !turn.over ? formatLeft(turn.left_ms) : null;
    this.state = turn ? stateOf(turn) : '';
  }

  render() {
    return this.left === null ? nothing : html`<span class="turn-left" role="timer" data-state=${this.state}
        aria-label=${t('timer.left', {time: this.left})}>${icon('timer')} <b>${this.left}</b></span>`;
  }
}

customElements.define('lw-walk-clock', LwWalkClock);
customElements.define('lw-time-left', LwTimeLeft);
