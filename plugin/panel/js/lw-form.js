// SPDX-License-Identifier: LGPL-2.1-or-later
/* The form of the routine, right after a visit: it begins with what she pinned herself, is on this
 * machine's disk as she types, and is hers alone until the phase opens the notes. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {say} from './element.js';
import {number, t} from './i18n.js';
import {icon} from './icons.js';
import {roundOf, roundTags} from './phase/course.js';
import {room} from './room.js';
import {Saving} from './saving.js';
import {formatTime} from './time.js';
import './lw-wording.js';

const CITES = 'cites:';
const CITES_MAX = 29; // with the field's own name, a moment and the round, as many tags as a note can have

const AT = 'at:';

/* On whose moment it rests beside notes: nanoseconds; null if on none. */
function momentOf(note) {
  const tag = note.tags.find((one) => /^at:\d+$/.test(one));
  return tag ? Number(tag.slice(AT.length)) : null;
}

const citesOf = (note) => note.tags.filter((tag) => tag.startsWith(CITES)).map((tag) =>
    tag.slice(CITES.length));

class LwFormDialog extends Dialog {
  static properties = {...Dialog.properties, segment: {}, parts: {state: true}, missing: {state: true}};

  constructor() {
    super();
    this.parts = []; // {field, tag, note, changed}
    this.missing = [];
    this.saving = new Saving(this, () => this.save());
  }

  get pins() {
    return this.model.notesOf(this.segment.id).filter((note) => note.author === this.model.me.person &&
        ['noticing', 'wondering'].includes(note.kind));
  }

  async show() {
    // What she wrote on another machine comes first, where the room can be asked.
    if (this.model.stale && room.reachable)
      await this.model.refresh();
    const form = this.model.formOn(this.segment);
    if (!form || this.dialog.open)
      return;
    this.form = form;
    this.about = this.segment.id;
    this.missing = [];
    this.parts = form.fields.map((field) => this.begin(field, `${form.id}/${field.id}`));
    super.show();
  }

  /* What she wrote before, here or in the room; else her own pins of that kind. */
  begin(field, tag) {
    const is = (note) => note.kind === 'answer' && note.segment === this.about && note.tags.includes(tag) &&
        roundOf(note) === (this.model.walk.round ?? 1);
    const draft = this.model.drafts.find((one) => is(one.note));
    const kept = this.model.answerTo(tag, this.about);
    const part = {field, tag, changed: Boolean(draft), isKept: Boolean(kept)};
    if (draft || kept)
      return {...part, note: {...draft?.note ?? kept}};
    const pins = field.prefill ? this.pins.filter((note) => note.kind === field.prefill) : [];
    const note = this.model.newNote(this.about, 'answer', 0);
    note.text = pins.map((pin) => pin.text).join('\n');
    note.tags = [tag, ...roundTags(this.model.walk),
                 ...field.cites ? pins.slice(0, CITES_MAX).map((pin) => CITES + pin.id) : []].sort();
    return {...part, note};
  }

  set(part, fields) {
    Object.assign(part.note, fields);
    part.changed = true;
    this.saving.soon();
    this.requestUpdate();
  }

  /* Resolves when what is written is on the disk. */
  async save() {
    for (const part of this.parts.filter((one) => one.changed))
      await this.model.keepDraft({...part.note}, false);
  }

  cite(part, pin, on) {
    const others = part.note.tags.filter((tag) => tag !== CITES + pin.id);
    if (on && citesOf(part.note).length >= CITES_MAX)
      return;
    this.set(part, {tags: [...others, ...on ? [CITES + pin.id] : []].sort()});
  }

  citeMoment(part, time) {
    const others = part.note.tags.filter((tag) => !tag.startsWith(AT));
    this.set(part, {tags: [...others, ...time === null ? [] : [`${AT}${time}`]].sort()});
  }

  /* What keeps a part from counting: "empty", "rests" or null. */
  lackOf({field, note}) {
    const isEmpty = !note.text.trim();
    return isEmpty ? (field.required ? 'empty' : null)
      : field.cites && !this.model.rests(note) ? 'rests' : null;
  }

  get unfinished() {
    return this.parts.filter((part) => this.lackOf(part));
  }

  /* Alt and a number in the field: the note of that number. */
  handleKey(event, part) {
    const pin = event.altKey && !event.ctrlKey && /^Digit[1-9]$/.test(event.code) && part.field.cites
      ? this.pins[Number(event.code.slice(5)) - 1] : null;
    if (!pin)
      return;
    event.preventDefault();
    this.cite(part, pin, !citesOf(part.note).includes(pin.id));
  }

  async handIn(event) {
    event.preventDefault();
    this.missing = this.unfinished.map(({tag}) => tag);
    if (this.missing.length) {
      const isEmpty = this.lackOf(this.unfinished[0]) === 'empty';
      await this.updateComplete;
      (this.querySelector(isEmpty ? '.part.missing textarea' : '.part.missing .cites input') ??
          this.querySelector('.part.missing textarea')).focus();
      return;
    }
    this.saving.stop();
    await this.try(async () => {
      for (const part of this.parts) {
        if (!part.note.text.trim() && !part.isKept)
          continue;
        if (part.changed || !part.isKept)
          await this.model.answer({...part.note, text: part.note.text.trim()});
        part.changed = false;
        part.isKept = true;
      }
      this.close();
      say(t('form.handed-in', {title: this.form.title}));
    });
  }

  async later() {
    await this.saving.now();
    this.close();
  }

  /* ---- how it looks ---- */

  cites(part) {
    const {pins} = this;
    if (!part.field.cites)
      return nothing;
    const cited = new Set(citesOf(part.note));
    const moment = momentOf(part.note), now = this.now;
    const isOpen = this.lackOf(part) === 'rests';
    const count = pins.filter((pin) => cited.has(pin.id)).length + (moment === null ? 0 : 1);
    return html`<details class="cites" ?open=${isOpen}><summary>${t('form.cites', {count})}</summary>
      <ul>${pins.map((pin, i) => html`<li><label class="check"><input type="checkbox"
          .checked=${cited.has(pin.id)} @change=${(event) => this.cite(part, pin, event.target.checked)}>
          <span dir="auto">${i < 9 ? html`<kbd>${number(i + 1)}</kbd> ` : nothing}${icon(pin.kind)} ${
              this.model.whenOf(pin)} ${pin.text}</span></label></li>`)}
        ${moment === null && now === null ? nothing : html`<li><label class="check"><input type="checkbox" name="moment"
          .checked=${moment !== null} @change=${(event) => this.citeMoment(part, event.target.checked ? now : null)}>
          <span>${icon('play')} ${moment === null ? t('form.moment', {time: formatTime(now)})
              : t('form.moment-cited', {time: formatTime(moment)})}</span></label></li>`}
      </ul>${pins.length ? html`<p class="hint keys-hint">${t('form.cite-keys')}</p>` : nothing}
      ${!pins.length && now === null && moment === null ? html`<p class="hint">${t('form.no-moment')}</p>` : nothing}
      </details>`;
  }

  /* The moment on the screen, as whole nanoseconds; null where no lesson is shown. */
  get now() {
    const player = document.querySelector('lw-player');
    return player ? Math.round(player.time ?? 0) : null;
  }

  /* Where the notes are open, what the others answered. */
  others({tag}) {
    const answers = this.model.answersOf(this.about).filter((note) => note.tags.includes(tag) &&
        note.author !== this.model.me.person && note.text);
    return answers.length ? html`<ul class="others">${answers.map((note) => html`<li>
        <b dir="auto">${this.model.nameOf(note.author)}</b><p dir="auto">${note.text}</p></li>`)}</ul>` : nothing;
  }

  part(part) {
    const {field, tag, note} = part;
    const lack = this.missing.includes(tag) ? this.lackOf(part) : null;
    return html`<div class="part ${lack ? 'missing' : ''}">
      <label>${field.title}${field.required ? html` <span class="chip">${t('prepare.needed')}</span>` : nothing}
        ${field.hint ? html`<span class="hint" dir="auto">${field.hint}</span>` : nothing}
        <textarea rows="4" dir="auto" maxlength="100000" name=${field.id} .value=${note.text}
            @keydown=${(event) => this.handleKey(event, part)}
            @input=${(event) => this.set(part, {text: event.target.value})}></textarea></label>
      ${field.prefill ? html`<lw-wording .text=${note.text}></lw-wording>` : nothing}
      ${lack ? html`<p class="notice warning" role="alert">${t(lack === 'empty' ? 'form.missing'
          : this.pins.length ? 'form.rests' : this.now === null ? 'form.no-moment' : 'form.rests-none')}</p>` : nothing}
      ${this.cites(part)}${this.others(part)}</div>`;
  }

  render() {
    const title = this.form?.title ?? '';
    return html`<dialog class="wide-dialog" aria-labelledby="form-title" @close=${() => this.saving.now()}>
      <h2 id="form-title" dir="auto">${title}</h2>${this.closeButton()}
      <p class="hint" dir="auto">${this.form?.hint ?? ''}</p>
      ${this.model.may.see_notes ? nothing : html`<p class="hint">${t('form.private')}</p>`}
      <form @submit=${this.handIn} novalidate>
        ${this.parts.map((part) => this.part(part))}
        ${this.complaint()}
        ${this.missing.length && this.unfinished.length ? html`<p class="hint" role="status">${
            t('form.unfinished', {count: this.unfinished.length})}</p>` : nothing}
        <div class="dialog-end">
          <button type="button" class="flat" data-act="later" @click=${this.later}>${t('form.later')}</button>
          <button class="primary">${t('form.hand-in')}</button></div>
      </form>${this.said()}</dialog>`;
  }
}

customElements.define('lw-form-dialog', LwFormDialog);
