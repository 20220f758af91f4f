// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Several recordings of one visit: what was pinned on one (live, or by the clock) is offered to another
 * that came later. Where the one lies in the other, the room has found by sound or clock; a person says
 * yes, puts it right by playing a note, or says no; and can take it back.
 */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {say} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {room} from '../room.js';
import {formatTime} from '../time.js';

const FRAME_GUESS_NS = 4e7;

/* "2:05.3", of nanoseconds either way. */
export function formatShift(ns) {
  const tenths = Math.round(Math.abs(ns) / 1e8);
  return `${formatTime(Math.floor(tenths / 10) * 1e9)}.${tenths % 10}`;
}

/* Where a moment of the one is in the other, and back. */
export const toHere = (time, {shift, drift_ppb: drift}) => Math.round(time + shift + time * drift / 1e9);
export const toPinned = (time, {shift, drift_ppb: drift}) => Math.round((time - shift) / (1 + drift / 1e9));

class LwAlign extends Dialog {
  static properties = {...Dialog.properties, segment: {}, notes: {}, from: {state: true}, shift: {state: true},
                       drift: {state: true}, chosen: {state: true}};

  willUpdate() {
    if (this.segment.id !== this.shownFor) {
      this.shownFor = this.segment.id;
      this.from = null;
    }
  }

  /* What could come here, or has come: {from, title, placed?, offer?}. */
  get sources() {
    const {visit, tracks, offers = []} = this.segment;
    const placed = new Map(tracks.filter((one) => one.pinned_on).map((one) => [one.pinned_on, one]));
    return this.model.segments.filter((one) => one.visit === visit && one.id !== this.segment.id)
        .map((one) => ({from: one, placed: placed.get(one.id), offer: offers.find(({from}) => from === one.id)}))
        .filter(({from, placed: there, offer}) => there || (offer && offer.state !== 'refused' && from.tracks.length));
  }

  titleOf(from) {
    return from.by_clock ? t('align.by-clock') : from.title || t('align.untitled');
  }

  /* Those that may be seen, with their moments as they were pinned. */
  pinned({from, placed}) {
    const here = new Set(this.segment.tracks.filter((one) => one.pinned_on === from.id).map((one) => one.id));
    return [...this.model.notesOf(from.id).map((note) => ({note, at: note.start})),
            ...(placed ? this.model.notesOf(this.segment.id).filter((note) => here.has(note.track))
                .map((note) => ({note, at: toPinned(note.start, placed)})) : [])]
        .filter(({note}) => note.kind !== 'reply' && note.kind !== 'answer').sort((a, b) => a.at - b.at);
  }

  show(source) {
    const {shift = 0, drift_ppb: drift = 0} = source.placed ?? source.offer ?? {};
    this.from = source.from.id;
    this.shift = shift;
    this.drift = drift;
    this.chosen = this.pinned(source)[0]?.note.id ?? null;
    this.updateComplete.then(() => this.querySelector('.anchor-nudge button')?.focus());
  }

  close() {
    this.trouble = '';
    this.from = null;
    this.updateComplete.then(() => this.querySelector('[data-act^=align]')?.focus());
  }

  get player() {
    return document.querySelector('lw-player');
  }

  nudge(ns) {
    this.shift += ns;
  }

  nudgeFrame(by) {
    this.nudge(by * Math.round((this.player?.frameLength ?? FRAME_GUESS_NS / 1e9) * 1e9));
  }

  at(time) {
    return toHere(time, {shift: this.shift, drift_ppb: this.drift});
  }

  play({note, at}) {
    this.chosen = note.id;
    this.player?.playFrom(Math.max(0, this.at(at)));
  }

  /* Its moment is on screen. */
  itIsHere({at}) {
    this.shift += this.player.now() - this.at(at);
  }

  send(method, place, body, said) {
    return this.try(async () => {
      await room.call(method, `segments/${this.segment.id}/${place}`, body);
      await this.model.refresh();
      say(t(said));
      this.close();
    });
  }

  save(event) {
    event.preventDefault();
    this.send('PUT', `brought/${this.from}`, {shift: this.shift, drift_ppb: this.drift}, 'align.said');
  }

  render() {
    if (!this.model.may.upload)
      return nothing;
    return this.sources.map((source) => this.from === source.from.id ? this.form(source) : this.line(source));
  }

  line(source) {
    const {from, placed, offer} = source;
    const title = this.titleOf(from);
    if (placed)
      return html`<p class="notice anchor-line">${icon('kept')}<span>${t('align.placed', {title})}</span>
        <button class="small" data-act="align-change" @click=${() => this.show(source)}>${t('align.change')}</button>
        <button class="small" data-act="align-back" @click=${() =>
            this.send('DELETE', `brought/${from.id}`, undefined, 'align.taken-back')}>${t('align.back')}</button>
        ${this.complaint()}</p>`;
    const found = offer.state === 'found';
    return html`<p class="notice anchor-line">${icon('warning')}<span>${
        t(!found ? 'align.unlike' : `align.found-by-${offer.by}`, {title, agreed: offer.agreed, compared: offer.compared})}</span>
      <button class="small" data-act="align" @click=${() => this.show(source)}>${t(found ? 'align.look' : 'align.by-hand')}</button>
      <button class="small flat" data-act="align-no" @click=${() =>
          this.send('DELETE', `offers/${from.id}`, undefined, 'align.refused')}>${t('align.no')}</button>
      ${this.complaint()}</p>`;
  }

  form(source) {
    const notes = this.pinned(source);
    return html`<section class="anchor-box align-box" aria-labelledby="align-title">
      <h2 id="align-title">${t('align.title', {title: this.titleOf(source.from)})}</h2>
      <form @submit=${this.save}>
      <p role="status">${t(this.shift < 0 ? 'align.later' : 'align.earlier', {time: formatShift(this.shift)})}</p>
      <div class="anchor-nudge" role="group" aria-label=${t('align.nudge')}>${[-1, -0.1].map((by) => this.button(by))}
        <button type="button" class="small" data-act="frame-back" @click=${() => this.nudgeFrame(-1)}>${t('align.frame-earlier')}</button>
        <button type="button" class="small" data-act="frame-on" @click=${() => this.nudgeFrame(1)}>${t('align.frame-later')}</button>
        ${[0.1, 1].map((by) => this.button(by))}</div>
      <h3>${t('anchor.check')}</h3>
      <p class="hint">${t(notes.length ? 'anchor.check-hint' : 'align.none-open')}</p>
      <ul class="anchor-notes">${notes.map((one) => this.row(one))}</ul>
      ${this.complaint()}
      <p class="hint">${t('align.kept')}</p>
      <div class="dialog-end"><button type="button" class="flat" @click=${this.close}>${t('app.cancel')}</button>
        <button class="primary">${t('align.yes')}</button></div></form></section>`;
  }

  button(by) {
    return html`<button type="button" class="small" @click=${() => this.nudge(by * 1e9)}
      aria-label=${t(by < 0 ? 'anchor.earlier' : 'anchor.later', {seconds: Math.abs(by)})}>${
        by > 0 ? `+${by}` : `−${-by}`} s</button>`;
  }

  row(one) {
    const {note} = one, at = this.at(one.at), {duration} = this.segment;
    const outside = at < 0 ? 'anchor.before' : duration && at > duration ? 'anchor.behind' : null;
    return html`<li aria-current=${note.id === this.chosen ? 'true' : 'false'}>
      <span class="anchor-when"><b>${outside ? t(outside) : formatTime(at)}</b></span>
      <span class="anchor-text" dir="auto">${note.text}</span>
      <button type="button" class="small" ?disabled=${at < 0} @click=${() => this.play(one)}>${icon('play')}
        ${t('anchor.play')}</button>
      ${note.id === this.chosen ? html`<button type="button" class="small" data-act="here" @click=${() => this.itIsHere(one)}>${
          t('anchor.here')}</button>` : nothing}</li>`;
  }
}

customElements.define('lw-align', LwAlign);
