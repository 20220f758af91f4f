// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Coding beside the lesson: the sheet's codes with their keys, what runs, totals, and the list of what
 * was put; two coders compared; small tests of change. Needs the page's <lw-player>.
 */
import {html, nothing} from '../../lib/lit/index.js';
import {repeat} from '../../lib/lit/directives/repeat.js';
import {Element, isTyping, say} from '../element.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {recall} from '../keep.js';
import {room} from '../room.js';
import {formatExact, formatSpan, formatTime, parseTime} from '../time.js';
import {codesOf, hasTests, isRunning, lasts, sheetsOf, totalOf} from './codes.js';
import './lw-agreement.js';
import './lw-tests.js';

const TICK_MS = 250;
const SHOWN = 200; // of a list that may have thousands

/* What leads there, for the bar of a walk; nothing where the routine codes nothing. */
export function codingLink(model, view, placeOf) {
  if (!hasTests(model.protocol))
    return nothing;
  const words = view === 'code' ? 'code.to-notes' : sheetsOf(model.protocol).length ? 'code.open' : 'code.open-tests';
  return html`<a class="button small coding-link" href=${placeOf(view === 'code' ? 'notes' : 'code')}>${
      icon(view === 'code' ? 'noticing' : 'keys')} ${t(words)}</a>`;
}

class LwCoding extends Element {
  static properties = {
    model: {}, segment: {}, tab: {state: true}, sheetId: {state: true}, said: {state: true},
    editing: {state: true}, trouble: {state: true}, whole: {state: true}, whose: {state: true},
    now: {state: true},
  };

  constructor() {
    super();
    this.tab = null;
    this.sheetId = null;
    this.said = '';
    this.editing = null;
    this.trouble = '';
    this.whole = false;
    this.whose = null; // a person; null: oneself
    this.turn = Promise.resolve();
    this.onKey = (event) => this.handleKey(event);
    this.onEnded = () => this.endAll();
  }

  connectedCallback() {
    super.connectedCallback();
    // Before the page's own keys: in this mode a code's key is that code's.
    document.addEventListener('keydown', this.onKey, true);
    this.host = this.closest('lw-walk');
    this.host?.addEventListener('lw-ended', this.onEnded);
    this.timer = setInterval(() => this.running.length && this.requestUpdate(), TICK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.onKey, true);
    this.host?.removeEventListener('lw-ended', this.onEnded);
    clearInterval(this.timer);
  }

  updated() {
    for (const part of this.querySelectorAll('lw-agreement, lw-tests'))
      part.requestUpdate();
  }

  focusList() {
    this.querySelector('button, select, a')?.focus();
  }

  get player() {
    return this.host?.player ?? null;
  }

  get sheets() {
    return sheetsOf(this.model.protocol);
  }

  get sheet() {
    return this.sheets.find((one) => one.id === this.sheetId) ?? this.sheets[0] ?? null;
  }

  get tabs() {
    return [...this.sheets.length && this.segment ? ['code', ...this.model.may.see_notes ? ['compare'] : []] : [],
            'tests'];
  }

  get shown() {
    return this.tabs.includes(this.tab) ? this.tab : this.tabs[0];
  }

  /* Of this sheet and one person, by time. */
  codesOfPerson(person) {
    const prefix = `${this.sheet?.id}/`;
    return this.segment ? this.model.codesOf(this.segment.id).filter((note) => note.author === person &&
        note.tags[0]?.startsWith(prefix)) : [];
  }

  get running() {
    if (!this.sheet || !this.model?.walk)
      return [];
    const codes = new Map(codesOf(this.sheet).map((code) => [code.tag, code]));
    return this.codesOfPerson(this.model.me.person).filter((note) =>
        note.keptHere !== 'refused' && isRunning(note, codes.get(note.tags[0])));
  }

  get may() {
    return Boolean(this.segment && this.model.mayOn(this.segment).write);
  }

  /* ---- keys ---- */

  handleKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.shown !== 'code' ||
        isTyping(event) || document.querySelector('dialog[open]'))
      return;
    if (event.key === 'Escape') {
      if (this.editing || !this.running.length || document.querySelector('details.menu[open]'))
        return;
      this.endAll();
    } else {
      const code = event.key.length === 1 && recall('letters') !== 'off' &&
          codesOf(this.sheet).find((one) => one.key && one.key === event.key.toLowerCase());
      if (!code)
        return;
      if (!event.repeat)
        this.put(code);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /* ---- putting codes ---- */

  /* The time is that of the press; what is done with it waits for its turn. */
  put(code) {
    if (!this.may || this.player?.state !== 'ready') {
      this.said = t(this.may ? 'code.no-video' : 'code.closed');
      return this.turn;
    }
    const now = this.player.now();
    return this.inTurn(() => this.putAt(code, now));
  }

  inTurn(act) {
    this.turn = this.turn.then(act).catch((error) => { this.said = error.message; });
    return this.turn;
  }

  async putAt(code, now) {
    const running = this.running.find((note) => note.tags[0] === code.tag);
    const fill = {title: code.title, time: formatTime(now)};
    if (running) {
      await this.end(running, code, now);
      return;
    }
    const note = this.model.newNote(this.segment.id, 'code', now);
    note.tags = [code.tag];
    await this.model.put(note);
    this.said = t(lasts(code) ? 'code.began' : 'code.put', fill);
  }

  async end(note, code, now) {
    const start = Math.min(note.start, now), end = Math.max(note.start, now);
    if (start === end) {
      await this.model.remove(note);
      this.said = t('code.same', {title: code.title});
      return;
    }
    await this.model.put({...plain(note), start, end});
    this.said = t('code.ended', {title: code.title, time: formatTime(end), length: formatTime(end - start)});
  }

  endAll() {
    const {player} = this;
    if (!this.running.length || !player)
      return this.turn;
    const now = player.now();
    return this.inTurn(async () => {
      const codes = codesOf(this.sheet), running = this.running;
      for (const note of running)
        await this.end(note, codes.find((code) => code.tag === note.tags[0]), now);
      if (running.length > 1)
        this.said = t('code.ended-all', {count: running.length});
    });
  }

  async undo() {
    this.said = t(await this.model.undo() ? 'code.undone' : 'code.nothing');
  }

  async deleteCode(note, code) {
    await this.model.remove(note);
    this.said = t('code.deleted', {title: code.title, time: formatTime(note.start)});
    say(this.said, {label: t('code.undo'), run: () => this.undo()});
  }

  async keepEdit(event, note) {
    event.preventDefault();
    const fields = new FormData(event.target);
    const code = codesOf(this.sheet).find((one) => one.tag === fields.get('code'));
    // What is shown has hundredths; what was not touched stays to the nanosecond.
    const read = (written, was) => written === formatExact(was) ? was : parseTime(written);
    const start = read(fields.get('start').trim(), note.start), written = fields.get('end')?.trim();
    const end = lasts(code) && written ? read(written, note.end) : start;
    const most = this.player?.duration || Infinity;
    if (!Number.isFinite(start) || !Number.isFinite(end) || end < start || end > most + 1e9) {
      this.trouble = t('code.wrong-time');
      return;
    }
    await this.model.put({...plain(note), tags: [code.tag], start, end, text: fields.get('text').trim()});
    this.editing = null;
    this.trouble = '';
  }

  goTo(note) {
    if (note.end > note.start || !this.may)
      this.player?.playFrom(note.start);
    else
      this.player?.seek(note.start);
  }

  async saveTable() {
    try {
      const answer = await fetch(`../api/walks/${this.model.id}/codes.csv`, {
        headers: {Authorization: `Bearer ${room.token}`}, credentials: 'omit', cache: 'no-store'});
      if (!answer.ok)
        throw new Error((await answer.json()).error?.message ?? '');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `${this.model.walk.title || 'codes'} – codes.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (error) {
      this.said = error.message;
    }
  }

  /* ---- how it looks ---- */

  render() {
    const {shown, tabs} = this;
    return html`<section class="coding ${shown}" aria-label=${t('code.label')}>
      ${tabs.length > 1 ? html`<nav class="coding-tabs">${tabs.map((tab) => html`<button
          class="tab" data-tab=${tab} aria-current=${tab === shown ? 'page' : 'false'}
          @click=${() => { this.tab = tab; }}>${t(`code.tab-${tab}`)}</button>`)}</nav>` : nothing}
      ${shown === 'code' ? this.codePage() : shown === 'compare' ? html`<lw-agreement .model=${this.model}
          .segment=${this.segment} .sheet=${this.sheet}></lw-agreement>`
        : html`<lw-tests .model=${this.model} .segment=${this.segment}></lw-tests>`}
    </section>`;
  }

  codePage() {
    const codes = codesOf(this.sheet), me = this.model.me.person;
    const whose = this.whose && this.model.may.see_notes ? this.whose : me;
    const notes = this.codesOfPerson(whose);
    const by = new Map(codes.map((code) => [code.tag, notes.filter((note) => note.tags[0] === code.tag)]));
    const running = new Map(this.running.map((note) => [note.tags[0], note]));
    return html`${this.sheets.length > 1 ? html`<label>${t('code.sheet')}<select name="sheet"
          @change=${({target}) => { this.sheetId = target.value; }}>${this.sheets.map((sheet) => html`<option
          value=${sheet.id} ?selected=${sheet.id === this.sheet.id}>${sheet.title}</option>`)}</select></label>`
        : html`<h2 dir="auto">${this.sheet.title}</h2>`}
      ${this.may ? html`<div class="code-keys" role="group" aria-label=${t('code.keys')}>${codes.map((code) =>
          this.codeButton(code, by.get(code.tag), running.get(code.tag)))}</div>${this.transport()}`
        : html`<p class="hint">${t('code.closed')}</p>`}
      <p class="coding-said" role="status" aria-live="polite">${this.said || '\u00a0'}</p>
      ${this.may ? html`<p class="hint">${t('code.hint')}</p>` : nothing}
      ${this.whoseSelect(whose)}
      ${this.totals(codes, by, whose)}
      ${this.list(codes, notes, whose === me)}
      <p><button class="flat small" data-act="codes-table" @click=${this.saveTable}>${icon('upload')}
        ${t('code.table')}</button></p>`;
  }

  codeButton(code, notes, running) {
    const now = running && this.player ? this.player.time : 0;
    return html`<button class="code-key" data-code=${code.id} aria-pressed=${lasts(code) ? String(Boolean(running))
          : nothing} aria-keyshortcuts=${code.key || nothing} title=${code.about ?? nothing}
          @click=${() => this.put(code)}>
      ${code.key ? html`<kbd aria-hidden="true">${code.key.toUpperCase()}</kbd>` : nothing}
      <span class="code-title" dir="auto">${code.title}</span>
      <span class="code-count">${running ? now >= running.start
        ? t('code.runs', {time: formatTime(now - running.start)})
        : t('code.runs-from', {time: formatTime(running.start)}) : number(notes.length)}</span></button>`;
  }

  transport() {
    const {player} = this;
    const ready = player?.state === 'ready';
    return html`<div class="code-transport">
      <button ?disabled=${!ready} data-act="code-back" @click=${() => player.seekBy(-2)}>${icon('undo')}
        ${t('code.back')}</button>
      <button ?disabled=${!ready} data-act="code-play" @click=${() => player.toggle()}>${icon('play')} /
        ${icon('pause')} <span class="visually-hidden">${t('code.play')}, ${t('code.pause')}</span></button>
      <button ?disabled=${!ready} @click=${() => this.speed(-1)} title="[">${t('code.slower')}</button>
      <button ?disabled=${!ready} @click=${() => this.speed(1)} title="]">${t('code.faster')}</button>
      <button ?disabled=${!this.model.canUndo} data-act="code-undo" @click=${this.undo}>${icon('undo')}
        ${t('code.undo')}</button></div>`;
  }

  speed(step) {
    this.player.speedBy(step);
    this.said = t('code.speed', {speed: number(this.player.speed)});
  }

  /* Others' codes, where the phase opens them. */
  whoseSelect(whose) {
    const people = [...new Set(this.model.codesOf(this.segment.id).map((note) => note.author))].filter(
        (person) => person !== this.model.me.person);
    if (!people.length || !this.model.may.see_notes)
      return nothing;
    return html`<label class="whose">${t('code.whose')}<select name="whose"
        @change=${({target}) => { this.whose = target.value; }}>${[this.model.me.person, ...people].map((person) =>
        html`<option value=${person} ?selected=${person === whose}>${person === this.model.me.person
          ? t('code.mine') : this.model.nameOf(person)}</option>`)}</select></label>`;
  }

  totals(codes, by, whose) {
    const length = this.player?.duration || this.segment.duration || 0;
    const title = whose === this.model.me.person ? t('code.totals')
      : t('code.totals-of', {name: this.model.nameOf(whose)});
    return html`<details class="code-totals" open><summary>${title}</summary><div class="table-place"><table>
      <caption class="visually-hidden">${title}</caption>
      <thead><tr><th scope="col">${t('code.code')}</th><th scope="col">${t('code.count')}</th><th
        scope="col">${t('code.time')}</th><th scope="col">${t('code.share')}</th></tr></thead>
      <tbody>${codes.map((code) => {
        const total = totalOf(code, by.get(code.tag), length);
        const value = total.perMinute === null ? '–' : number(total.perMinute, {maximumFractionDigits: 1});
        return html`<tr data-total=${code.id}><th scope="row" dir="auto">${code.title}</th>
          <td>${number(total.count)}</td><td>${lasts(code) ? formatTime(total.lasted) : '–'}</td>
          <td>${t(lasts(code) ? 'code.per-time' : 'code.per-count', {value})}</td></tr>`;
      })}</tbody></table></div></details>`;
  }

  list(codes, notes, isMine) {
    const known = new Map(codes.map((code) => [code.tag, code]));
    const all = notes.filter((note) => known.has(note.tags[0]));
    const shown = this.whole ? all : all.slice(-SHOWN);
    return html`<h3 id="code-list">${t('code.list')}</h3>
      ${all.length ? nothing : html`<p class="hint">${t('code.list-none')}</p>`}
      ${shown.length < all.length ? html`<button class="small" @click=${() => { this.whole = true; }}>${
          t('code.more', {count: number(all.length)})}</button>` : nothing}
      <ol class="code-list" aria-labelledby="code-list">${repeat(shown, (note) => note.id, (note) =>
          this.row(note, known.get(note.tags[0]), isMine))}</ol>`;
  }

  row(note, code, isMine) {
    const fill = {title: code.title, time: formatTime(note.start)};
    if (this.editing === note.id)
      return html`<li class="code-row">${this.editForm(note, code)}</li>`;
    return html`<li class="code-row" data-note=${note.id}>
      <button class="time" aria-label=${t('code.play-at', fill)} @click=${() => this.goTo(note)}>${
        formatSpan(note.start, note.end)}</button>
      <span class="code-name" dir="auto">${code.title}${note.text ? html` <span class="hint">${note.text}</span>`
        : nothing}</span>
      ${isRunning(note, code) && isMine && this.may ? html`<button class="small" @click=${() =>
          this.inTurn(() => this.end(note, code, this.player.now()))}>${t('code.end-here')}</button>` : nothing}
      ${isMine ? html`<button class="flat icon-only small" aria-label=${t('code.edit', fill)}
          title=${t('code.edit', fill)} @click=${() => { this.editing = note.id; this.trouble = ''; }}>${
          icon('edit')}</button><button class="flat icon-only small" data-act="code-delete"
          aria-label=${t('code.delete', fill)} title=${t('code.delete', fill)}
          @click=${() => this.deleteCode(note, code)}>${icon('delete')}</button>` : nothing}
      ${note.keptHere === 'waiting' ? html`<span class="kept-here" title=${t('code.unsent')}>${icon('here')}
          <span class="visually-hidden">${t('code.unsent')}</span></span>` : nothing}
      ${note.keptHere === 'refused' ? html`<p class="kept-here refused">${icon('warning')}
          ${t('code.refused', {message: note.message ?? ''})} <button class="small" @click=${() =>
          this.model.throwAway(note)}>${t('pin.throw-away')}</button></p>` : nothing}</li>`;
  }

  editForm(note, code) {
    return html`<form class="code-edit" @submit=${(event) => this.keepEdit(event, note)}
        @keydown=${(event) => event.key === 'Escape' && (this.editing = null)}>
      <label>${t('code.code')}<select name="code">${codesOf(this.sheet).map((one) => html`<option value=${one.tag}
          ?selected=${one.tag === code.tag}>${one.title}</option>`)}</select></label>
      <label>${t('code.start')}<input name="start" required .value=${formatExact(note.start)}></label>
      ${lasts(code) ? html`<label>${t('code.end')}<input name="end" .value=${note.end > note.start
          ? formatExact(note.end) : ''}></label>` : nothing}
      <label>${t('code.remark')}<input name="text" maxlength="1000" dir="auto" .value=${note.text}></label>
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      <div class="dialog-end"><button type="button" @click=${() => { this.editing = null; }}>${t('app.cancel')}
        </button><button class="primary">${t('app.save')}</button></div></form>`;
  }
}

/* Without what only the panel knows of it. */
function plain({keptHere, key, message, depth, replies, ...note}) {
  return note;
}

customElements.define('lw-coding', LwCoding);
