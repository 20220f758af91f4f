// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Notes by the clock on a recording that came later: where they stand, by what that is known, and how
 * it is put right: by the time of day at which the recording began, or by playing until the moment of
 * one note is on screen.
 */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {say} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {room} from '../room.js';
import {formatTime, timeOfDay} from '../time.js';
import {between, toWall} from './room-clock.js';

const two = (number) => String(number).padStart(2, '0');

/* As the two fields have it, in this machine's zone; tenths of a second where there are some. */
function toFields(wall) {
  const at = new Date(wall), tenths = Math.floor(at.getMilliseconds() / 100);
  return {day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
          time: `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${tenths ? `.${tenths}` : ''}`};
}

class LwAnchor extends Dialog {
  static properties = {...Dialog.properties, segment: {}, notes: {}, began: {state: true}, chosen: {state: true}};

  willUpdate() {
    // Of another lesson nothing is said here.
    if (this.segment.id !== this.shownFor) {
      this.shownFor = this.segment.id;
      this.began = null;
    }
  }

  /* Those that were pinned by the clock, in their order. */
  get pinned() {
    return this.notes.filter((note) => note.wall && note.kind !== 'reply');
  }

  get maySay() {
    return Boolean(this.model.isLead || this.segment.is_mine);
  }

  show() {
    this.began = this.segment.anchor;
    this.chosen = this.pinned[0]?.id ?? null;
    this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  close() {
    this.trouble = '';
    this.began = null;
    this.updateComplete.then(() => this.querySelector('[data-act=anchor]')?.focus());
  }

  set(began) {
    if (Number.isNaN(Date.parse(began)))
      return;
    this.began = began;
  }

  setBy(form) {
    const {day, time} = Object.fromEntries(new FormData(form));
    const at = new Date(`${day}T${time}`);
    if (day && time && !Number.isNaN(at.getTime()))
      this.set(toWall(at.getTime()));
  }

  nudge(seconds) {
    this.set(toWall(Date.parse(this.began) + seconds * 1000));
  }

  /* Its moment is on screen: then the recording began so long before its gesture. */
  itIsHere() {
    const note = this.pinned.find((one) => one.id === this.chosen);
    const now = document.querySelector('lw-player').now();
    this.set(toWall(Date.parse(note.wall) - now / 1e6));
  }

  play(note) {
    this.chosen = note.id;
    document.querySelector('lw-player')?.playFrom(Math.max(0, between(this.began, note.wall)));
  }

  save(event) {
    event.preventDefault();
    this.try(async () => {
      await room.call('PUT', `segments/${this.segment.id}/anchor`, {began: this.began});
      await this.model.refresh();
      say(t('anchor.said', {time: timeOfDay(this.began)}));
      this.close();
    });
  }

  render() {
    const {segment} = this;
    const count = this.pinned.length;
    if (!segment.anchor || segment.by_clock || !(count || this.maySay))
      return nothing;
    return html`<p class="notice anchor-line">${icon(segment.anchor_by === 'visit' ? 'warning' : 'kept')}
      <span>${t(`anchor.by-${segment.anchor_by}${count ? '' : '-none'}`, {time: timeOfDay(segment.anchor), count})}</span>
      ${this.maySay && !this.began ? html`<button class="small" data-act="anchor" @click=${() => this.show()}>${
          t(segment.anchor_by === 'visit' ? 'anchor.say' : 'anchor.change')}</button>` : nothing}</p>
    ${this.began ? html`<section class="anchor-box" aria-labelledby="anchor-title">
      <h2 id="anchor-title">${t('anchor.title')}</h2>${this.form()}</section>` : nothing}`;
  }

  form() {
    const {day, time} = toFields(this.began);
    return html`<form @submit=${this.save} @change=${(event) => this.setBy(event.currentTarget)}>
      <p class="hint">${t('anchor.hint')}</p>
      <div class="anchor-fields">
        <label>${t('anchor.day')}<input type="date" name="day" required .value=${day}></label>
        <label>${t('anchor.time')}<input type="time" name="time" required step="0.1" .value=${time}></label></div>
      <div class="anchor-nudge" role="group" aria-label=${t('anchor.nudge')}>${[-10, -1, -0.1, 0.1, 1, 10].map((by) =>
        html`<button type="button" class="small" @click=${() => this.nudge(by)}
            aria-label=${t(by < 0 ? 'anchor.earlier' : 'anchor.later', {seconds: Math.abs(by)})}>${
              by > 0 ? `+${by}` : `−${-by}`} s</button>`)}</div>
      <h3>${t('anchor.check')}</h3><p class="hint">${t('anchor.check-hint')}</p>
      <ul class="anchor-notes">${this.pinned.map((note) => this.row(note))}</ul>
      ${this.complaint()}
      <div class="dialog-end"><button type="button" class="flat" @click=${this.close}>${t('app.cancel')}</button>
        <button class="primary">${t('app.save')}</button></div></form>`;
  }

  row(note) {
    const at = between(this.began, note.wall), {duration} = this.segment;
    const outside = at < 0 ? 'anchor.before' : duration && at > duration ? 'anchor.behind' : null;
    return html`<li aria-current=${note.id === this.chosen ? 'true' : 'false'}>
      <span class="anchor-when"><b>${timeOfDay(note.wall)}</b> ${outside ? t(outside) : formatTime(at)}</span>
      <span class="anchor-text" dir="auto">${note.text}</span>
      <button type="button" class="small" ?disabled=${at < 0} @click=${() => this.play(note)}>${icon('play')}
        ${t('anchor.play')}</button>
      ${note.id === this.chosen ? html`<button type="button" class="small" @click=${this.itIsHere}>${
          t('anchor.here')}</button>` : nothing}</li>`;
  }
}

customElements.define('lw-anchor', LwAnchor);
