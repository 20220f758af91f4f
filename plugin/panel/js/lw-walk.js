// SPDX-License-Identifier: LGPL-2.1-or-later
/* One walk: focus and inquiry always in view, the lesson, and the notes beside it. */
import {html, nothing} from '../lib/lit/index.js';
import {Element, isTyping, say, showDialog} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {recall} from './keep.js';
import {room} from './room.js';
import {WalkModel} from './walk-model.js';
import {placeName, segmentHere, segmentOf, turnOf} from './clock/walk-clock.js';
import {focusBanner} from './walk/focus-banner.js';
import {lessonTabs} from './walk/lesson-tabs.js';
import {walkBar} from './walk/walk-bar.js';

import './clock/lw-align.js';
import './clock/lw-anchor.js';
import './clock/lw-clock.js';
import './clock/lw-walk-clock.js';
import './lw-before.js';
import './lw-board.js';
import './lw-clips-dialog.js';
import './lw-erase-dialog.js';
import './lw-form.js';
import './lw-kept.js';
import './lw-note-dialog.js';
import './lw-notes.js';
import './lw-player.js';
import './lw-prepare.js';
import './lw-setup.js';
import './lw-uploads.js';
import './lw-walk-dialogs.js';
import './live/lw-live-dialog.js';
import './live/lw-send-dialog.js';
import './phase/lw-out.js';
import './phase/lw-phase-bar.js';
import './phase/lw-phase-dialog.js';
import './walk/lw-no-lesson.js';
import './walk/lw-over.js';

/* Those that the player does not have itself. */
const KEYS = {
  n: (walk) => walk.pin('noticing'),
  w: (walk) => walk.pin('wondering'),
  '/': (walk) => walk.querySelector('lw-notes')?.focusSearch(),
  '?': (walk) => walk.showKeys(),
};

/* Between two looks whether she is done writing. */
const BUSY_LOOK_MS = 200;

class LwWalk extends Element {
  static properties = {
    me: {}, keep: {}, outbox: {}, walkId: {}, segmentId: {}, selected: {state: true},
    draft: {state: true}, resume: {state: true}, view: {}, at: {},
  };

  constructor() {
    super();
    this.selected = null;
    this.draft = null;
    this.onKey = (event) => this.handleKey(event);
    this.onWording = () => this.requestUpdate();
    this.onPress = (event) => {
      for (const menu of this.querySelectorAll('details.menu[open]')) {
        if (!menu.contains(event.target))
          menu.open = false;
      }
    };
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('keydown', this.onKey);
    document.addEventListener('click', this.onPress);
    window.addEventListener('lw-wording', this.onWording);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.onKey);
    document.removeEventListener('click', this.onPress);
    window.removeEventListener('lw-wording', this.onWording);
    this.model?.close();
    this.sizes?.disconnect();
  }

  willUpdate(changed) {
    if (!changed.has('walkId') || this.model?.id === this.walkId)
      return;
    this.model?.close();
    const model = this.model = new WalkModel(this.walkId, this.me, this.keep, this.outbox);
    model.addEventListener('change', () => {
      this.dropErasedDraft();
      this.requestUpdate();
    });
    model.addEventListener('news', ({detail}) => say(t('note.new', detail)));
    model.open();
    this.draft = null;
    this.selected = null;
  }

  updated() {
    const banner = this.querySelector('.focus-banner');
    if (banner && banner !== this.shownBanner) {
      this.shownBanner = banner;
      this.sizes?.disconnect();
      // What else stays in view stands below it.
      this.sizes = new ResizeObserver(() => document.documentElement.style.setProperty(
          '--banner', `${banner.offsetHeight}px`));
      this.sizes.observe(banner);
    }
    // They hold the same model, so nothing else tells them that what is in it is new.
    for (const part of this.parts())
      part.requestUpdate?.();
    // Where she came to with the walk she stays until it takes her on.
    if (!this.segmentId && this.segment && turnOf(this.model))
      this.segmentId = this.segment.id;
    this.followPhase();
    this.followPlace();
    const title = this.model.walk?.title;
    if (title)
      document.title = `${title} – ${t('app.name')}`;
  }

  /* A link to a moment plays it, once. */
  followPlace() {
    const key = this.at === null || !this.segment || !this.player ? null
                : `${this.segment.id} ${this.at}`;
    if (key === null || key === this.lastPlace || this.segment.id !== this.segmentId)
      return;
    this.lastPlace = key;
    this.player.playFrom(Number(this.at) || 0);
  }

  /* Not by a search: below the board and the notes lie thousands of elements. */
  parts() {
    const main = [...this.children].find((one) => one.localName === 'main');
    const watch = main?.querySelector('.watch');
    return [this, main, watch, watch?.querySelector('.prepare-page')]
        .flatMap((one) => [...one?.children ?? []]);
  }

  /* A phase that follows the watching opens its form as it begins; else the lesson's end does. */
  followPhase() {
    const {walk, protocol} = this.model;
    if (!walk || !protocol || walk.phase === this.lastPhase)
      return;
    const begins = this.lastPhase !== undefined && this.lastWalk === walk.id;
    this.lastPhase = walk.phase;
    this.lastWalk = walk.id;
    const before = protocol.phases[protocol.phases.findIndex((one) => one.id === walk.phase) - 1];
    if (begins && before?.write_notes.some((role) => walk.my_roles.includes(role)))
      this.offerForm();
  }

  get segment() {
    return segmentHere(this.model, this.segmentId);
  }

  get player() {
    return this.querySelector('lw-player');
  }

  /* ---- the walk's clock ---- */

  /* In the middle of a sentence, or of something else that she would lose. */
  get isBusy() {
    return Boolean(this.draft || document.querySelector('dialog[open]'));
  }

  /* The walk goes to another visit: with it goes who was with it, as soon as she is done writing. Who
   * looks at something else stays. */
  async goOrStay({visit, was}) {
    const here = this.segment?.visit;
    if (here === visit || this.isPreparing || this.view === 'code' || this.onBoard ||
        (was !== null && here !== was) || this.player?.feed?.follows === false)
      return;
    if (this.isBusy)
      say(t('turn.stayed', {place: placeName(this.model, turnOf(this.model).visit)}));
    const {model} = this;
    const isHere = () => this.isConnected && this.model === model && this.segment?.visit === here;
    while (isHere() && this.isBusy)
      await new Promise((resolve) => setTimeout(resolve, BUSY_LOOK_MS));
    // The walk may have gone on once more while she wrote.
    const turn = isHere() ? turnOf(model) : null;
    if (turn && !turn.over && turn.visit.id !== here)
      this.goWithWalk();
  }

  goWithWalk() {
    const turn = turnOf(this.model);
    if (turn)
      this.goToVisit(turn.visit.id);
  }

  goToVisit(visit) {
    this.segmentId = segmentOf(this.model, visit)?.id;
    this.view = 'notes';
    location.hash = this.placeOf('notes', this.segmentId);
    return this.updateComplete;
  }

  offerFormOn(visit) {
    if (this.segment?.visit === visit)
      this.offerForm();
  }

  async openFormOn(visit) {
    await this.goToVisit(visit);
    await this.querySelector('lw-form-dialog').updateComplete;
    this.openForm();
  }

  /* ---- the board ---- */

  get onBoard() {
    return this.view === 'board' && Boolean(this.model.may.see_notes);
  }

  placeOf(view, segment = this.segment?.id) {
    return `#walk=${this.model.id}${segment ? `&segment=${segment}` : ''}${
        view === 'notes' ? '' : `&view=${view}`}`;
  }

  leaveBoard() {
    this.view = 'notes';
    location.hash = this.placeOf('notes');
  }

  async beginNext() {
    this.closeMenus();
    try {
      const {id} = await room.post(`walks/${this.model.id}/next`, {});
      location.hash = `walk=${id}`;
      say(t('next.begun'), {label: t('next.people'), run: () => this.inviteAgain()});
    } catch (error) {
      say(t('board.not-kept', {message: error.message}));
    }
  }

  inviteAgain() {
    this.show('lw-invite-dialog');
    this.querySelector('lw-invite-dialog').askAgain();
  }

  /* Plays the moment of a card, in whichever lesson it is. */
  async play(note) {
    this.selected = note.id;
    if (note.segment !== this.segment?.id) {
      this.segmentId = note.segment;
      location.hash = this.placeOf(this.view, note.segment);
      await this.updateComplete;
      await this.player.updateComplete;
    }
    this.player?.playFrom(note.start);
  }

  /* ---- keys ---- */

  handleKey(event) {
    if (event.defaultPrevented || document.querySelector('dialog[open]'))
      return;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') {
      const menu = this.querySelector('details.menu[open]');
      if (menu) {
        menu.open = false;
        menu.querySelector('summary').focus();
      }
      return;
    }
    if (event.key === 'F1') {
      this.showKeys();
    } else if (isTyping(event) || event.altKey || (this.isPreparing && event.key !== '?')) {
      return;
    } else if (command && event.key.toLowerCase() === 'z') {
      event.shiftKey ? this.redo() : this.undo();
    } else if (command && event.key.toLowerCase() === 'y') {
      this.redo();
    } else if (command && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      this.noteBy(event.key === 'ArrowLeft' ? -1 : 1);
    } else if (command) {
      return;
    } else if (event.key.length === 1 && event.key !== ' ' && recall('letters') === 'off') {
      return;
    } else if (event.key.toLowerCase() in KEYS) {
      KEYS[event.key.toLowerCase()](this);
    } else if (!this.player?.handleKey(event)) {
      return;
    }
    event.preventDefault();
  }

  showKeys() {
    showDialog(this.querySelector('lw-keys dialog'));
  }

  noteBy(step) {
    const notes = this.notes.filter((note) => note.depth === 0);
    if (!notes.length)
      return;
    const now = this.player?.time ?? 0;
    let index = notes.findIndex((note) => note.id === this.selected);
    if (index >= 0)
      index += step;
    else
      index = step > 0 ? notes.findIndex((note) => note.start > now)
                       : notes.findLastIndex((note) => note.start < now);
    const note = notes[Math.max(0, Math.min(notes.length - 1, index))];
    this.choose(note);
  }

  choose(note, {seek = true, reveal = true} = {}) {
    this.selected = note.id;
    if (seek)
      this.player?.seek(note.start);
    if (reveal)
      this.querySelector('lw-notes')?.reveal(note.id);
  }

  /* ---- writing ---- */

  async pin(kind) {
    const may = this.model.mayOn(this.segment);
    // By the time of day; that is read first, as nothing else is on the screen.
    if (this.segment?.by_clock && kind !== 'progress' && may.write) {
      await this.begin(this.model.newNoteByClock(this.segment, kind));
      return;
    }
    if (!this.player || !(kind === 'progress' ? may.progress : may.write)) {
      say(t('pin.closed'));
      return;
    }
    const {start, end} = this.player.pinTime(), note = this.model.newNote(this.segment.id, kind, start, end);
    await this.begin({...note, ...this.player.wallOf(start)});
  }

  async reply(note) {
    const answer = this.model.newNote(note.segment, 'reply', note.start, note.start);
    answer.reply_to = note.id;
    await this.begin(answer);
  }

  async edit(note) {
    const {keptHere, key, message, depth, replies, ...fields} = note;
    await this.begin({...fields}, true);
  }

  async begin(note, original = false) {
    // Words are written beside the list of notes.
    if (this.view !== 'notes')
      this.leaveBoard();
    // What was being written is put aside, not lost.
    const aside = this.querySelector('lw-composer')?.save();
    this.player?.hold();
    this.draft = {note, original};
    // Nothing here waits for more than a microtask: the next key must find the field.
    await this.updateComplete;
    const notes = this.querySelector('lw-notes');
    await notes.updateComplete;
    const composer = notes.querySelector('lw-composer');
    await composer.updateComplete;
    composer.focusText();
    await aside;
    await this.model.keepDraft({...note, ...composer.note}, original);
  }

  async keepNote(note) {
    const draft = this.draft;
    this.draft = null;
    try {
      await this.model.put(note);
    } catch (error) {
      // The draft is still there, and so are the words.
      this.draft = {...draft, note};
      say(t('pin.not-kept', {message: error.message}));
      return;
    }
    await this.model.dropDraft(note.id);
    if (this.draft)
      return; // she writes the next one already
    this.player?.release();
    this.selected = note.id;
    await this.updateComplete;
    this.querySelector('lw-notes')?.reveal(note.id, true);
    say(t('pin.kept'));
  }

  /* What is being written about something that is erased meanwhile goes with it. */
  dropErasedDraft() {
    if (this.draft && this.model.isErased(this.draft.note))
      this.draft = null;
  }

  async putAside({note, empty}) {
    if (empty || (this.draft?.original && !note.changed))
      await this.model.dropDraft(note.id);
    this.draft = null;
    this.player?.release();
    this.player?.focusStage();
  }

  /* Not "remove": by that the page takes this element out. */
  async deleteNote(note) {
    await this.model.remove(note);
    say(t('note.deleted'), {label: t('note.undo'), run: () => this.undo()});
  }

  async undo() {
    say(await this.model.undo() ? t('note.undone') : t('note.nothing-to-undo'));
  }

  async redo() {
    if (await this.model.redo())
      say(t('note.redone'));
  }

  /* ---- clips, work, erasing ---- */

  /* @range: {start, end, title} or null. */
  showClips(range = this.player?.range ?? null) {
    this.closeMenus();
    this.querySelector('lw-clips-dialog').show(range);
  }

  attachWork(...where) {
    this.closeMenus();
    this.player.attachWork(...where);
  }

  showErase() {
    this.closeMenus();
    this.querySelector('lw-erase-dialog').show();
  }

  goFromDialog(time) {
    document.querySelector('dialog[open]')?.close();
    this.player?.seek(time);
    this.player?.focusStage();
  }

  /* ---- how it looks ---- */

  render() {
    const {walk} = this.model;
    if (!walk)
      return html`<main class="middle"><p class="calm" role="status">
        ${this.model.gone ?? t('app.loading')}</p><a class="button" href="#">${t('app.back')}</a>
      </main>`;
    if (this.model.gone)
      return html`<lw-over .model=${this.model}></lw-over>`;
    this.notes = this.segment ? this.model.notesOf(this.segment.id) : [];
    return html`
      <a class="skip" href="#notes" @click=${(event) => {
        event.preventDefault();
        this.querySelector('lw-notes, lw-board, lw-coding')?.focusList();
      }}>${t('app.skip')}</a>
      ${walkBar(this, walk)}
      ${focusBanner(this)}
      ${walk.is_out ? nothing : html`<lw-phase-bar .model=${this.model}></lw-phase-bar>
        <lw-walk-clock .model=${this.model} .segment=${this.segment} @lw-visit=${({detail}) => this.goOrStay(detail)}
          @lw-visit-over=${({detail}) => this.offerFormOn(detail.visit)} @lw-with-walk=${() => this.goWithWalk()}
          @lw-visit-form=${({detail}) => this.openFormOn(detail.visit)}></lw-walk-clock>`}
      ${this.outbox.lasting ? nothing : html`<p class="notice memory">${icon('warning')}
          ${t('keep.memory')}</p>`}
      ${walk.previous ? html`<lw-before .model=${this.model}></lw-before>` : nothing}
      ${walk.is_out ? html`<lw-out .model=${this.model}></lw-out>` : this.lesson()}
      <lw-focus-dialog .model=${this.model}></lw-focus-dialog>
      <lw-phase-dialog .model=${this.model}></lw-phase-dialog>
      <lw-invite-dialog .model=${this.model}></lw-invite-dialog>
      <lw-people-dialog .model=${this.model}></lw-people-dialog>
      ${this.model.isLead ? html`<lw-setup-dialog .model=${this.model}></lw-setup-dialog>` : nothing}
      ${this.segment ? html`<lw-form-dialog .model=${this.model} .segment=${this.segment}></lw-form-dialog>` : nothing}
      <lw-prepare-dialog .model=${this.model} .keep=${this.keep}></lw-prepare-dialog>
      <lw-note-dialog .model=${this.model} .segment=${this.segment}
          @lw-clip=${({detail}) => this.showClips(detail)}
          @lw-attach=${({detail}) => this.attachWork(detail, true)}
          @lw-erased=${() => this.querySelector('lw-notes, lw-board').focusList()}></lw-note-dialog>
      ${this.segment?.is_mine ? html`<lw-erase-dialog .model=${this.model}
          .segment=${this.segment}></lw-erase-dialog><lw-clips-dialog .model=${this.model} .segment=${this.segment}
          @lw-go=${({detail}) => this.goFromDialog(detail)}></lw-clips-dialog>` : nothing}
      ${this.model.may.upload ? html`<lw-live-dialog .model=${this.model}
          @lw-send=${({detail}) => this.querySelector('lw-send-dialog').open(...detail)}></lw-live-dialog>
          <lw-send-dialog .model=${this.model}></lw-send-dialog>` : nothing}<lw-keys></lw-keys>`;
  }

  /* Not in the middle of a sentence: what is being written stays where it is. */
  get isPreparing() {
    return !this.draft && this.model.missingFor(this.segment).length > 0;
  }

  preparing() {
    return html`<div class="prepare-page"><h2>${t('prepare.title')}</h2>
      <lw-prepare .model=${this.model} .keep=${this.keep}
          @lw-prepared=${() => this.updateComplete.then(() => this.player?.focusStage())}></lw-prepare>
    </div>`;
  }

  lesson() {
    return html`<main class="walk ${this.isPreparing ? 'preparing' : this.onBoard ? 'with-board' : this.view === 'code'
        ? 'with-coding' : ''}">
      <div class="watch">
        ${lessonTabs(this.model.segments, this.segment?.id, (id) => this.placeOf(this.view, id))}
        <lw-uploads .model=${this.model} .keep=${this.keep}></lw-uploads>
        ${this.isPreparing ? this.preparing() : this.stage()}
      </div>
      ${this.isPreparing ? nothing : this.view === 'code' ? html`<lw-coding id="notes" .model=${this.model}
          .segment=${this.segment}></lw-coding>` : this.onBoard ? html`<lw-board id="notes" .model=${this.model}
          @lw-play=${({detail}) => this.play(detail)}></lw-board>` : html`<lw-notes id="notes" .model=${this.model} .segment=${this.segment} .notes=${this.notes}
          .selected=${this.selected} .draft=${this.draft}
          @lw-choose=${({detail}) => this.choose(detail, {reveal: false})}
          @lw-reply=${({detail}) => this.reply(detail)}
          @lw-edit=${({detail}) => this.edit(detail)}
          @lw-delete=${({detail}) => this.deleteNote(detail)}
          @lw-more=${({detail}) => this.querySelector('lw-note-dialog').show(detail)}
          @lw-keep=${({detail}) => this.keepNote(detail)}
          @lw-aside=${({detail}) => this.putAside(detail)}
          @lw-go-on=${({detail}) => this.begin(detail.note, detail.original)}
          @lw-undo=${this.undo}></lw-notes>`}
    </main>`;
  }

  stage() {
    if (!this.segment)
      return html`<lw-no-lesson .model=${this.model} @lw-upload=${() => this.show('lw-uploads')}
          @lw-set-up=${this.setUp}></lw-no-lesson>`;
    if (this.segment.by_clock)
      return html`<lw-clock .model=${this.model} .segment=${this.segment}
          @lw-pin=${({detail}) => this.pin(detail)} @lw-upload=${() => this.show('lw-uploads')}></lw-clock>`;
    return html`<lw-player .model=${this.model} .keep=${this.keep} .segment=${this.segment}
          .notes=${this.notes} .selected=${this.selected} .people=${this.model.people}
          .may=${this.model.mayOn(this.segment)}
          @lw-choose=${({detail}) => this.choose(detail, {seek: true})}
          @lw-pin=${({detail}) => this.pin(detail)}
          @lw-clip=${({detail}) => this.showClips(detail)}
          @lw-ended=${this.offerForm}
          @lw-keys=${this.showKeys}></lw-player>
        <lw-align .model=${this.model} .segment=${this.segment} .notes=${this.notes}></lw-align>
        <lw-anchor .model=${this.model} .segment=${this.segment} .notes=${this.notes}></lw-anchor>`;
  }

  openLive() {
    this.closeMenus();
    this.querySelector('lw-live-dialog').show();
  }

  setUp() {
    this.closeMenus();
    this.querySelector('lw-setup-dialog').show();
  }

  closeMenus() {
    for (const menu of this.querySelectorAll('details.menu[open]'))
      menu.open = false;
  }

  show(dialog) {
    this.closeMenus();
    // What is counted in it changes without news.
    if (dialog === 'lw-phase-dialog' && this.model.isLead)
      this.model.refresh();
    this.querySelector(dialog).requestUpdate();
    showDialog(this.querySelector(`${dialog} dialog`));
  }

  /* Her form on this lesson, and whether it is handed in: she alone is told. */
  formFlag() {
    const form = this.model.formOn(this.segment);
    if (!form || !this.segment || this.isPreparing)
      return nothing;
    const done = this.model.isHandedIn(form, this.segment.id);
    if (!done && !this.model.mayOn(this.segment).write)
      return nothing;
    return html`<button class="form-flag small ${done ? 'flat' : ''}" data-act="form" @click=${this.openForm}>
      ${icon(done ? 'kept' : 'edit')} ${t(done ? 'form.change' : 'form.open', {title: form.title})}</button>`;
  }

  openForm() {
    this.querySelector('lw-form-dialog').show();
  }

  /* Right after the visit; not in the middle of a sentence, and not what is done already. */
  offerForm() {
    const {walk} = this.model, form = this.model.formOn(this.segment);
    const phase = walk.phases.find((one) => one.id === walk.phase);
    if (form && (phase?.form === form.id || this.model.isPast(this.segment)) && this.segment && !this.draft && !this.isPreparing && this.view !== 'code' &&
        this.model.mayOn(this.segment).write && !this.model.isHandedIn(form, this.segment.id) &&
        !document.querySelector('dialog[open]') && !document.fullscreenElement)
      this.openForm();
  }
}

customElements.define('lw-walk', LwWalk);
