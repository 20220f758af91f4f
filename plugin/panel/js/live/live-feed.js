// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A live lesson on its way into a <video>: fragments by a WebSocket (../../../room/API.md, "Live
 * lessons"), put together by the browser's MediaSource. Its times are the recording's own, so what is
 * pinned while it is live is where it will be. What went by before is fetched by its times.
 * Events: "state" (what the room says of it), "edge" (more has come, or one watches elsewhere),
 * "over" (it is an ordinary lesson now, or closed to this person).
 */
import {say} from '../element.js';
import {t} from '../i18n.js';
import {room} from '../room.js';
import {SECOND, toSeconds} from '../time.js';

/* In the bytes every time is later by so much (lw-receiver-protocol.h). */
const SHIFT_S = 1;
/* How far behind the newest picture one watches: what comes in a burst must not stop the picture. */
const NEAR_S = 0.45;
const FAR_S = 4;
/* A change that nobody hears. */
const FASTER = 1.06;
const LOOK_MS = 250;
const KEEP_BEHIND_S = 60;
const PIECE_S = 10;
const AGAIN_MS = 1000;

/* ---- what comes by the socket ---- */

function readInit(view) {
  const length = view.getUint8(5);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + 6);
  return {type: new TextDecoder().decode(bytes.subarray(0, length)), bytes: bytes.slice(length)};
}

function readFragment(view) {
  return {start: Number(view.getBigInt64(1)), end: Number(view.getBigInt64(9)),
          isKey: (view.getUint8(17) & 1) !== 0,
          bytes: new Uint8Array(view.buffer, view.byteOffset + 18)};
}

/* Phones have it by this name, and only where nothing of it is sent on to another screen. */
const Source = globalThis.MediaSource ?? globalThis.ManagedMediaSource;

class LiveFeed extends EventTarget {
  #segment;
  #ticket; // for what went by
  #source = new Source();
  #buffer = null;
  #queue = []; // bytes, or {type, bytes}
  #socket = null;
  #timer = null;
  #again = null;
  #closed = false;
  #video = null;
  #piecesFrom = null; // ns: what is fetched next, while one watches what went by
  #fetching = false;
  status;       // what the room says of it
  edge = 0;     // ns: how far it has come
  follows = true;
  isOver = false;

  constructor(segment, ticket) {
    super();
    this.#segment = segment;
    this.#ticket = ticket;
    this.url = URL.createObjectURL(this.#source);
    this.#source.addEventListener('sourceopen', () => {
      URL.revokeObjectURL(this.url);
      this.#pump();
    }, {once: true});
  }

  /* Rejects as room.post() does. */
  async open() {
    const answer = await room.post(`segments/${this.#segment}/watch`);
    this.#tell(answer);
    this.edge = Math.max(this.edge, answer.end);
    if (!this.#closed)
      this.#connect(answer.ticket);
  }

  close() {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    this.#socket?.close();
  }

  /* The element that plays `url`. */
  attach(video) {
    this.#video = video;
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /* How far behind the newest picture she watches, in ns. */
  get behind() {
    return this.#video ? Math.max(0, this.edge - this.#video.currentTime * SECOND) : 0;
  }

  /* When what was seen at @time happened, for a note; nothing while nobody knows. */
  wallOf(time) {
    const clock = this.status?.clock;
    if (!clock)
      return {};
    const ms = Date.parse(clock.wall) + (time - clock.media) / 1e6;
    return {wall: new Date(ms).toISOString(), wall_uncertainty: clock.uncertainty_ms * 1e6};
  }

  /* Back to something that went by, or ahead to now. */
  seek(time) {
    if (time >= this.edge - NEAR_S * SECOND) {
      this.returnToLive();
      return;
    }
    this.#leaveLive();
    this.#video.currentTime = toSeconds(time);
    if (!this.#has(toSeconds(time))) {
      this.#piecesFrom = time;
      this.#fetchPiece();
    }
  }

  returnToLive() {
    const wasFetched = this.#piecesFrom !== null;
    this.follows = true;
    this.#piecesFrom = null;
    if (wasFetched)
      this.#reconnect();
    else
      this.#goToEdge();
    this.#video.play().catch(() => {});
    this.#emit('edge');
  }

  /* She paused, or chose a speed of her own: what is live goes on without her. */
  stay() {
    this.#leaveLive();
  }

  #leaveLive() {
    if (this.follows && this.#video)
      this.#video.playbackRate = 1;
    this.follows = false;
    this.#emit('edge');
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }

  #tell(status) {
    this.status = status;
    this.#emit('state');
  }

  /* ---- the socket ---- */

  #connect(ticket) {
    const url = new URL('../api/watch', document.baseURI);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('ticket', ticket);
    const socket = this.#socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({data}) => {
      if (typeof data === 'string')
        this.#tell(JSON.parse(data));
      else
        this.#take(new DataView(data));
    };
    socket.onclose = () => {
      if (this.#socket === socket)
        this.#lost();
    };
  }

  #reconnect() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#lost(0);
  }

  /* The room is away, or it is over: asking tells. */
  #lost(wait = AGAIN_MS) {
    this.#socket = null;
    clearTimeout(this.#again);
    if (this.#closed)
      return;
    this.#again = setTimeout(async () => {
      try {
        await this.open();
      } catch (error) {
        if (error.status) {
          this.isOver = true;
          this.#emit('over');
        } else {
          this.#lost();
        }
      }
    }, wait);
  }

  #take(view) {
    const kind = String.fromCharCode(view.getUint8(0));
    if (kind === 'I') {
      this.#append(readInit(view));
    } else if (kind === 'F') {
      const fragment = readFragment(view);
      this.edge = Math.max(this.edge, fragment.end);
      // While what went by is fetched, what comes now would only fill the memory.
      if (this.#piecesFrom === null)
        this.#append(fragment.bytes);
      this.#emit('edge');
    }
  }

  /* ---- the buffer ---- */

  /* @what: bytes, or {type, bytes} of an init segment */
  #append(what) {
    this.#queue.push(what);
    this.#pump();
  }

  /* What comes from now on is of that type. */
  #setType(type) {
    if (this.#buffer) {
      this.#buffer.changeType(type);
      return;
    }
    this.#buffer = this.#source.addSourceBuffer(type);
    this.#buffer.timestampOffset = -SHIFT_S;
    this.#buffer.addEventListener('updateend', () => this.#pump());
  }

  #pump() {
    while (!this.#buffer?.updating && this.#queue.length && this.#source.readyState === 'open') {
      const next = this.#queue.shift();
      try {
        if (next.type)
          this.#setType(next.type);
        this.#buffer.appendBuffer(next.bytes ?? next);
      } catch (error) {
        if (error.name !== 'QuotaExceededError')
          throw error;
        // She watches from far behind: the rest is fetched as she comes to it.
        this.#piecesFrom ??= this.#endOf(this.#video?.currentTime ?? 0) * SECOND;
        this.#queue = [];
        this.#trim(5);
      }
    }
  }

  #has(seconds) {
    return this.#endOf(seconds) > seconds;
  }

  /* How far one can play from there without a gap. */
  #endOf(seconds) {
    const ranges = this.#video?.buffered;
    for (let i = 0; i < (ranges?.length ?? 0); i++) {
      if (ranges.start(i) <= seconds + 0.1 && ranges.end(i) > seconds)
        return ranges.end(i);
    }
    return seconds;
  }

  #trim(keep = KEEP_BEHIND_S) {
    const until = (this.#video?.currentTime ?? 0) - keep;
    const ranges = this.#buffer?.buffered;
    if (ranges?.length && ranges.start(0) < until - 10 && !this.#buffer.updating)
      this.#buffer.remove(0, until);
  }

  /* ---- now ---- */

  #goToEdge() {
    const ranges = this.#video.buffered;
    if (ranges.length)
      this.#video.currentTime = Math.max(ranges.start(ranges.length - 1),
                                         ranges.end(ranges.length - 1) - NEAR_S);
  }

  #look() {
    const video = this.#video;
    if (!video || this.#closed)
      return;
    this.#trim();
    if (this.#piecesFrom !== null) {
      this.#fetchPiece();
      return;
    }
    const ranges = video.buffered;
    if (!ranges.length)
      return;
    const start = ranges.start(ranges.length - 1), ahead = ranges.end(ranges.length - 1) - video.currentTime;
    if (!this.follows) {
      // Over a gap in the lesson, when she has come to it.
      if (!video.paused && !this.#has(video.currentTime) && start > video.currentTime)
        video.currentTime = start;
      return;
    }
    if (video.currentTime < start || ahead > FAR_S)
      this.#goToEdge();
    video.playbackRate = ahead > NEAR_S * 2 ? FASTER : ahead < NEAR_S / 3 ? 1 / FASTER : 1;
    if (video.paused)
      video.play().catch(() => {});
  }

  /* ---- what went by ---- */

  async #fetchPiece() {
    const from = this.#piecesFrom, ahead = toSeconds(from) - this.#video.currentTime;
    if (this.#fetching || ahead > PIECE_S || from >= this.edge - SECOND / 10)
      return;
    this.#fetching = true;
    try {
      const answer = await fetch(`../media/${this.#segment}/live?from=${from}&until=${
          from + PIECE_S * SECOND}&ticket=${encodeURIComponent(this.#ticket)}`, {credentials: 'omit'});
      if (answer.ok) {
        const bytes = await answer.arrayBuffer();
        // Sought elsewhere meanwhile, or back to now.
        if (this.#piecesFrom === from) {
          this.#append(bytes);
          this.#piecesFrom = Math.max(from + 1, Number(answer.headers.get('Lessonwalk-End')));
        }
      }
    } catch {
      // The next look tries again.
    } finally {
      this.#fetching = false;
    }
  }
}

/* A feed of the lesson, open; @news is called with it when more has come, and when it is over. NULL,
 * and said so, where this browser cannot. Rejects as room.post() does. */
export async function openFeed(segment, news) {
  if (!Source) {
    say(t('live.not-possible'));
    return null;
  }
  const {ticket} = await room.post(`segments/${segment}/ticket`);
  const feed = new LiveFeed(segment, ticket);
  for (const type of ['edge', 'over'])
    feed.addEventListener(type, () => news(feed));
  await feed.open();
  return feed;
}
