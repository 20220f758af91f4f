// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Changes on their way to the room. Each is on this machine's disk before it is shown as written,
 * stays there until the room has said "kept", and goes out in the order in which it was made. The
 * ids of notes are made here, so one that was sent twice, after a lost answer, is kept once.
 *
 * A change: {key, person, walk, segment, op, note, state, message}; `note` is whole for every op, so
 * that what waits can be shown and undone without the room. What is put on the board has the op
 * "board" and an `item` in place of segment and note.
 */
import {Away, Refusal, room} from './room.js';

const BATCH = 100;
const RETRY_FIRST_MS = 1000;
const RETRY_MOST_MS = 30000;

export class Outbox extends EventTarget {
  #keep;
  #person;
  #changes = [];
  #tracks = new Map(); // segment: own track
  #timer = null;
  #wait = RETRY_FIRST_MS;
  #sending = null;
  #channel = null;
  version = 0; // counts what is different here

  constructor(keep, person) {
    super();
    this.#keep = keep;
    this.#person = person;
    try {
      this.#channel = new BroadcastChannel('lessonwalk.outbox');
      this.#channel.onmessage = () => this.load();
    } catch {
      // Another tab will see it at its next start.
    }
    this.onOnline = () => this.send();
    window.addEventListener('online', this.onOnline);
  }

  close() {
    clearTimeout(this.#timer);
    this.#channel?.close();
    window.removeEventListener('online', this.onOnline);
  }

  async load() {
    const all = await this.#keep.all('changes');
    const known = new Map(this.#changes.map((change) => [change.key, change]));
    const before = this.#changes;
    // What is the same stays the same object, and where nothing is new nobody is told.
    this.#changes = all.filter((change) => change.person === this.#person).map((change) => {
      const there = known.get(change.key);
      return there?.state === change.state && there.message === change.message ? there : change;
    });
    if (before.length !== this.#changes.length || before.some((one, i) => one !== this.#changes[i]))
      this.#changed();
  }

  /* Those of one walk, oldest first. */
  of(walk) {
    return this.#changes.filter((change) => change.walk === walk && change.op !== 'board');
  }

  ofBoard(walk) {
    return this.#changes.filter((change) => change.walk === walk && change.op === 'board');
  }

  get waiting() {
    return this.#changes.filter((change) => change.state === 'waiting').length;
  }

  get refused() {
    return this.#changes.filter((change) => change.state === 'refused').length;
  }

  get lasting() {
    return this.#keep.lasting;
  }

  knowTrack(segment, track) {
    this.#tracks.set(segment, track);
  }

  /* Resolves when this machine has it. */
  async add(walk, op, note) {
    const change = {person: this.#person, walk, segment: note.segment, op, note, state: 'waiting'};
    change.key = await this.#keep.put('changes', change);
    this.#changes.push(change);
    this.#changed(true);
    this.send();
  }

  async addToBoard(walk, item) {
    // Of what waits for the same thing, only the last is worth sending.
    const older = this.ofBoard(walk).filter((change) => change.item.key === item.key &&
                                                        !change.sent && !change.item.agree);
    const change = {person: this.#person, walk, op: 'board', item, state: 'waiting'};
    change.key = await this.#keep.put('changes', change);
    this.#changes.push(change);
    for (const one of older)
      await this.#remove(one.key);
    this.#changed(true);
    this.send();
  }

  async retry(key) {
    await this.#update(key, {state: 'waiting', message: undefined});
    this.send();
  }

  /* Drops what @is says of each change, also where it waits. */
  async forget(is) {
    for (const change of this.#changes.filter((one) => one.op !== 'board' && is(one)))
      await this.#remove(change.key);
    this.#changed(true);
  }

  async throwAway(key) {
    await this.#remove(key);
    this.#changed(true);
  }

  /* Sends what waits; one sender at a time, also among tabs. */
  send() {
    clearTimeout(this.#timer);
    this.#sending ??= this.#withLock(() => this.#sendAll())
        .then(() => { this.#wait = RETRY_FIRST_MS; },
              (error) => this.#later(error))
        .finally(() => { this.#sending = null; });
    return this.#sending;
  }

  #withLock(act) {
    // A page that may store nothing is refused locks as well, and shares nothing with other tabs.
    return navigator.locks && this.#keep.lasting
      ? navigator.locks.request('lessonwalk.outbox', act) : act();
  }

  #later(error) {
    if (error instanceof Refusal && error.status === 401)
      return;
    this.#timer = setTimeout(() => this.send(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, RETRY_MOST_MS);
    if (!(error instanceof Away) && !(error instanceof Refusal))
      console.error(error);
  }

  async #sendAll() {
    // What another tab has sent meanwhile is gone from the disk.
    if (this.#keep.lasting)
      await this.load();
    for (;;) {
      const waiting = this.#changes.filter((change) => change.state === 'waiting');
      // Notes go first: a card is there where its note is.
      const first = waiting.find((change) => change.op !== 'board') ?? waiting[0];
      if (!first || !room.signedIn)
        return;
      if (first.op === 'board') {
        await this.#sendBoard(first.walk, waiting.filter((one) => one.walk === first.walk)
            .slice(0, BATCH));
        continue;
      }
      const batch = this.of(first.walk).filter((change) => change.state === 'waiting')
          .slice(0, BATCH);
      await this.#sendBatch(first.walk, batch);
    }
  }

  async #sendBoard(walk, batch) {
    let results;
    for (const change of batch)
      change.sent = true;
    try {
      ({results} = await room.post(`walks/${walk}/board`, {changes: batch.map(({item}) => item)}));
    } catch (error) {
      for (const change of batch)
        change.sent = false;
      if (!(error instanceof Refusal) || error.status === 401 || error.status >= 500 ||
          error.status === 429)
        throw error;
      results = batch.map(() => ({status: 'refused', message: error.message}));
    }
    let later = false;
    for (const [i, change] of batch.entries()) {
      const result = results[i];
      if (result?.status === 'kept') {
        this.dispatchEvent(new CustomEvent('board', {detail: {walk, item: result.item}}));
        await this.#remove(change.key);
      } else if (result?.status === 'refused') {
        await this.#update(change.key, {state: 'refused', message: result.message});
        this.dispatchEvent(new CustomEvent('board-refused', {detail: change}));
      } else {
        change.sent = false;
        later = true;
        break;
      }
    }
    this.#changed(true);
    if (later)
      throw new Refusal(503, 'later', '');
  }

  async #sendBatch(walk, batch) {
    const sent = [];
    for (const change of batch) {
      const track = await this.#trackOf(change);
      if (track !== null)
        sent.push({...change, note: {...change.note, track}});
    }
    if (!sent.length)
      return;
    let results;
    try {
      ({results} = await room.post(`walks/${walk}/changes`, {changes: sent.map(toWire)}));
    } catch (error) {
      // The walk is not ours any more, or the whole was unreadable: keep it here and say why.
      if (!(error instanceof Refusal) || error.status === 401 || error.status >= 500 ||
          error.status === 429)
        throw error;
      results = sent.map(() => ({status: 'refused', message: error.message}));
    }
    let later = false;
    for (const [i, change] of sent.entries()) {
      const result = results[i];
      if (result?.status === 'kept') {
        this.dispatchEvent(new CustomEvent('kept', {detail: change}));
        await this.#remove(change.key);
      } else if (result?.status === 'refused') {
        await this.#update(change.key, {state: 'refused', message: result.message});
      } else {
        later = true;
        break; // those after it may build on it
      }
    }
    this.#changed(true);
    if (later)
      throw new Refusal(503, 'later', '');
  }

  async #trackOf(change) {
    const known = change.note.track ?? this.#tracks.get(change.segment);
    if (known)
      return known;
    try {
      // A visit without media has a segment from the first note by the clock on.
      if (change.note.visit)
        await room.post(`walks/${change.walk}/visits/${change.note.visit}/clock`, {wall: change.note.wall});
      const {id} = await room.post(`segments/${change.segment}/track`);
      this.#tracks.set(change.segment, id);
      return id;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401 || error.status >= 500)
        throw error;
      await this.#update(change.key, {state: 'refused', message: error.message});
      this.#changed(true);
      return null;
    }
  }

  async #update(key, fields) {
    const change = this.#changes.find((one) => one.key === key);
    if (!change)
      return;
    Object.assign(change, fields);
    this.version++;
    await this.#keep.put('changes', change);
    this.#changed(true);
  }

  async #remove(key) {
    await this.#keep.delete('changes', key);
    this.#changes = this.#changes.filter((change) => change.key !== key);
    this.version++;
  }

  #changed(tellTabs = false) {
    this.version++;
    if (tellTabs)
      this.#channel?.postMessage('changed');
    this.dispatchEvent(new Event('change'));
  }
}

function toWire({op, note}) {
  if (op !== 'put')
    return {op, id: note.id, track: note.track};
  const {id, track, segment, kind, start, end, text, tags, pass, on_focus, region, lens, reply_to, created,
         edited, wall, wall_uncertainty} = note;
  return {op, note: {id, track, segment, kind, start, end, text, tags, pass, on_focus, region, lens,
                     reply_to, created, edited, wall, wall_uncertainty}};
}
