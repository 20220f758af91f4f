// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * News of one walk: over a WebSocket, and by asking every few seconds while there is none. Events:
 * "notes" {notes, gone}, "board" [items], "walk", "presence" [people], "way" (live, polling or away).
 */
import {Refusal, room} from './room.js';

const POLL_MS = 5000;
const RETRY_FIRST_MS = 1000;
const RETRY_MOST_MS = 30000;
const PRESENCE_MS = 3000;
const ACK_EVERY = 16;
const ACK_MS = 400;

export class Live extends EventTarget {
  #walk;
  #socket = null;
  #heard = 0;
  #ackSoon = null;
  #poll = null;
  #retry = null;
  #wait = RETRY_FIRST_MS;
  #closed = false;
  #presence = null;
  #presenceTimer = null;
  way = 'away';

  constructor(walk) {
    super();
    this.#walk = walk;
    this.onOnline = () => {
      this.#wait = RETRY_FIRST_MS;
      this.#connect();
    };
    window.addEventListener('online', this.onOnline);
    room.addEventListener('reachable', this.onReachable = () => {
      if (room.reachable && !this.#socket)
        this.onOnline();
    });
    this.#connect();
  }

  close() {
    this.#closed = true;
    window.removeEventListener('online', this.onOnline);
    room.removeEventListener('reachable', this.onReachable);
    clearTimeout(this.#retry);
    clearInterval(this.#poll);
    clearTimeout(this.#presenceTimer);
    this.#socket?.close();
  }

  /* Where this person is; sent now and then, not at every frame. */
  tell(segment, time) {
    this.#presence = {type: 'presence', segment, time};
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = null;
      this.#send(this.#presence);
    }, PRESENCE_MS);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(message));
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}));
  }

  #setWay(way) {
    if (way === this.way)
      return;
    this.way = way;
    this.#emit('way', way);
    if (way === 'live') {
      clearInterval(this.#poll);
      this.#poll = null;
    } else {
      this.#poll ??= setInterval(() => this.#emit('walk'), POLL_MS);
    }
  }

  async #connect() {
    clearTimeout(this.#retry);
    if (this.#closed || this.#socket)
      return;
    try {
      const {ticket} = await room.post(`walks/${this.#walk}/ticket`);
      if (this.#closed || this.#socket)
        return;
      const url = new URL('../api/live', document.baseURI);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('ticket', ticket);
      this.#listen(new WebSocket(url));
    } catch (error) {
      this.#setWay(error instanceof Refusal ? 'polling' : 'away');
      if (!(error instanceof Refusal && error.status === 401))
        this.#later();
    }
  }

  #later() {
    if (this.#closed)
      return;
    clearTimeout(this.#retry);
    // Not all of a school at the same moment.
    this.#retry = setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random()));
    this.#wait = Math.min(this.#wait * 2, RETRY_MOST_MS);
  }

  // The room's window is 64 messages: an answer to each would double what it has to read.
  #acknowledge(seq) {
    this.#heard = seq;
    if (seq % ACK_EVERY === 0) {
      this.#send({type: 'ack', seq});
      return;
    }
    this.#ackSoon ??= setTimeout(() => {
      this.#ackSoon = null;
      if (this.#socket && this.#heard > 0)
        this.#send({type: 'ack', seq: this.#heard});
    }, ACK_MS);
  }

  #listen(socket) {
    this.#socket = socket;
    this.#heard = 0;
    socket.onmessage = ({data}) => {
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      this.#hear(message);
      if (Number.isSafeInteger(message.seq) && message.seq > 0)
        this.#acknowledge(message.seq);
    };
    socket.onclose = () => {
      if (this.#socket !== socket)
        return;
      this.#socket = null;
      this.#emit('presence', []);
      this.#setWay(room.reachable ? 'polling' : 'away');
      this.#later();
    };
  }

  #hear(message) {
    switch (message.type) {
    case 'hello':
      this.#wait = RETRY_FIRST_MS;
      this.#setWay('live');
      // What happened before the socket was open.
      this.#emit('walk');
      if (this.#presence)
        this.#send(this.#presence);
      break;
    case 'notes':
      this.#emit('notes', {notes: message.notes ?? [], gone: message.gone ?? []});
      break;
    case 'board':
      this.#emit('board', message.items ?? []);
      break;
    case 'walk':
      this.#emit('walk');
      break;
    case 'presence':
      this.#emit('presence', message.people ?? []);
      break;
    case 'bye':
      this.#emit('bye', message.message);
      break;
    }
  }
}
