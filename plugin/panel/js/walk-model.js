// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One walk as this person sees it: what the room last said, with what has not reached it yet laid
 * over. Emits "change"; "news" {name, count} for notes of others that came in while it is open.
 */
import {BoardModel} from './board-model.js';
import {Live} from './live.js';
import {newId} from './keep.js';
import {t} from './i18n.js';
import {Away, Refusal, room} from './room.js';
import {roundTags} from './phase/course.js';
import {hearTimer} from './phase/countdown.js';
import {Drafts} from './walk/drafts.js';
import {WalkForms} from './walk/forms.js';
import {History} from './walk/history.js';
import {inOrder} from './walk/in-order.js';
import {RoomClock, startBy} from './clock/room-clock.js';
import {formatSpan, isLater, timeOfDay} from './time.js';

/* That the room gives at once. */
const NOTES_MOST = 5000;

export class WalkModel extends WalkForms {
  #keep;
  #outbox;
  #drafts;
  #live = null;
  #notes = new Map();   // as the room has them
  #codes = new Map();   // of a segment, in order
  #notesVersion = 0;
  #shown = new WeakMap(); // a note as the room has it: as it is shown
  #memory = {};           // what was asked for last, while what it is made of is the same
  #seen = null;         // ids that the person has been told of
  #refreshing = null;
  #again = false;
  #heard = null; // what came in while the whole was being asked for, and is newer than the answer
  #history = new History((step) => this.#perform(step));
  #erased = new Set(); // ids of notes and lessons, while this is open
  walk = null;
  protocol = null; // the routine's file, which a walk never changes
  people = [];
  timers = new Map(); // by id; see phase/countdown.js
  clock = new RoomClock();
  uploads = [];
  way = 'away';
  gone = null; // a sentence, when the walk is not open to this person (any more)
  stale = false; // shown from what this browser kept

  constructor(id, me, keep, outbox) {
    super();
    this.id = id;
    this.me = me;
    this.#keep = keep;
    this.#outbox = outbox;
    this.#drafts = new Drafts(keep, id, me.person);
    this.onOutbox = () => this.#changed();
    this.onKept = ({detail}) => this.#hearKept(detail);
    outbox.addEventListener('change', this.onOutbox);
    outbox.addEventListener('kept', this.onKept);
    this.board = new BoardModel(this, outbox, keep);
    this.board.addEventListener('change', this.onOutbox);
  }

  async open() {
    await this.#drafts.load();
    const kept = await this.#keep.get('values', this.#key);
    if (kept && kept.person === this.me.person) {
      this.walk = kept.walk;
      this.protocol = kept.protocol ?? null;
      this.#setNotes(kept.notes);
      this.stale = true;
      this.#changed();
    }
    await this.refresh();
    this.#live = new Live(this.id);
    this.#live.addEventListener('walk', () => this.refresh());
    this.#live.addEventListener('notes', ({detail}) => this.#hearNotes(detail));
    this.#live.addEventListener('board', ({detail}) => {
      this.hearTimers(detail.filter((item) => item.type === 'timer'));
      this.board.hear(detail.filter((item) => item.type !== 'timer'));
    });
    this.#live.addEventListener('presence', ({detail}) => {
      this.people = detail.filter((one) => one.person !== this.me.person);
      this.#changed();
    });
    this.#live.addEventListener('way', ({detail}) => {
      this.way = detail;
      this.#changed();
    });
  }

  close() {
    this.#live?.close();
    this.board.close();
    this.#outbox.removeEventListener('change', this.onOutbox);
    this.#outbox.removeEventListener('kept', this.onKept);
  }

  get #key() {
    return `walk:${this.id}`;
  }

  /* ---- what the room says ---- */

  refresh() {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#load().finally(() => {
      this.#refreshing = null;
      if (this.#again) {
        this.#again = false;
        this.refresh();
      }
    });
    return this.#refreshing;
  }

  async #load() {
    try {
      const asked = performance.now();
      const walk = await room.get(`walks/${this.id}`);
      // The room said what is left somewhere between the question and its answer.
      const answered = performance.now(), said = (asked + answered) / 2;
      this.clock.hear(walk.now, asked, answered);
      this.timers = new Map(walk.timers.map((timer) => [timer.id, hearTimer(timer, said)]));
      this.protocol ??= await room.get(`walks/${this.id}/protocol`);
      this.#heard = [];
      const notes = await this.#loadNotes();
      if (walk.may.upload)
        this.uploads = await this.#loadUploads();
      this.#takeWalk(walk);
      this.#setNotes(notes);
      const heard = this.#heard;
      this.#heard = null;
      for (const news of heard)
        this.#takeNotes(news);
      await this.board.refresh();
      this.stale = false;
      this.gone = null;
      this.#tellNews();
      this.#changed();
      await this.#keepForLater();
    } catch (error) {
      this.#heard = null;
      if (error instanceof Refusal && (error.status === 404 || error.status === 403)) {
        this.gone = error.message;
        await this.#keep.delete('values', this.#key);
      } else if (!(error instanceof Away || error instanceof Refusal)) {
        console.error(error);
      }
      this.#changed();
    }
  }

  /* Of a lesson that is coded there may be thousands. */
  async #loadNotes() {
    const all = [];
    for (;;) {
      const {notes} = await room.get(`walks/${this.id}/notes?limit=${NOTES_MOST}&offset=${all.length}`);
      all.push(...notes);
      if (notes.length < NOTES_MOST)
        return all;
    }
  }

  async #loadUploads() {
    try {
      return (await room.get(`walks/${this.id}/uploads`)).uploads;
    } catch {
      return [];
    }
  }

  #takeWalk(walk) {
    const before = this.segments.map((segment) => segment.id);
    this.walk = walk;
    const there = new Set(this.segments.map((segment) => segment.id));
    // Erased by its teacher: what this browser still has of it goes, too.
    for (const id of before.filter((one) => !there.has(one))) {
      this.#erased.add(id);
      this.#forget((note) => note.segment === id).catch(console.error);
    }
    for (const segment of this.segments) {
      // One that was brought from another recording is for what was pinned there.
      const track = segment.tracks.find((one) => one.person === this.me.person && !one.pinned_on);
      if (track)
        this.#outbox.knowTrack(segment.id, track.id);
    }
  }

  /* Only what is one's own: others' notes are not left behind on a shared machine. */
  #keepForLater() {
    const notes = [...this.#notes.values()].filter((note) => note.author === this.me.person);
    return this.#keep.put('values', {key: this.#key, person: this.me.person, walk: this.walk,
                                     protocol: this.protocol, notes})
        .catch(() => {});
  }

  hearTimers(timers) {
    for (const timer of timers)
      this.timers.set(timer.id, hearTimer(timer));
    if (timers.length)
      this.#changed();
  }

  #hearNotes(news) {
    this.#heard?.push(news);
    this.#takeNotes(news);
    this.#tellNews();
    this.#changed();
  }

  /* One that is as it was stays the same object: then nothing of it is drawn again. */
  #setNotes(notes) {
    const before = this.#notes;
    this.#notes = new Map(notes.map((note) => {
      const there = before.get(note.id);
      return [note.id, there?.edited === note.edited && there.lens === note.lens &&
          there.start === note.start && there.segment === note.segment ? there : note];
    }));
    this.#notesVersion++;
  }

  #takeNotes({notes, gone}) {
    this.#notesVersion++;
    for (const note of notes) {
      const there = this.#notes.get(note.id);
      if (!there || !isLater(there.edited, note.edited))
        this.#notes.set(note.id, note);
    }
    for (const id of gone)
      this.#notes.delete(id);
  }

  #hearKept({walk, op, note}) {
    if (walk !== this.id)
      return;
    const news = op === 'delete' ? {notes: [], gone: [note.id]} : {notes: [note], gone: []};
    this.#heard?.push(news);
    this.#takeNotes(news);
  }

  #tellNews() {
    const others = [...this.#notes.values()].filter((note) => note.author !== this.me.person &&
                                                           note.kind !== 'code');
    const seen = this.#seen;
    this.#seen = new Set(others.map((note) => note.id));
    if (seen === null)
      return;
    const counts = new Map();
    for (const note of others) {
      if (!seen.has(note.id))
        counts.set(note.author, (counts.get(note.author) ?? 0) + 1);
    }
    for (const [author, count] of counts)
      this.dispatchEvent(new CustomEvent('news', {detail: {name: this.nameOf(author), count}}));
  }

  #changed() {
    this.#codes.clear();
    this.dispatchEvent(new Event('change'));
  }

  /* ---- looking at it ---- */

  /* What @make gives, made anew when one of @from is another. */
  #remember(name, from, make) {
    const there = this.#memory[name];
    if (there?.from.length === from.length && from.every((one, i) => one === there.from[i]))
      return there.made;
    const made = make();
    this.#memory[name] = {from, made};
    return made;
  }

  get segments() {
    return this.#remember('segments', [this.walk], () => this.walk?.visits.flatMap(
        (visit) => this.#segmentsOf(visit).map((segment) => (
          {...segment, visit: visit.id, host: visit.host, classroom: visit.classroom}))) ?? []);
  }

  /* A visit that has none yet is pinned by the clock while one visits, before marks of progress are
   * made: with the first note the room makes it. */
  #segmentsOf({segments, clock, host}) {
    const is_mine = host === this.me.person;
    return segments.length || !clock || !this.may.write || this.may.progress
      ? segments : [{id: clock, title: '', by_clock: true, is_new: true, is_mine, tracks: [],
                     may_watch: this.may.watch, may_write: this.may.write}];
  }

  /* Where a lesson was held; nothing where there is only one. */
  placeOf(id) {
    const one = this.segments.length > 1 ? this.segments.find((segment) => segment.id === id) : null;
    return one?.classroom || one?.title || '';
  }

  /* When a note is: in its recording, or at what time of day. */
  whenOf(note) {
    const isByClock = note.wall && this.segments.find((one) => one.id === note.segment)?.by_clock;
    return isByClock ? timeOfDay(note.wall) : formatSpan(note.start, note.end);
  }

  /* The time of day of a note that has a place in a recording, too. */
  clockOf(note) {
    const segment = note.wall ? this.segments.find((one) => one.id === note.segment) : null;
    if (!segment || segment.by_clock || note.kind === 'reply')
      return '';
    return segment.anchor && Date.parse(note.wall) < Date.parse(segment.anchor) ? `${timeOfDay(note.wall)}, ${t('clock.before')}`
      : t('clock.at', {time: timeOfDay(note.wall)});
  }

  get may() {
    return this.walk?.may ?? {};
  }

  get isOver() {
    return Boolean(this.protocol?.phases.find((one) => one.id === this.walk?.phase)?.closed);
  }

  get isLead() {
    return Boolean(this.may.lead);
  }

  nameOf(person) {
    return this.walk?.members.find((member) => member.person === person)?.name ||
        (person === this.me.person ? this.me.name : '') || '–';
  }

  /* Who is here, and through which lens: "Ms. Birch (Student talk)". */
  labelOf({person, name}) {
    const lens = this.lensName(this.walk?.members.find((one) => one.person === person)?.lens);
    return `${name || this.nameOf(person)}${lens ? ` (${lens})` : ''}`;
  }

  lensName(lens) {
    return this.walk?.lenses.find((one) => one.id === lens)?.name ?? '';
  }

  /* The number of an author's track in a segment: the same for everybody, as the walk lists them. */
  trackNumber(segment, author) {
    const tracks = this.segments.find((one) => one.id === segment)?.tracks ?? [];
    const index = tracks.findIndex((track) => track.person === author);
    return index >= 0 ? index : tracks.length;
  }

  /* Every note that can be seen, by its id; as those of notesOf(), without their depth. */
  get allNotes() {
    const changes = this.#outbox.of(this.id);
    return this.#remember('notes', [this.#notesVersion, ...changes.flatMap((change) => [
      change, change.state, change.message])], () => this.#layOver(changes));
  }

  #layOver(changes) {
    const all = new Map();
    for (const [id, note] of this.#notes) {
      if (!this.#shown.has(note))
        this.#shown.set(note, {...note, keptHere: null});
      all.set(id, this.#shown.get(note));
    }
    for (const change of changes) {
      if (change.op === 'delete' && change.state === 'waiting')
        all.delete(change.note.id);
      else
        all.set(change.note.id, {...change.note, keptHere: change.state, key: change.key,
                                 message: change.message});
    }
    return all;
  }

  /* Those of a segment by time, replies after what they answer. Each has `keptHere`: null, "waiting" or
   * "refused"; `message` and `key` go with the latter. */
  notesOf(segment) {
    return this.#remember('lesson', [this.allNotes, segment], () => inOrder(this.allNotes, segment));
  }

  /* Codes on a lesson by time: one's own, and those of others where they are open. The same array until
   * something changes, as the timeline asks with every frame. */
  codesOf(segment) {
    if (!this.#codes.has(segment))
      this.#codes.set(segment, [...this.allNotes.values()].filter((note) => note.kind === 'code' &&
          note.segment === segment).sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1)));
    return this.#codes.get(segment);
  }

  /* ---- forms: walk/forms.js ---- */

  /* Resolves when this machine has it. */
  async answer(note) {
    await this.#outbox.add(this.id, 'put', plain({...note, edited: new Date().toISOString()}));
    await this.dropDraft(note.id);
  }

  /* ---- going into it ---- */

  /* What the person may do with a lesson: of her own, more. */
  mayOn(segment) {
    return this.#remember('may', [this.walk, segment], () => (
      {...this.may, watch: segment?.may_watch ?? this.may.watch,
       write: segment?.may_write ?? this.may.write}));
  }

  /* What is still to do before this lesson is watched: "norms", "lens", "intention". */
  missingFor(segment) {
    return segment?.may_watch ? [] : this.walk?.me?.missing ?? [];
  }

  /* @fields: norms, lens or lens_name, intention. Rejects when the room did not take it. */
  async prepare(fields) {
    await room.call('PUT', `walks/${this.id}/me`, fields);
    await this.refresh();
  }

  /* ---- writing ---- */

  newNote(segment, kind, start, end = start) {
    const now = new Date().toISOString();
    // A visit without media has a segment in the room from its first note on.
    const about = this.segments.find((one) => one.id === segment);
    return {id: newId(), segment, ...about?.is_new ? {visit: about.visit} : {}, author: this.me.person, kind, start, end, text: '',
            tags: kind === 'reply' ? [] : roundTags(this.walk),
            pass: 1, on_focus: false, created: now, edited: now,
            ...this.walk.me?.lens && kind !== 'reply' ? {lens: this.walk.me.lens} : {}};
  }

  /* Of now, whatever this machine's own clock says. */
  newNoteByClock(segment, kind) {
    const gesture = this.clock.gesture();
    if (this.clock.isDoubtful)
      this.refresh();
    return {...this.newNote(segment.id, kind, startBy(segment.anchor, gesture.wall)), ...gesture};
  }

  /* Resolves when this machine has it. */
  async put(note) {
    const before = this.#find(note.id);
    const edited = before ? new Date().toISOString() : note.created;
    await this.#do({op: 'put', note: {...note, edited}},
                   before ? {op: 'put', note: before} : {op: 'delete', note});
  }

  async remove(note) {
    await this.#do({op: 'delete', note: plain(note)}, {op: 'restore', note: plain(note)});
  }

  async #do(step, back) {
    await this.#outbox.add(this.id, step.op, plain(step.note));
    this.#history.add(step, back);
    this.#changed();
  }

  #perform({op, note}) {
    // The newest edit wins in the room, also one that goes back.
    const fresh = op === 'put' ? {...note, edited: new Date().toISOString()} : note;
    return this.#outbox.add(this.id, op, plain(fresh));
  }

  /* ---- erasing ---- */

  /* For good, here and in the room; nothing of it is left in this browser. Rejects when nothing was
   * erased. */
  async erase(note) {
    // What is on its way must not arrive after it.
    await this.#outbox.send();
    const waits = this.#outbox.of(this.id).some((change) => change.note.id === note.id &&
                                                            change.state === 'waiting');
    if (waits)
      throw new Away();
    try {
      await room.post('erase', {note: note.id});
    } catch (error) {
      // What the room has refused it never had.
      if (!(error instanceof Refusal && error.status === 404 && !this.#notes.has(note.id)))
        throw error;
    }
    this.#erased.add(note.id);
    await this.#forget((one) => one.id === note.id);
  }

  isErased({id, segment}) {
    return this.#erased.has(id) || this.#erased.has(segment);
  }

  async eraseSegment(id) {
    const {message} = await room.post('erase', {segment: id});
    this.#erased.add(id);
    await this.#forget((note) => note.segment === id);
    await this.refresh();
    return message;
  }

  async #forget(is) {
    const gone = [...this.#notes.values()].filter(is).map((note) => note.id);
    this.#heard?.push({notes: [], gone});
    this.#notesVersion++;
    for (const id of gone)
      this.#notes.delete(id);
    this.#history.forget(is);
    await this.#outbox.forget((change) => change.walk === this.id && is(change.note));
    for (const {id} of this.drafts.filter((one) => is(one.note)))
      await this.#drafts.drop(id);
    await this.#keepForLater();
    this.#changed();
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  async undo() {
    const done = await this.#history.undo();
    this.#changed();
    return done;
  }

  async redo() {
    const done = await this.#history.redo();
    this.#changed();
    return done;
  }

  #find(id) {
    const waiting = this.#outbox.of(this.id).filter((change) => change.note.id === id).at(-1);
    if (waiting)
      return waiting.op === 'delete' ? null : waiting.note;
    return this.#notes.get(id) ?? null;
  }

  retry(note) {
    return this.#outbox.retry(note.key);
  }

  throwAway(note) {
    return this.#outbox.throwAway(note.key);
  }

  /* ---- drafts ---- */

  async keepDraft(note, original) {
    await this.#drafts.put(note, original);
    this.#changed();
  }

  async dropDraft(id) {
    await this.#drafts.drop(id);
    this.#changed();
  }

  get drafts() {
    return this.#drafts.all;
  }

  tell(segment, time) {
    this.#live?.tell(segment, time);
  }
}

/* Without what only the panel knows of it. */
function plain({keptHere, key, message, depth, replies, ...note}) {
  return note;
}
