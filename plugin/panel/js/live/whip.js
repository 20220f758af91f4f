// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sends a camera and a microphone to the room by WHIP (RFC 9725), and begins again by itself when the
 * connection breaks. Event: "state"; `state` is "connecting", "live", "again" (it broke, and is tried
 * once more) or "refused" (with `trouble`: nothing is tried any more).
 */
import {t} from '../i18n.js';

const DOOR = new URL('../whip', document.baseURI);
const AGAIN_MS = 1000;
/* The answer waits for no more ways than are known by then. */
const GATHER_MS = 2000;
const LOST_MS = 4000;

function gathered(connection) {
  return new Promise((resolve) => {
    const look = () => connection.iceGatheringState === 'complete' && resolve();
    connection.addEventListener('icegatheringstatechange', look);
    setTimeout(resolve, GATHER_MS);
    look();
  });
}

export class WhipSender extends EventTarget {
  #stream;
  #key;
  #servers;
  #connection = null;
  #place = null; // what is hung up
  #timer = null;
  #stopped = false;
  state = 'connecting';
  trouble = '';

  constructor(stream, key, servers) {
    super();
    this.#stream = stream;
    this.#key = key;
    this.#servers = servers;
  }

  start() {
    this.#open();
  }

  /* Another camera, or microphone, in the middle of it. */
  async change(stream) {
    this.#stream = stream;
    for (const sender of this.#connection?.getSenders() ?? []) {
      const track = stream.getTracks().find((one) => one.kind === sender.track?.kind);
      if (track)
        await sender.replaceTrack(track);
    }
  }

  stop() {
    this.#stopped = true;
    this.#hangUp();
  }

  #tell(state, trouble = '') {
    if (this.#stopped)
      return;
    this.state = state;
    this.trouble = trouble;
    this.dispatchEvent(new Event('state'));
  }

  #ask(method, place, body) {
    // Also while the page goes.
    return fetch(place, {method, body, keepalive: method === 'DELETE', credentials: 'omit', headers: {
      Authorization: `Bearer ${this.#key}`, ...(body ? {'Content-Type': 'application/sdp'} : {})}});
  }

  #hangUp() {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
    if (this.#place)
      this.#ask('DELETE', this.#place).catch(() => {});
    this.#place = null;
  }

  #again(wait = AGAIN_MS) {
    this.#hangUp();
    if (this.#stopped)
      return;
    this.#tell('again');
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #watch(connection) {
    connection.addEventListener('connectionstatechange', () => {
      if (connection !== this.#connection)
        return;
      clearTimeout(this.#timer);
      if (connection.connectionState === 'connected')
        this.#tell('live');
      else if (connection.connectionState === 'disconnected')
        this.#timer = setTimeout(() => this.#again(0), LOST_MS);
      else if (connection.connectionState === 'failed')
        this.#again();
    });
  }

  async #open() {
    const connection = this.#connection = new RTCPeerConnection({iceServers: this.#servers});
    this.#watch(connection);
    try {
      for (const track of this.#stream.getTracks())
        connection.addTransceiver(track, {direction: 'sendonly', streams: [this.#stream]});
      await connection.setLocalDescription();
      await gathered(connection);
      const answer = await this.#ask('POST', DOOR, connection.localDescription.sdp);
      if (answer.status === 201)
        this.#place = new URL(answer.headers.get('Location'), DOOR);
      if (connection !== this.#connection) {
        this.#hangUp();
        return;
      }
      if (answer.status === 201)
        await connection.setRemoteDescription({type: 'answer', sdp: await answer.text()});
      else if (answer.status === 400 || answer.status === 401)
        this.#refuse(answer.status === 401 ? t('send.closed') : (await answer.json()).error.message);
      else
        this.#again();
    } catch {
      if (connection === this.#connection)
        this.#again();
    }
  }

  #refuse(trouble) {
    this.#hangUp();
    this.#tell('refused', trouble);
  }
}
