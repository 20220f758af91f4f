// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Watching. A pin takes the media time of the frame that is on screen at the gesture, as the browser
 * tells it (requestVideoFrameCallback), never the position that the clock has run on to.
 */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {Frames} from './frames.js';
import {t} from './i18n.js';
import {Away, Refusal, room} from './room.js';
import {openFeed} from './live/live-feed.js';
import {KEYS} from './player/keys.js';
import {SPEEDS, transport} from './player/transport.js';
import {fromSeconds, toSeconds} from './time.js';
import './lw-timeline.js';
import './lw-work.js';
import './live/lw-live-bar.js';

const FRAME_GUESS_S = 1 / 30;
const READY_AGAIN_MS = 3000;
const FACTS_AGAIN_MS = 30000;

class LwPlayer extends Element {
  static properties = {
    model: {}, keep: {}, segment: {}, notes: {}, selected: {}, people: {}, may: {}, state: {state: true},
    facts: {state: true}, source: {state: true}, playing: {state: true}, time: {state: true},
    duration: {state: true}, speed: {state: true}, muted: {state: true}, rangeIn: {state: true},
    rangeOut: {state: true}, loop: {state: true}, captions: {state: true}, message: {state: true}, feed: {state: true},
  };

  constructor() {
    super();
    this.speed = 1;
    this.muted = false;
    this.captions = false;
    this.reset();
    this.onReachable = () => {
      if (room.reachable && (this.state === 'away' || this.state === 'trouble'))
        this.load();
    };
  }

  reset() {
    this.state = 'loading';
    this.facts = null;
    this.source = null;
    this.playing = false;
    this.time = 0;
    this.duration = 0;
    this.rangeIn = this.rangeOut = null;
    this.loop = false;
    this.message = '';
    this.frame = null; // seconds: media time of the frame on screen
    this.frameLength = null;
    this.frames = null; // of Frames, when the room has told them
    this.known = this.anchor = this.asked = this.staysAt = null; // seconds
    this.held = false;
    this.playSoon = false;
    clearTimeout(this.again);
    this.endLive();
  }

  connectedCallback() {
    super.connectedCallback();
    room.addEventListener('reachable', this.onReachable);
    // Nobody looks at a hidden page; but what was done in it is asked for at once.
    this.look = setInterval(() => {
      if (document.visibilityState === 'visible')
        this.refreshFacts();
    }, FACTS_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    room.removeEventListener('reachable', this.onReachable);
    clearTimeout(this.again);
    clearInterval(this.look);
    this.endLive();
  }

  willUpdate(changed) {
    const id = this.segment?.id, may = this.mayWatch;
    if (id === this.loadedId && may === this.loadedMay)
      return;
    const other = id !== this.loadedId;
    this.loadedId = id;
    this.loadedMay = may;
    if (other || !may)
      this.reset();
    this.duration ||= this.segment?.duration ?? 0;
    if (may)
      this.load();
    else
      this.state = 'closed';
  }

  get mayWatch() {
    return Boolean(this.may?.watch || this.segment?.is_mine);
  }

  get video() {
    return this.querySelector('video');
  }

  async load() {
    const id = this.segment.id;
    clearTimeout(this.again);
    try {
      const facts = await room.get(`segments/${id}`);
      if (id !== this.segment?.id)
        return;
      this.facts = facts;
      this.duration = facts.duration ?? this.duration;
      if (!facts.ready && facts.live && await this.loadLive(id))
        return;
      if (!facts.ready) {
        this.state = 'making';
        this.again = setTimeout(() => this.load(), READY_AGAIN_MS);
        return;
      }
      const {ticket} = await room.post(`segments/${id}/ticket`);
      if (id !== this.segment?.id)
        return;
      this.ticket = ticket;
      this.resumeAt = this.time;
      this.source = this.media('video');
      this.state = 'ready';
      this.loadFrames();
    } catch (error) {
      if (error instanceof Away) {
        this.state = 'away';
        this.again = setTimeout(() => this.load(), READY_AGAIN_MS * 2);
      } else {
        this.state = error instanceof Refusal && [403, 404].includes(error.status) ? 'closed'
                                                                                  : 'trouble';
        this.message = error.message;
      }
    }
  }

  /* ---- while it is live ---- */

  /* FALSE: not in this browser. */
  async loadLive(id) {
    this.feed ??= await openFeed(id, (feed) => {
      if (feed.isOver)
        this.endLive() || this.load();
      else if (id === this.segment?.id)
        this.duration = feed.edge;
    });
    if (this.feed && id === this.segment?.id) {
      this.source = this.feed.url;
      this.state = 'ready';
    } else {
      this.endLive();
    }
    return this.source !== null;
  }

  endLive() {
    if (this.feed)
      this.source = null;
    this.feed?.close();
    this.feed = null;
  }

  /* What a note keeps of the time of day; nothing, of a lesson that is not live. */
  wallOf(time) {
    return this.feed?.wallOf(time) ?? {};
  }

  /* Work that was attached meanwhile; what plays is left alone. */
  async refreshFacts() {
    const id = this.segment?.id;
    if (this.state !== 'ready')
      return;
    try {
      const facts = await room.get(`segments/${id}`);
      if (id === this.segment?.id && this.state === 'ready')
        this.facts = facts;
      this.loadFrames();
    } catch {
      // What was there stays.
    }
  }

  async loadFrames() {
    const id = this.segment.id;
    if (!this.facts?.frames || this.frames)
      return;
    try {
      const {runs} = await (await fetch(this.media('frames.json'), {credentials: 'omit'})).json();
      if (id === this.segment?.id && runs.length)
        this.frames = new Frames(runs);
    } catch {
      // What is seen tells, too.
    }
  }

  attachWork(at = this.time, isMoment = false) {
    this.querySelector('lw-work').attach(at, isMoment);
  }

  media(name) {
    return `../media/${this.segment.id}/${name}?ticket=${encodeURIComponent(this.ticket)}`;
  }

  /* ---- frames ---- */

  watchFrames(video) {
    if (!video.requestVideoFrameCallback)
      return;
    const onFrame = (now, {mediaTime}) => {
      if (video !== this.video)
        return;
      // After a seek some browsers (Firefox) give the time that was asked for as the frame's own.
      const isAsked = this.asked !== null && Math.abs(mediaTime - this.asked) < 2e-6;
      this.asked = null;
      if (isAsked) {
        mediaTime = this.toFrame(mediaTime);
        this.known = null;
      } else {
        const step = mediaTime - (this.known ?? mediaTime);
        // The least distance of two frames that were shown one after the other.
        if (step > 0.004 && step < 0.2)
          this.frameLength = Math.min(this.frameLength ?? step, step);
        this.known = this.anchor = mediaTime;
        if (this.frames)
          mediaTime = this.toFrame(mediaTime);
      }
      this.frame = mediaTime;
      this.time = fromSeconds(mediaTime);
      if (this.staysAt !== null)
        this.stayAt(mediaTime);
      this.afterFrame();
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  /* Where the frame that holds a moment starts, as the room says. Until it has, by frames that were
   * seen: their least distance, and one of them; until two were seen in a row, the moment itself. */
  toFrame(seconds) {
    if (this.frames)
      return toSeconds(this.frames.startAt(fromSeconds(seconds)));
    if (this.frameLength === null || this.anchor === null)
      return seconds;
    const frames = Math.floor((seconds - this.anchor) / this.frameLength + 0.01);
    return Math.max(0, this.anchor + frames * this.frameLength);
  }

  afterFrame() {
    this.model.tell(this.segment.id, this.time);
    if (this.loop && this.rangeOut !== null && this.time >= this.rangeOut && this.playing)
      this.seek(this.rangeIn);
  }

  /* What a pin made now is about: the range, or the frame on screen. */
  pinTime() {
    if (this.rangeIn !== null && this.rangeOut !== null)
      return {start: this.rangeIn, end: this.rangeOut};
    const now = this.now();
    return {start: now, end: now};
  }

  now() {
    if (this.frame !== null)
      return fromSeconds(this.frame);
    return this.video ? fromSeconds(this.toFrame(this.video.currentTime)) : this.time;
  }

  /* ---- what keys and buttons do ---- */

  handleKey(event) {
    const key = event.key.toLowerCase();
    const target = event.composedPath()[0];
    if (!(key in KEYS) || this.state !== 'ready')
      return false;
    // These keys belong to what has the focus.
    if (key === ' ' && target.closest?.('button, summary, a, select, input'))
      return false;
    if (target.closest?.('select') && (key.startsWith('arrow') || key.length === 1))
      return false;
    KEYS[key](this, event.shiftKey);
    return true;
  }

  toggle() {
    this.held = false;
    if (this.video.paused)
      this.video.play().catch(() => {});
    else
      this.video.pause();
  }

  /* While she writes: a second of the lesson that nobody watches is a second lost. */
  hold() {
    if (this.video && !this.video.paused) {
      this.staysAt = this.frame;
      this.video.pause();
      this.held = true;
    }
  }

  /* What was pinned stays before her: frames may have been shown since that a busy page was not told
   * of when she pressed the key. */
  stayAt(frame) {
    const at = this.staysAt;
    this.staysAt = null;
    if (this.held && at !== null && Math.abs(frame - at) > 0.001)
      this.ask(at + Math.min((this.frameLength ?? FRAME_GUESS_S) / 2, 0.008));
  }

  /* Goes there and plays: now, or as soon as the lesson is there. */
  playFrom(ns) {
    this.held = false;
    if (this.video?.readyState >= 1) {
      this.seek(ns);
      this.video.play().catch(() => {});
      return;
    }
    this.time = this.resumeAt = ns;
    this.playSoon = true;
  }

  release() {
    if (this.held && this.video?.paused)
      this.video.play().catch(() => {});
    this.held = false;
  }

  seek(ns) {
    if (!this.video)
      return;
    if (this.feed) {
      this.staysAt = null;
      this.feed.seek(ns);
      return;
    }
    const end = toSeconds(this.duration);
    // Into the frame, not onto its very edge, where rounding might show the one before.
    const inside = Math.min((this.frameLength ?? FRAME_GUESS_S) / 2, 0.008);
    this.ask(Math.max(0, Math.min(toSeconds(ns) + inside, end)));
    if (!this.video.requestVideoFrameCallback)
      this.time = ns;
  }

  seekBy(seconds) {
    this.seek(Math.max(0, Math.min(this.duration, fromSeconds(this.video.currentTime + seconds))));
  }

  step(frames) {
    const video = this.video;
    const length = this.frameLength ?? FRAME_GUESS_S;
    const from = this.frame ?? video.currentTime;
    video.pause();
    this.held = false;
    this.ask(this.frames ? toSeconds(this.frames.inside(fromSeconds(from), frames))
                         : Math.max(0, from + (frames + 0.5) * length));
  }

  ask(seconds) {
    this.asked = seconds;
    this.staysAt = null;
    this.video.currentTime = seconds;
  }

  setSpeed(speed) {
    this.speed = speed;
    this.feed?.stay();
    if (this.video)
      this.video.playbackRate = speed;
  }

  speedBy(step) {
    const index = SPEEDS.indexOf(this.speed);
    this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index + step))]);
  }

  toggleSound() {
    this.muted = !this.muted;
  }

  toggleCaptions() {
    this.captions = !this.captions;
    for (const track of this.video?.textTracks ?? [])
      track.mode = this.captions ? 'showing' : 'disabled';
  }

  toggleFullscreen() {
    if (document.fullscreenElement)
      document.exitFullscreen();
    else
      this.querySelector('.stage').requestFullscreen?.().catch(() => {});
  }

  markIn() {
    this.rangeIn = this.now();
    if (this.rangeOut !== null && this.rangeOut <= this.rangeIn)
      this.rangeOut = null;
  }

  markOut() {
    const now = this.now();
    this.rangeIn ??= 0;
    if (now > this.rangeIn) {
      this.rangeOut = now;
    } else {
      this.rangeOut = this.rangeIn;
      this.rangeIn = now;
    }
    if (this.rangeIn === this.rangeOut)
      this.rangeOut = null;
  }

  clearRange() {
    this.rangeIn = this.rangeOut = null;
    this.loop = false;
  }

  toggleLoop() {
    this.loop = this.rangeOut !== null && !this.loop;
  }

  /* What I and O have marked, or null. */
  get range() {
    return this.rangeIn !== null && this.rangeOut !== null
      ? {start: this.rangeIn, end: this.rangeOut} : null;
  }

  focusStage() {
    this.querySelector('.stage')?.focus({preventScroll: true});
  }

  /* ---- how it looks ---- */

  updated(changed) {
    const video = this.video;
    if (!video || video === this.watched)
      return;
    this.watched = video;
    this.frame = null;
    this.watchFrames(video);
    this.feed?.attach(video);
  }

  render() {
    return html`<section aria-label=${t('player.label')}>
      ${this.feed ? html`<lw-live-bar .feed=${this.feed}></lw-live-bar>` : nothing}
      ${this.stage()}
      <lw-timeline .model=${this.model} .segment=${this.segment} .notes=${this.notes}
          .selected=${this.selected} .people=${this.people} .time=${this.time}
          .duration=${this.duration} .rangeIn=${this.rangeIn} .rangeOut=${this.rangeOut}
          .facts=${this.facts} .ticket=${this.state === 'ready' ? this.ticket : null}
          @lw-seek=${({detail}) => this.seek(detail)}></lw-timeline>
      ${transport(this)}
      <lw-work .model=${this.model} .keep=${this.keep} .segment=${this.segment}
          .work=${this.facts?.work} .ticket=${this.state === 'ready' ? this.ticket : null}
          @lw-seek=${({detail}) => this.seek(detail)}
          @lw-work-changed=${() => this.refreshFacts()}></lw-work>
    </section>`;
  }

  stage() {
    if (this.state !== 'ready')
      return html`<div class="stage closed" tabindex="-1" role="status">${this.stageWords()}</div>`;
    return html`<div class="stage" tabindex="-1">
      <video .disableRemotePlayback=${Boolean(this.feed)} src=${this.source} playsinline preload="auto" .muted=${this.muted}
          aria-label=${this.segment.title || t('lesson.label')}
          @click=${() => this.toggle()}
          @loadedmetadata=${this.onMetadata} @play=${() => { this.playing = true; }}
          @pause=${() => { this.playing = false; this.feed?.stay(); this.model.tell(this.segment.id, this.time); }}
          @ended=${() => this.emit('lw-ended')}
          @timeupdate=${this.onTime} @error=${this.onError}>
        ${this.facts?.captions ? html`<track kind="captions" src=${this.media('captions.vtt')}>`
          : nothing}
      </video>
    </div>`;
  }

  stageWords() {
    const words = {
      loading: [t('app.loading'), ''],
      making: [t('lesson.not-ready'), t('lesson.not-ready-hint')],
      closed: this.model.isOver ? [t('lesson.over'), t('lesson.over-hint')]
        : [t('lesson.closed'), t('lesson.closed-hint')],
      away: [t('lesson.offline'), ''],
      trouble: [t('lesson.trouble', {message: this.message}), ''],
    }[this.state];
    return html`<p class="stage-title">${words[0]}</p><p>${words[1]}</p>
      ${this.state === 'trouble' ? html`<button @click=${this.load}>${t('lesson.trouble-again')}
        </button>` : nothing}`;
  }

  onMetadata({target}) {
    if (Number.isFinite(target.duration))
      this.duration = fromSeconds(target.duration);
    target.playbackRate = this.speed;
    if (this.resumeAt)
      this.seek(this.resumeAt);
    if (this.playSoon)
      target.play().catch(() => {});
    this.playSoon = false;
  }

  onTime({target}) {
    if (target.requestVideoFrameCallback && this.frame !== null)
      return;
    this.time = fromSeconds(target.currentTime);
    this.afterFrame();
  }

  async onError({target}) {
    this.message = target.error?.message || t('error.network');
    this.endLive();
    this.state = room.reachable ? 'trouble' : 'away';
    // The ticket may be over, or the room gone: ask, which tells.
    this.resumeAt = this.time;
    if (!this.retried || Date.now() - this.retried > 10000) {
      this.retried = Date.now();
      await this.load();
    }
  }
}

customElements.define('lw-player', LwPlayer);
