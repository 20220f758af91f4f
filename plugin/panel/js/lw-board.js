// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The debrief board: a card for every note, arranged by hand, by time, by lens or by who is spoken
 * of. Cards move with the mouse, with a finger by their grip, by keys, and by a menu. Emits "lw-play"
 * with the note of a card.
 */
import {html, nothing} from '../lib/lit/index.js';
import {guard} from '../lib/lit/directives/guard.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {ABOUT} from './board-model.js';
import {columnsOf} from './board-columns.js';
import {BoardDrag} from './board-drag.js';
import {Element, say} from './element.js';
import {date, number, t} from './i18n.js';
import {icon} from './icons.js';
import {mark} from './palette.js';
import {room} from './room.js';
import './lw-outcomes.js';
import './lw-steps.js';
import './lw-talk.js';

const ARRANGEMENTS = ['hand', 'time', 'lens', 'about'];

class LwBoard extends Element {
  static properties = {
    model: {}, arrangement: {state: true}, focusOnly: {state: true}, selected: {state: true},
    preview: {state: true}, naming: {state: true}, citing: {state: true}, names: {state: true},
  };

  constructor() {
    super();
    this.arrangement = 'hand';
    this.focusOnly = false;
    this.selected = null;
    this.preview = null; // {card, column, index, byKeys}: where a card that is taken up would lie
    this.naming = null;  // the id of the group whose title is written, or "new"
    this.citing = null;  // a Set of notes, while an outcome is written
    this.names = true;
    this.drag = new BoardDrag(this);
  }

  get board() {
    return this.model.board;
  }

  /* Of what the walk tells, most is about something else. */
  shouldUpdate(changed) {
    const {state} = this.board;
    const isSame = this.state?.every((one, i) => one === state[i]);
    this.state = state;
    return changed.size > 0 || !isSame;
  }

  willUpdate() {
    this.board.open();
  }

  updated() {
    // They hold the same model, so nothing else tells them that what is in it is new.
    for (const part of this.firstElementChild.children)
      part.requestUpdate?.();
  }

  focusList() {
    this.querySelector('.board-card[tabindex="0"]')?.focus();
  }

  get mayMove() {
    return Boolean(this.board.may.arrange) &&
        (this.arrangement === 'hand' || this.arrangement === 'about');
  }

  /* ---- what lies where ---- */

  columns() {
    const all = this.board.cards();
    const cards = this.focusOnly ? all.filter(({note}) => note.on_focus) : all;
    const columns = columnsOf(this.arrangement, cards, this.model);
    if (!this.preview)
      return columns;
    for (const column of columns) {
      const index = column.cards.findIndex((card) => card.id === this.preview.card);
      if (index >= 0)
        [this.taken] = column.cards.splice(index, 1);
    }
    const into = columns.find((column) => column.key === this.preview.column);
    if (into && this.taken)
      into.cards.splice(Math.min(this.preview.index, into.cards.length), 0, this.taken);
    return columns;
  }

  /* Puts the card that is taken up down where the preview shows it. */
  async putDown() {
    const {card: id, column: key} = this.preview;
    const column = this.columns().find((one) => one.key === key);
    const index = column?.cards.findIndex((card) => card.id === id) ?? -1;
    this.preview = null;
    if (index < 0)
      return;
    const card = column.cards[index];
    if (this.arrangement === 'about')
      await this.board.setAbout(card, key);
    else if (key === '')
      await this.board.moveCard({...card}, '', null, null);
    else
      await this.board.moveCard(card, key, column.cards[index - 1] ?? null,
                                column.cards[index + 1] ?? null);
    say(t('board.put-down', {title: column.title}));
    await this.updateComplete;
    this.focusCard(id);
  }

  leave() {
    this.preview = null;
    say(t('board.left'));
  }

  async focusCard(id) {
    this.selected = id;
    await this.updateComplete;
    const card = this.querySelector(`[data-note="${CSS.escape(id)}"]`);
    card?.focus({preventScroll: true});
    card?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  /* ---- keys ---- */

  /* The card that an event is about. One listener for all of them: there may be a thousand. */
  cardOf(event) {
    const id = event.target.closest('.board-card')?.dataset.note;
    return id === undefined ? null : this.board.cards().find((one) => one.id === id) ?? null;
  }

  handleKey(event) {
    if (!event.target.matches('.board-card') || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const card = this.cardOf(event);
    if (!card)
      return;
    const rtl = document.documentElement.dir === 'rtl';
    const side = {ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1}[event.key];
    const along = {ArrowUp: -1, ArrowDown: 1}[event.key];
    const taken = this.preview?.byKeys;
    if (side || along) {
      taken ? this.moveTaken(side ?? 0, along ?? 0) : this.goTo(card, side ?? 0, along ?? 0);
    } else if (taken && (event.key === 'Enter' || event.key === ' ')) {
      this.putDown();
    } else if (taken && event.key === 'Escape') {
      this.leave();
      this.focusCard(card.id);
    } else if (event.key === 'Enter') {
      this.emit('lw-play', card.note);
    } else if (event.key === ' ' && this.citing) {
      this.cite(card.id);
    } else if (event.key === ' ' && this.mayMove) {
      this.take(card);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  handleFocus(event) {
    const card = event.target.matches('.board-card') ? this.cardOf(event) : null;
    if (card)
      this.selected = card.id;
  }

  handlePointer(event) {
    const card = this.cardOf(event);
    if (card)
      this.drag.begin(event, card);
  }

  handleClick(event) {
    const card = event.target.closest('.card-head .time') ? this.cardOf(event) : null;
    if (card)
      this.emit('lw-play', card.note);
  }

  handleChange(event) {
    const card = this.cardOf(event);
    if (card && event.target.name === 'cite')
      this.cite(card.id);
    else if (card && event.target.name === 'move')
      this.moveByMenu(card, event.target.value);
  }

  take(card) {
    const column = this.columns().find((one) => one.cards.some(({id}) => id === card.id));
    this.preview = {card: card.id, column: column.key, byKeys: true,
                    index: column.cards.findIndex(({id}) => id === card.id)};
    say(t('board.taken'));
  }

  moveTaken(side, along) {
    const columns = this.columns();
    const at = columns.findIndex((column) => column.key === this.preview.column);
    const into = columns[Math.max(0, Math.min(columns.length - 1, at + side))];
    const others = into.cards.filter(({id}) => id !== this.preview.card).length;
    const index = Math.max(0, Math.min(others, this.preview.index + along));
    this.preview = {...this.preview, column: into.key, index};
    say(t('board.moved', {title: into.title, place: number(index + 1), count: number(others + 1)}));
    this.focusCard(this.preview.card);
  }

  goTo(card, side, along) {
    const columns = this.columns();
    let at = columns.findIndex((column) => column.cards.some(({id}) => id === card.id));
    const index = columns[at].cards.findIndex(({id}) => id === card.id) + along;
    if (side) {
      do
        at += side;
      while (columns[at] && !columns[at].cards.length);
    }
    const cards = columns[at]?.cards;
    if (cards)
      this.focusCard(cards[Math.max(0, Math.min(cards.length - 1, index))].id);
  }

  /* ---- groups ---- */

  async keepGroup(event, group) {
    event.preventDefault();
    const title = new FormData(event.target).get('title').trim();
    this.naming = null;
    if (!title)
      return;
    if (group)
      await this.board.put({...group, title});
    else
      await this.board.addGroup(title);
  }

  async removeGroup(group) {
    await this.board.put({...group, gone: true});
    say(t('board.group-removed'), {label: t('note.undo'),
                                   run: () => this.board.put({...group, gone: false})});
  }

  async name(id) {
    this.naming = id;
    await this.updateComplete;
    this.querySelector('.group-form input')?.focus();
  }

  /* From the menu of a card. */
  async moveByMenu(card, key) {
    const column = this.columns().find((one) => one.key === key);
    this.preview = {card: card.id, column: key, index: column.cards.length, byKeys: true};
    await this.putDown();
  }

  cite(id) {
    const citing = new Set(this.citing);
    citing.has(id) ? citing.delete(id) : citing.add(id);
    this.citing = citing;
  }

  /* ---- out of the room ---- */

  async saveTable() {
    try {
      const answer = await fetch(`../api/walks/${this.model.id}/board.csv?names=${this.names}`, {
        headers: {Authorization: `Bearer ${room.token}`}, credentials: 'omit', cache: 'no-store'});
      if (!answer.ok)
        throw new Error((await answer.json()).error?.message ?? '');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `${this.model.walk.title || 'board'}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (error) {
      say(t('board.not-kept', {message: error.message}));
    }
  }

  get namesShown() {
    return this.names && !this.board.hideNames;
  }

  /* ---- how it looks ---- */

  render() {
    if (!this.board.loaded)
      return html`<p class="calm board-wait" role="status">${
          t(this.board.away ? 'board.away' : 'board.loading')}</p>`;
    const columns = this.columns();
    const cards = columns.flatMap((column) => column.cards);
    const stop = cards.some(({id}) => id === this.selected) ? this.selected : cards[0]?.id;
    return html`<section class=${this.namesShown ? 'board' : 'board nameless'}
        aria-label=${t('board.title')}>
      ${this.printHead()}
      ${this.board.stale ? html`<p class="notice" role="status">${t('board.stale')}</p>` : nothing}
      <lw-outcomes .model=${this.model} .citing=${this.citing} .selected=${this.selected}
          @lw-citing=${({detail}) => { this.citing = detail; }}
          @lw-play=${({detail}) => this.emit('lw-play', detail)}></lw-outcomes>
      ${this.tools()}
      ${cards.length ? nothing : this.empty()}
      <div class="board-columns" data-arrangement=${this.arrangement}
          @keydown=${this.handleKey} @focusin=${this.handleFocus} @pointerdown=${this.handlePointer}
          @click=${this.handleClick} @change=${this.handleChange}>
        ${repeat(columns, (column) => column.key, (column) => this.guardedColumn(column, stop))}
      </div>
      <lw-steps .model=${this.model}></lw-steps>
      <lw-talk .model=${this.model}></lw-talk>
    </section>`;
  }

  /* On paper only. */
  printHead() {
    const {walk} = this.model;
    return html`<header class="print-only">
      <h1 dir="auto">${walk.title}</h1>
      <p class="print-focus" dir="auto"><b>${t('focus.label')}:</b> ${walk.focus}</p>
      <p dir="auto"><b>${t('focus.inquiry')}:</b> ${walk.inquiry}</p>
      <p class="hint">${t('board.print-on', {date: date(new Date().toISOString())})}</p></header>`;
  }

  tools() {
    return html`<div class="board-tools">
      <h2>${t('board.label')}</h2>
      <div class="arrangements" role="group" aria-label=${t('board.arrange')}>
        ${ARRANGEMENTS.map((one) => html`<button class="small" data-arrange=${one}
            aria-pressed=${this.arrangement === one}
            @click=${() => { this.arrangement = one; this.preview = null; }}>${t(`board.by-${one}`)}
        </button>`)}</div>
      <label class="check"><input type="checkbox" name="focus-only" .checked=${this.focusOnly}
          @change=${(event) => { this.focusOnly = event.target.checked; }}>${t('board.focus-only')}</label>
      <details class="menu board-out"><summary class="flat small">${icon('print')}
        ${t('app.more')}</summary><div class="menu-box">
        <label class="check"><input type="checkbox" name="names" .checked=${this.namesShown}
            ?disabled=${this.board.hideNames}
            @change=${(event) => { this.names = event.target.checked; }}>${t('board.names')}</label>
        ${this.board.hideNames ? html`<p class="hint">${t('board.names-hidden')}</p>` : nothing}
        <button class="flat" data-act="print" @click=${() => print()}>${icon('print')}
          ${t('board.print')}</button>
        <button class="flat" data-act="table" @click=${() => this.saveTable()}>${icon('work')}
          ${t('board.table')}</button></div></details>
      <p class="hint board-hint">${this.mayMove ? t('board.hint') : nothing}</p>
    </div>`;
  }

  empty() {
    return html`<div class="empty small">${icon('board')}<h3>${t('board.empty')}</h3>
      <p>${t(this.focusOnly ? 'board.empty-focus' : 'board.empty-hint')}</p></div>`;
  }

  /* Nothing of a column is looked at again in which nothing is different. */
  guardedColumn(column, stop) {
    const here = (id) => id !== undefined && column.cards.some((card) => card.id === id) ? id : null;
    const selected = here(this.selected ?? undefined);
    return guard([column.key, column.title, column.group, here(stop), selected,
                  here(this.preview?.card), this.preview?.column === column.key, this.citing, this.naming,
                  this.mayMove, this.arrangement, this.model.walk, selected && this.board.groups,
                  ...column.cards], () => this.column(column, stop));
  }

  column(column, stop) {
    const isOver = this.preview?.column === column.key;
    return html`<section class=${isOver ? 'board-column over' : 'board-column'} data-column=${column.key}
        aria-label=${`${column.title}, ${t('board.cards', {count: column.cards.length})}`}>
      ${this.naming && this.naming === column.group?.id ? this.groupForm(column.group)
        : html`<header><h3 dir="auto">${column.title}</h3>
        <span class="count">${number(column.cards.length)}</span>
        ${column.group && this.mayMove ? this.groupActions(column.group) : nothing}</header>`}
      <ul>${repeat(column.cards, (card) => card.id, (card) => this.guarded(card, column, stop))}</ul>
      ${column.cards.length ? nothing : html`<p class="hint column-empty">${
          t(this.mayMove ? 'board.group-empty' : 'board.group-empty-still')}</p>`}
      ${column.key === '' && this.arrangement === 'hand' && this.mayMove ? this.newGroup() : nothing}
    </section>`;
  }

  groupActions(group) {
    return html`<button class="flat icon-only small" @click=${() => this.name(group.id)}
        aria-label=${t('board.group-rename', {title: group.title})}
        title=${t('board.group-rename', {title: group.title})}>${icon('edit')}</button>
      <button class="flat icon-only small" @click=${() => this.removeGroup(group)}
        aria-label=${t('board.group-remove', {title: group.title})}
        title=${t('board.group-remove', {title: group.title})}>${icon('delete')}</button>`;
  }

  newGroup() {
    return this.naming === 'new' ? this.groupForm(null)
      : html`<button class="wide" data-act="new-group" @click=${() => this.name('new')}>
          ${icon('plus')} ${t('board.group-new')}</button>`;
  }

  groupForm(group) {
    return html`<form class="group-form" @submit=${(event) => this.keepGroup(event, group)}
        @keydown=${(event) => event.key === 'Escape' && (this.naming = null)}>
      <label><span class="visually-hidden">${t('board.group-title')}</span>
        <input name="title" maxlength="200" dir="auto" autocomplete="off"
            placeholder=${t('board.group-title')} .value=${group?.title ?? ''}></label>
      <button class="primary small">${t('board.group-keep')}</button></form>`;
  }

  /* A thousand of them: what has not changed is not looked at again. */
  guarded(card, column, stop) {
    const isSelected = card.id === this.selected, isTaken = card.id === this.preview?.card;
    const cited = this.citing ? this.citing.has(card.id) : null;
    const {note} = card;
    return guard([note.text, note.edited, note.keptHere, note.kind, card.about, card.keptHere, column.key,
                  isSelected, isTaken, stop === card.id, cited, this.mayMove, this.arrangement,
                  isSelected ? this.board.groups.map(({title}) => title).join('\n') : ''],
                 () => this.card(card, {isSelected, isTaken, isStop: stop === card.id, cited, column}));
  }

  card(card, {isSelected, isTaken, isStop, cited, column}) {
    const {note} = card;
    const span = this.model.whenOf(note);
    const track = this.model.trackNumber(note.segment, note.author);
    const lens = this.lensOf(note), place = this.model.placeOf(note.segment);
    const classes = ['board-card', isSelected ? 'selected' : '', isTaken ? 'taken' : '',
                     cited ? 'cited' : '', card.keptHere ?? note.keptHere ?? ''].join(' ');
    return html`<li class=${classes} data-note=${card.id} data-kind=${note.kind} tabindex=${isStop ? 0 : -1}
        aria-current=${isSelected ? 'true' : 'false'}>
      <div class="card-head">
        ${this.mayMove ? html`<span class="grip" aria-hidden="true"></span>` : nothing}
        ${mark(track, note.kind)}<span class="visually-hidden">${t(`kind.${note.kind}`)}</span>${icon(note.kind)}
        <button class="time" tabindex=${isStop ? 0 : -1} aria-label=${t('board.play', {time: span})}
            >${icon('play')} ${span}</button>
        ${place ? html`<bdi class="card-place">${place}</bdi>` : nothing}
        ${note.on_focus ? html`<span class="on-focus" role="img" aria-label=${t('note.on-focus')}
            title=${t('note.on-focus')}>${icon('focus')}</span>` : nothing}
        ${card.about ? html`<span class="chip">${this.aboutName(card.about)}</span>` : nothing}</div>
      <p class="note-text" dir="auto">${note.text}</p>
      <p class="note-by"><bdi class="name">${this.model.nameOf(note.author)}</bdi>${lens ? html`<span
          class="name"> · </span><bdi>${lens}</bdi>` : nothing}</p>
      ${cited === null ? nothing : html`<label class="check"><input type="checkbox" name="cite"
          .checked=${cited}>${t('outcome.cite')}</label>`}
      ${isSelected && this.mayMove && cited === null ? this.menu(card, column) : nothing}
    </li>`;
  }

  lensOf(note) {
    const tracks = this.model.segments.find((one) => one.id === note.segment)?.tracks ?? [];
    return this.model.lensName(note.lens ?? tracks.find((one) => one.person === note.author)?.lens);
  }

  aboutName(about) {
    return ABOUT.includes(about) ? t(`about.${about}`) : about;
  }

  menu(card, column) {
    const places = this.arrangement === 'about'
      ? [...ABOUT, ''].map((one) => [one, t(`about.${one || 'none'}`)])
      : [...this.board.groups.map((group) => [group.id, group.title]), ['', t('board.ungrouped')]];
    return html`<label class="card-move">${t('board.move')}<select name="move">
      ${places.map(([key, title]) => html`<option value=${key} ?selected=${key === column.key}>${
          title}</option>`)}</select></label>`;
  }
}

customElements.define('lw-board', LwBoard);
