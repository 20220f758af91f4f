// SPDX-License-Identifier: LGPL-2.1-or-later
/* The clips of a lesson, for the teacher whose lesson it is: a range becomes a film of its own, and
 * each link to it is for somebody, for a while. */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {Dialog} from './dialog.js';
import {place, say} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';
import {formatExact, formatSpan, parseTime} from './time.js';
import './lw-shares.js';

const LOOK_MAKING_MS = 800;
const LOOK_MS = 4000;

class LwClipsDialog extends Dialog {
  static properties = {
    segment: {}, clips: {state: true}, range: {state: true}, shown: {state: true},
    asking: {state: true}, busy: {state: true},
  };

  constructor() {
    super();
    this.reset();
  }

  reset() {
    this.clips = null;
    this.days = 14;
    this.shown = null;  // id of the clip whose links are shown
    this.asking = null; // id of the clip that is to be deleted, or not
    this.range = {start: 0, end: 0};
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /* @range: {start, end, title}, or null: what the lesson has. */
  async show(range) {
    this.reset();
    this.range = {start: range?.start ?? 0, end: range?.end ?? 0};
    this.trouble = '';
    await this.updateComplete;
    this.querySelector('form').reset();
    for (const name of ['start', 'end']) {
      this.field(name).value = range ? formatExact(range[name]) : '';
      this.field(name).setCustomValidity('');
    }
    this.field('title').value = range?.title ?? '';
    this.field('with_notes').checked = true;
    super.show();
    (range ? this.field('title') : this.field('start')).focus();
    this.look();
  }

  field(name) {
    return this.querySelector(`[name=${name}]`);
  }

  async look() {
    clearTimeout(this.timer);
    const {id} = this.segment;
    try {
      const {clips, days} = await room.get(`segments/${id}/clips`);
      if (id !== this.segment?.id)
        return;
      this.hear(clips);
      this.days = days ?? this.days;
      if (this.trouble === this.lookTrouble)
        this.trouble = '';
    } catch (error) {
      this.trouble ||= this.lookTrouble = error.message;
    }
    clearTimeout(this.timer);
    if (this.dialog?.open)
      this.timer = setTimeout(() => this.look(),
                              this.clips?.some(isMaking) ? LOOK_MAKING_MS : LOOK_MS);
  }

  hear(clips) {
    for (const clip of clips) {
      const before = this.clips?.find((one) => one.id === clip.id);
      if (before && isMaking(before) && clip.state === 'ready')
        say(t('clips.made', {title: clip.title}));
    }
    this.clips = clips;
  }

  setTime(event) {
    const field = event.target;
    const ns = parseTime(field.value);
    field.setCustomValidity(Number.isNaN(ns) ? t('clips.not-a-time') : '');
    this.range = {...this.range, [field.name]: ns};
    this.checkOrder();
  }

  checkOrder() {
    const {start, end} = this.range;
    const end_field = this.field('end');
    if (!Number.isNaN(end))
      end_field.setCustomValidity(end > start || Number.isNaN(start) ? ''
                                                                    : t('clips.not-a-range'));
  }

  async make(event) {
    event.preventDefault();
    const form = event.target;
    this.busy = true;
    await this.try(async () => {
      const clip = await room.post(`segments/${this.segment.id}/clips`, {
        ...this.range, title: this.field('title').value.trim(),
        with_notes: this.field('with_notes').checked});
      form.reset();
      this.shown = clip.id;
      await this.look();
      await this.updateComplete;
      this.querySelector(`[data-clip="${clip.id}"] .clip-open`)?.focus();
      this.querySelector(`[data-clip="${clip.id}"]`)?.scrollIntoView({block: 'nearest'});
    });
    this.busy = false;
  }

  async delete(clip) {
    await this.try(async () => {
      await room.call('DELETE', `clips/${clip.id}`);
      this.asking = null;
      say(t('clips.deleted'));
      await this.look();
      this.querySelector('#clips-all').focus();
    });
  }

  /* Nobody has a link to it that opened anything: no question is asked. */
  async cancel(clip) {
    await this.try(async () => {
      await room.call('DELETE', `clips/${clip.id}`);
      say(t('clips.cancelled', {title: clip.title}));
      await this.look();
      this.querySelector('#clips-all').focus();
    });
  }

  render() {
    const title = this.segment?.title;
    return html`<dialog class="wide-dialog" aria-labelledby="clips-title"
        @close=${() => clearTimeout(this.timer)}>
      <h2 id="clips-title">${t('clips.title')}${title ? html`: <bdi>${title}</bdi>` : nothing}</h2>
      ${this.closeButton()}
      <p class="hint">${t('clips.hint')}</p>
      ${this.form()}
      ${this.complaint()}
      <h3 id="clips-all" tabindex="-1">${t('clips.all')}</h3>
      ${this.clips === null ? html`<p class="calm" role="status">${t('app.loading')}</p>`
        : this.clips.length === 0 ? html`<p class="calm">${t('clips.none')}. ${t('clips.none-hint')}</p>`
        : html`<ul class="clip-list">${repeat([...this.clips].reverse(), (clip) => clip.id,
                                             (clip) => this.row(clip))}</ul>`}
      ${this.said()}
    </dialog>`;
  }

  form() {
    const time = (name) => html`<label>${t(name === 'start' ? 'clips.from' : 'clips.to')}
        <input name=${name} required inputmode="decimal" dir="ltr" autocomplete="off"
            aria-describedby="clips-time-hint"
            @input=${this.setTime}></label>`;
    return html`<form class="card clip-form" aria-label=${t('clips.new')} @submit=${this.make}>
      <h3>${t('clips.new')}</h3>
      <div class="pair">${time('start')}${time('end')}</div>
      <p class="hint" id="clips-time-hint">${t('clips.time-hint')}</p>
      <label>${t('clips.name')}<input name="title" required maxlength="150" dir="auto"
          aria-describedby="clips-name-hint"></label>
      <p class="hint" id="clips-name-hint">${t('clips.name-hint')}</p>
      <div class="form-end"><label class="check"><input type="checkbox" name="with_notes">
          ${t('clips.with-notes')}</label>
        <button class="primary" ?disabled=${this.busy}>${icon('clip')} ${t('clips.make')}</button>
      </div></form>`;
  }

  row(clip) {
    const isShown = this.shown === clip.id;
    const links = clip.shares.length ? t('clips.links', {count: clip.shares.length})
                                     : t('clips.links-none');
    return html`<li class="card clip-row" data-clip=${clip.id} data-state=${clip.state}>
      <div class="clip-head">
        <button class="flat clip-open" aria-expanded=${isShown} aria-controls="clip-${clip.id}"
            @click=${() => { this.shown = isShown ? null : clip.id; }}>
          <b><bdi>${clip.title}</bdi></b>
          <span class="calm">${formatSpan(clip.start, clip.end)} · ${links}</span></button>
        <button class="flat icon-only" aria-label="${t('clips.delete')}: ${clip.title}"
            title=${t('clips.delete')} @click=${() => { this.asking = clip.id; }}>
            ${icon('delete')}</button>
      </div>
      ${this.asking === clip.id ? this.ask(clip) : nothing}
      ${isMaking(clip) ? this.progress(clip) : clip.state === 'failed' ? html`<p class="notice warning" role="alert">${
            t('clips.failed', {message: clip.message ?? ''})}</p>` : nothing}
      <div id="clip-${clip.id}" ?hidden=${!isShown}>${isShown && clip.state === 'ready'
        ? html`<lw-shares .clip=${clip} .days=${this.days} @lw-shared=${() => this.look()}></lw-shares>`
        : nothing}</div>
    </li>`;
  }

  /* Told to screen readers once, not at each hundredth: they ask the bar. */
  progress(clip) {
    const percent = Math.floor((clip.progress ?? 0) * 100);
    const isFirst = this.clips.find(isMaking) === clip;
    return html`<div class="upload"><p>${isFirst ? t('clips.making', {percent})
                                                 : t('clips.waiting')}</p>
      <div class="meter" role="progressbar" aria-label="${t('clips.progress')}: ${clip.title}"
          aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}><i
          ${place({'inline-size': `${percent}%`})}></i></div>
      <button class="flat small" aria-label="${t('clips.cancel')}: ${clip.title}"
          @click=${() => this.cancel(clip)}>${t('clips.cancel')}</button></div>`;
  }

  ask(clip) {
    return html`<div class="notice warning" role="alertdialog" aria-label=${t('clips.delete')}
        aria-describedby="ask-${clip.id}">
      <p id="ask-${clip.id}">${t('clips.delete-ask', {title: clip.title})}</p>
      <div class="dialog-end">
        <button @click=${() => { this.asking = null; }}>${t('app.cancel')}</button>
        <button class="danger" @click=${() => this.delete(clip)}>${t('clips.delete-yes')}</button>
      </div></div>`;
  }
}

function isMaking({state}) {
  return state === 'making';
}

customElements.define('lw-clips-dialog', LwClipsDialog);
