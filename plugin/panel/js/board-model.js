// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The debrief board of one walk, as this person sees it: what the room last said, with what has not
 * reached it yet laid over. Emits "change".
 */
import {newId} from './keep.js';
import {Away, Refusal, room} from './room.js';
import {say} from './element.js';
import {t} from './i18n.js';

/* Room for forty cards between any two. */
const GAP = 2 ** 40;

const KEEP_MS = 1000; // so that a debrief in full swing does not write at every move

export const ABOUT = ['student', 'group', 'class', 'teacher', 'task'];

export class BoardModel extends EventTarget {
  #walk;
  #outbox;
  #keep;
  #items = new Map(); // by key, as the room has them
  #heard = null;      // what came in while the whole was being asked for
  #version = 0;
  #made = {};         // what was asked for last, while nothing is different
  #known = new Map(); // the cards of that answer
  #keepTimer = null;
  #wanted = false;
  #testsWanted = false;
  testWalks = []; // [{walk, title, items}], with those that this walk goes on with
  loaded = false;
  away = false;
  stale = false; // shown from what this browser kept
  may = {};
  levels = [];
  hideNames = false;

  constructor(walk, outbox, keep) {
    super();
    this.#walk = walk;
    this.#outbox = outbox;
    this.#keep = keep;
    this.onBoard = ({detail}) => detail.walk === walk.id && detail.item && this.hear([detail.item]);
    this.onRefused = ({detail}) => this.#hearRefused(detail);
    outbox.addEventListener('board', this.onBoard);
    outbox.addEventListener('board-refused', this.onRefused);
  }

  close() {
    clearTimeout(this.#keepTimer);
    this.#outbox.removeEventListener('board', this.onBoard);
    this.#outbox.removeEventListener('board-refused', this.onRefused);
  }

  /* From now on it is kept fresh. */
  open() {
    if (this.#wanted)
      return;
    this.#wanted = true;
    this.refresh();
  }

  /* ---- small tests of change, which are read in every phase ---- */

  openTests() {
    if (this.#testsWanted)
      return;
    this.#testsWanted = true;
    this.#refreshTests();
  }

  async #refreshTests() {
    if (!this.#testsWanted)
      return;
    try {
      const {walks, may} = await room.get(`walks/${this.#walk.id}/tests`);
      this.testWalks = walks;
      this.may = {...this.may, put_test: may.put};
      for (const item of walks.find((one) => one.walk === this.#walk.id)?.items ?? [])
        this.#take(item);
      this.#changed();
    } catch (error) {
      if (!(error instanceof Away || error instanceof Refusal))
        console.error(error);
    }
  }

  async refresh() {
    await this.#refreshTests();
    if (!this.#wanted || !this.#walk.may.see_notes)
      return;
    this.#heard = [];
    try {
      const {items, may, levels, hide_names} = await room.get(`walks/${this.#walk.id}/board`);
      this.may = {...may, put_test: this.may.put_test};
      this.levels = levels;
      this.hideNames = hide_names;
      this.#items = new Map([...[...this.#items].filter(([, item]) => item.type === 'test'),
                             ...items.map((item) => [keyOf(item), item])]);
      for (const item of this.#heard)
        this.#take(item);
      this.loaded = true;
      this.away = this.stale = false;
      this.#keepSoon();
    } catch (error) {
      this.away = error instanceof Away;
      if (this.away && !this.loaded)
        await this.#takeKept();
      if (error instanceof Refusal)
        this.#forget(); // not open to this person any more
      else if (!this.away)
        console.error(error);
    }
    this.#heard = null;
    this.#changed();
  }

  #keepSoon() {
    this.#keepTimer ??= setTimeout(() => {
      this.#keepTimer = null;
      this.#keepForLater();
    }, KEEP_MS);
  }

  /* Only what is this person's own, and the groups: others' words are not left behind. */
  #keepForLater() {
    const {me: {person}} = this.#walk, notes = this.#walk.allNotes;
    const items = [...this.#items.values()].filter((item) => item.type === 'group' ||
        (item.type === 'card' ? notes.get(item.note)?.author === person : item.by === person));
    this.#keep.put('values', {key: `board:${this.#walk.id}`, person, items, may: this.may,
                              levels: this.levels, hideNames: this.hideNames}).catch(() => {});
  }

  #forget() {
    clearTimeout(this.#keepTimer);
    this.#keepTimer = null;
    for (const [key, item] of this.#items) {
      if (item.type !== 'test')
        this.#items.delete(key);
    }
    this.#keep.delete('values', `board:${this.#walk.id}`).catch(() => {});
  }

  async #takeKept() {
    const kept = await this.#keep.get('values', `board:${this.#walk.id}`).catch(() => null);
    if (kept?.person !== this.#walk.me.person)
      return;
    ({may: this.may, levels: this.levels, hideNames: this.hideNames} = kept);
    this.#items = new Map(kept.items.map((item) => [keyOf(item), item]));
    this.loaded = this.stale = true;
  }

  hear(items) {
    for (const item of items) {
      this.#heard?.push(item);
      this.#take(item);
    }
    if (this.loaded && !this.stale)
      this.#keepSoon();
    this.#changed();
  }

  /* Of two versions the later stands, as in the room. */
  #take(item) {
    const there = this.#items.get(keyOf(item));
    if (!there || Date.parse(item.edited) >= Date.parse(there.edited))
      this.#items.set(keyOf(item), item);
  }

  /* A move that the room would not have is undone by forgetting it; words stay. */
  #hearRefused(change) {
    if (change.walk !== this.#walk.id)
      return;
    say(t('board.not-kept', {message: change.message ?? ''}));
    if (change.item.type === 'card' || change.item.type === 'group' || change.item.gone ||
        change.item.agree)
      this.#outbox.throwAway(change.key);
  }

  #changed() {
    this.#version++;
    this.dispatchEvent(new Event('change'));
  }

  /* ---- looking at it ---- */

  /* What the board is made of: the same list as long as nothing of it is different. */
  get state() {
    return [this.#version, this.#outbox.version, this.#walk.allNotes, this.#walk.walk];
  }

  #remember(name, make) {
    const there = this.#made[name], state = this.state;
    if (there && there.state.every((one, i) => one === state[i]))
      return there.made;
    const made = make();
    this.#made[name] = {state, made};
    return made;
  }

  /* All there is of @type, with `keptHere` (null, "waiting", "refused") and `outKey`. */
  of(type) {
    return this.#remember(type, () => this.#listOf(type));
  }

  #listOf(type) {
    const all = new Map();
    for (const [key, item] of this.#items) {
      if (item.type === type)
        all.set(key, {...item, keptHere: null});
    }
    for (const {item, state, key, message} of this.#outbox.ofBoard(this.#walk.id)) {
      const there = all.get(item.key);
      if (item.type !== type || item.agree ||
          (there && Date.parse(there.edited) > Date.parse(item.edited) && state === 'waiting'))
        continue;
      all.set(item.key, {by: this.#walk.me.person, ...item, keptHere: state, outKey: key, message});
    }
    return [...all.values()].filter((item) => !item.gone);
  }

  get groups() {
    return this.#remember('groups', () => [...this.of('group')].sort(byPosition));
  }

  /* {note, group, position, about} of each note that is a card, with what was said of it. One that is
   * as it was is the same object. */
  cards() {
    return this.#remember('cards', () => this.#makeCards());
  }

  #makeCards() {
    const before = this.#known;
    this.#known = new Map();
    const placed = new Map(this.of('card').map((card) => [card.note, card]));
    const groups = new Set(this.groups.map((group) => group.id));
    const cards = [];
    for (const note of this.#walk.allNotes.values()) {
      if (['reply', 'answer', 'code'].includes(note.kind) || note.keptHere === 'refused')
        continue;
      const card = placed.get(note.id);
      const made = {note, id: note.id, group: groups.has(card?.group) ? card.group : '',
                    position: card?.position ?? null, about: card?.about || aboutOf(note),
                    said: card?.about ?? '', keptHere: card?.keptHere ?? null};
      const there = before.get(note.id);
      const same = there && Object.keys(made).every((name) => made[name] === there[name]);
      this.#known.set(note.id, same ? there : made);
      cards.push(same ? there : made);
    }
    return cards;
  }

  /* ---- changing it ---- */

  async put(item) {
    const now = Date.now(), key = keyOf(item);
    // Later than what it was made from, also by a clock that is behind.
    const there = this.#items.get(key);
    const edited = Math.max(now, there ? Date.parse(there.edited) + 1 : 0);
    const {keptHere, outKey, message, by, ...plain} = item;
    if (outKey !== undefined && keptHere === 'refused')
      await this.#outbox.throwAway(outKey);
    await this.#outbox.addToBoard(this.#walk.id,
                                  {...plain, key, edited: new Date(edited).toISOString()});
    this.#changed();
  }

  addGroup(title) {
    const last = this.groups.at(-1);
    return this.put({type: 'group', id: newId(), title, position: (last?.position ?? 0) + GAP});
  }

  /* Between @before and @after, cards of the same column or null. */
  moveCard(card, group, before, after) {
    const low = before?.position ?? null, high = after?.position ?? null;
    const position = low === null ? (high === null ? 0 : high - GAP)
                     : high === null ? low + GAP : Math.floor((low + high) / 2);
    return this.put({type: 'card', note: card.id, group: group || undefined, position,
                     about: card.said});
  }

  setAbout(card, about) {
    return this.put({type: 'card', note: card.id, group: card.group || undefined,
                     position: card.position ?? 0, about});
  }

  throwAway(item) {
    return this.#outbox.throwAway(item.outKey);
  }

  /* ---- what is being written: on this machine alone ---- */

  #typedKey(what) {
    return `typed:${this.#walk.me.person}:${this.#walk.id}:${what}`;
  }

  async readTyped(what) {
    return (await this.#keep.get('values', this.#typedKey(what)))?.value;
  }

  /* @value: null: nothing any more. */
  keepTyped(what, value) {
    const key = this.#typedKey(what);
    return value === null ? this.#keep.delete('values', key) : this.#keep.put('values', {key, value});
  }
}

function keyOf(item) {
  return item.key ?? (item.type === 'card' ? `card:${item.note}` : `${item.type}:${item.id}`);
}

export function byPosition(a, b) {
  return (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : 1);
}

/* Whom a note speaks of, where its tags say so. */
function aboutOf(note) {
  const tags = note.tags.map((tag) => tag.toLowerCase());
  const has = (...words) => words.some((word) => tags.includes(word));
  return has('student', 'child') ? 'student' : has('students', 'pair', 'pairs', 'group') ? 'group'
    : has('class', 'everybody') ? 'class' : has('teacher') ? 'teacher'
    : has('task', 'material', 'work') ? 'task' : '';
}
