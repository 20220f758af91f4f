// SPDX-License-Identifier: LGPL-2.1-or-later
/* The notes of a lesson in words: search, filter, drafts, and the list. Text of people is only ever
 * set as text. */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {tagLabel} from './phase/course.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {mark} from './palette.js';
import './lw-composer.js';

const NONE = {text: '', author: '', lens: '', kind: '', focus: false};

const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

class LwNotes extends Element {
  static properties = {
    model: {}, segment: {}, notes: {}, selected: {}, draft: {}, filter: {state: true},
    filtering: {state: true},
  };

  constructor() {
    super();
    this.filter = NONE;
    this.filtering = false;
  }

  focusSearch() {
    this.querySelector('input[type=search]').focus();
  }

  focusList() {
    (this.querySelector('.note[tabindex="0"]') ?? this.querySelector('.notes-head'))?.focus();
  }

  reveal(id, focus = false) {
    const row = this.querySelector(`[data-note="${CSS.escape(id)}"]`);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    row?.scrollIntoView({block: 'nearest', behavior: calm ? 'auto' : 'smooth'});
    if (focus)
      row?.focus({preventScroll: true});
  }

  get shown() {
    const {text, author, lens, kind, focus} = this.filter;
    const words = fold(text).split(/\s+/).filter(Boolean);
    return this.notes.filter((note) =>
      (!author || note.author === author) && (!lens || this.lensOf(note) === lens) &&
      (!kind || note.kind === kind) && (!focus || note.on_focus) &&
      (!words.length || words.every((word) =>
          fold(`${note.text} ${note.tags.join(' ')}`).includes(word))));
  }

  lensOf(note) {
    return note.lens ?? this.segment?.tracks.find((one) => one.person === note.author)?.lens;
  }

  set(fields) {
    this.filter = {...this.filter, ...fields};
  }

  /* ---- keys, on a row ---- */

  keyOnRow(event, note) {
    if (event.target !== event.currentTarget)
      return;
    const rows = [...this.querySelectorAll('.note')];
    const index = rows.indexOf(event.currentTarget);
    const keys = {
      ArrowDown: () => this.step(rows[index + 1]),
      ArrowUp: () => this.step(rows[index - 1]),
      Enter: () => this.emit('lw-choose', note),
      Delete: () => this.isMine(note) && this.emit('lw-delete', note),
      F2: () => this.isMine(note) && this.emit('lw-edit', note),
      e: () => this.isMine(note) && this.emit('lw-edit', note),
      r: () => this.model.may.reply && this.emit('lw-reply', note),
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  step(row) {
    if (!row)
      return;
    this.querySelector('.note[tabindex="0"]')?.setAttribute('tabindex', '-1');
    row.setAttribute('tabindex', '0');
    row.focus();
  }

  isMine(note) {
    return note.author === this.model.me.person;
  }

  /* ---- how it looks ---- */

  render() {
    const shown = this.segment ? this.shown : [];
    const count = this.notes.length;
    const isFiltered = JSON.stringify(this.filter) !== JSON.stringify(NONE);
    const drafts = this.model.drafts.filter((one) => one.note.id !== this.draft?.note.id &&
        one.note.kind !== 'answer' &&
                                                     one.note.segment === this.segment?.id);
    return html`<section class="notes" aria-label=${t('notes.title')}>
      <div class="notes-top">
        <div class="notes-row">
          <h2 class="notes-head" tabindex="-1">${t('notes.title')}
            <span class="count" role="status">${isFiltered
              ? t('notes.shown', {shown: shown.length, count}) : count}</span></h2>
          <button class="flat icon-only undo" ?disabled=${!this.model.canUndo}
              @click=${() => this.emit('lw-undo')} aria-label=${t('note.undo')}
              title="${t('note.undo')} (Ctrl+Z)">${icon('undo')}</button>
          <button class="flat icon-only" aria-expanded=${this.filtering} aria-controls="filter"
              aria-label=${t('notes.filter')} title=${t('notes.filter')}
              @click=${() => { this.filtering = !this.filtering; }}>${icon('filter')}
              ${isFiltered ? html`<i class="badge"></i>` : nothing}</button>
        </div>
        <label class="search">${icon('search')}<span class="visually-hidden">${
            t('notes.search')}</span><input type="search" placeholder=${t('notes.search')}
            .value=${this.filter.text} @input=${(event) => this.set({text: event.target.value})}
            @keydown=${(event) => event.key === 'Escape' && this.leaveSearch(event)}></label>
        ${this.filtering ? this.filters(isFiltered) : nothing}
      </div>
      ${this.draft ? html`<lw-composer .model=${this.model} .draft=${this.draft}
          .segment=${this.segment}></lw-composer>` : nothing}
      ${drafts.length ? this.drafts(drafts) : nothing}
      ${this.segment && count && !this.model.may.see_notes
        ? html`<p class="hint own-only">${t('notes.own-only')}</p>` : nothing}
      ${count === 0 ? this.empty() : shown.length === 0
        ? html`<div class="empty small"><p>${t('notes.none-match')}</p>${this.clearButton()}</div>`
        : html`<ul class="note-list">${repeat(shown, (note) => note.id, (note, i) =>
            this.row(note, i, shown))}</ul>`}
    </section>`;
  }

  leaveSearch(event) {
    event.preventDefault();
    event.stopPropagation();
    this.set({text: ''});
    this.focusList();
  }

  clearButton() {
    return html`<button @click=${() => { this.filter = NONE; }}>${t('notes.clear')}</button>`;
  }

  filters(isFiltered) {
    const authors = [...new Set(this.notes.map((note) => note.author))];
    const lenses = this.model.walk.lenses;
    const kinds = ['noticing', 'wondering', 'reply', 'progress'];
    const select = (name, label, any, options) => html`<label>${label}<select
        @change=${(event) => this.set({[name]: event.target.value})}>
        <option value="" ?selected=${!this.filter[name]}>${any}</option>
        ${options.map(([value, words]) => html`<option value=${value}
            ?selected=${this.filter[name] === value}>${words}</option>`)}</select></label>`;
    return html`<div class="filters" id="filter">
      ${select('author', t('notes.author'), t('notes.everybody'),
               authors.map((author) => [author, this.authorName(author)]))}
      ${select('kind', t('notes.kind'), t('notes.any-kind'),
               kinds.map((kind) => [kind, t(`kind.${kind}`)]))}
      ${lenses.length ? select('lens', t('notes.lens'), t('notes.any-lens'),
               lenses.map((lens) => [lens.id, lens.name])) : nothing}
      <label class="check"><input type="checkbox" .checked=${this.filter.focus}
          @change=${(event) => this.set({focus: event.target.checked})}>${
            t('notes.on-focus')}</label>
      ${isFiltered ? this.clearButton() : nothing}
    </div>`;
  }

  authorName(author) {
    const name = this.model.nameOf(author);
    return author === this.model.me.person ? t('people.you', {name}) : name;
  }

  empty() {
    if (!this.segment)
      return nothing;
    return html`<div class="empty small">${icon('noticing')}<h3>${t('notes.empty')}</h3>
      <p>${this.model.mayOn(this.segment).write ? t('notes.empty-hint') : t('pin.closed')}</p></div>`;
  }

  drafts(drafts) {
    return html`<section class="drafts" aria-label=${t('pin.drafts')}>
      <h3>${t('pin.drafts')}</h3>
      ${drafts.map((draft) => html`<div class="draft">
        <span class="draft-text" dir="auto"><b>${t(`kind.${draft.note.kind}`)} ${
            this.model.whenOf(draft.note)}</b> ${draft.note.text}</span>
        <button class="small" @click=${() => this.emit('lw-go-on', draft)}>${t('pin.go-on')}</button>
        <button class="flat icon-only small" aria-label=${t('pin.throw-away')}
            title=${t('pin.throw-away')} @click=${() => this.model.dropDraft(draft.id)}>
            ${icon('delete')}</button>
      </div>`)}</section>`;
  }

  row(note, i, shown) {
    const track = this.model.trackNumber(note.segment, note.author);
    const isSelected = note.id === this.selected;
    // One stop for the Tab key in all the list.
    const isStop = isSelected || (i === 0 && !shown.some((one) => one.id === this.selected));
    const lens = this.model.lensName(this.lensOf(note));
    const span = this.model.whenOf(note), clock = this.model.clockOf(note);
    const time = note.kind === 'reply' ? nothing : html`<button class="time" tabindex=${
        isStop ? 0 : -1} @click=${(event) => this.chooseBy(event, note)}
        aria-label=${t('note.at', {time: span})}>${span}</button>`;
    return html`<li class=${['note', isSelected ? 'selected' : '', note.depth ? 'answer' : '',
                             note.keptHere ?? ''].join(' ')}
        data-note=${note.id} data-state=${note.keptHere ?? 'room'} tabindex=${isStop ? 0 : -1}
        aria-current=${isSelected ? 'true' : 'false'}
        @keydown=${(event) => this.keyOnRow(event, note)}
        @click=${(event) => this.chooseBy(event, note)}>
      <div class="note-head">
        ${note.kind === 'reply' ? icon('reply') : html`${mark(track, note.kind)}${icon(note.kind)}`}
        <span class="note-kind">${t(`kind.${note.kind}`)}</span>${time}
        ${note.on_focus ? html`<span class="on-focus" role="img" title=${t('note.on-focus')}
            aria-label=${t('note.on-focus')}>${icon('focus')}</span>` : nothing}
        ${this.actions(note, isStop)}
      </div>
      <p class="note-text" dir="auto">${note.text}</p>
      <p class="note-by"><bdi>${this.authorName(note.author)}</bdi>${lens ? html` ·
          <bdi>${lens}</bdi>` : nothing}${clock ? html` · <span class="note-clock">${clock}</span>` : nothing}${note.edited !== note.created &&
          Date.parse(note.edited) - Date.parse(note.created) > 1000 ? html` · ${t('note.edited')}`
          : nothing}</p>
      ${note.tags.length ? html`<p class="note-tags">${note.tags.map((tag) =>
          html`<bdi>${tagLabel(tag)}</bdi> `)}</p>` : nothing}
      ${this.keptHere(note)}
    </li>`;
  }

  chooseBy(event, note) {
    if (event.target.closest('.note-actions, .kept-here'))
      return;
    // Selecting words with the mouse is not choosing the note.
    if (String(getSelection()).length && event.type === 'click' && !event.target.closest('button'))
      return;
    event.stopPropagation();
    this.emit('lw-choose', note);
  }

  actions(note, isStop) {
    const button = (name, label) => html`<button class="flat icon-only small"
        tabindex=${isStop ? 0 : -1} aria-label=${label} title=${label}
        @click=${() => this.emit(`lw-${name}`, note)}>${icon(name)}</button>`;
    return html`<span class="note-actions">
      ${this.model.may.reply ? button('reply', t('note.reply')) : nothing}
      ${this.isMine(note) ? html`${button('edit', t('note.edit'))}
          ${button('delete', t('note.delete'))}` : nothing}
      ${this.hasMore(note) ? button('more', t('note.more')) : nothing}</span>`;
  }

  hasMore(note) {
    return this.isMine(note) ||
        ((this.segment.is_mine || this.model.may.upload) && note.kind !== 'reply');
  }

  keptHere(note) {
    if (note.keptHere === 'waiting')
      return html`<p class="kept-here">${icon('here')} ${t('pin.here')}</p>`;
    if (note.keptHere !== 'refused')
      return nothing;
    return html`<div class="kept-here refused"><p>${icon('warning')}
        ${t('pin.refused-why', {message: note.message ?? ''})}</p>
      <button class="small" @click=${() => this.model.retry(note)}>${t('pin.retry')}</button>
      <button class="small" @click=${() => navigator.clipboard?.writeText(note.text)}>${
          t('pin.copy')}</button>
      <button class="small" @click=${() => this.model.throwAway(note)}>${t('pin.throw-away')}
      </button></div>`;
  }
}

customElements.define('lw-notes', LwNotes);
