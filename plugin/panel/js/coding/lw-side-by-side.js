// SPDX-License-Identifier: LGPL-2.1-or-later
/* The clips before and after a change, beside each other: two players that go together from their
 * starts. Each stops at the end of its clip. */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {room} from '../room.js';
import {formatSpan, formatTime, fromSeconds, toSeconds} from '../time.js';

class LwSideBySide extends Dialog {
  static properties = {
    ...Dialog.properties, test: {state: true}, sides: {state: true}, playing: {state: true}, heard: {state: true},
  };

  constructor() {
    super();
    this.test = null;
    this.sides = []; // {which, clip, title, source, trouble, at}
    this.playing = false;
    this.heard = 'before';
  }

  /* @whiches: "before", "after", or both */
  async show(test, whiches) {
    this.test = test;
    this.playing = false;
    this.heard = whiches[0];
    this.sides = whiches.map((which) => ({which, clip: test[which], title: this.titleOf(test[which]), source: null,
                                          trouble: '', at: 0}));
    await this.updateComplete;
    super.show();
    await Promise.all(this.sides.map((side) => this.load(side)));
    this.requestUpdate();
  }

  titleOf(clip) {
    return this.model.segments.find((one) => one.id === clip.segment)?.title ?? '';
  }

  async load(side) {
    try {
      const [{title}, {ticket}] = await Promise.all([room.get(`segments/${side.clip.segment}`),
                                                     room.post(`segments/${side.clip.segment}/ticket`)]);
      side.title = title || side.title;
      side.source = `../media/${side.clip.segment}/video?ticket=${encodeURIComponent(ticket)}`;
    } catch (error) {
      side.trouble = error.status === 404 ? t('test.clip-gone') : error.message;
    }
  }

  get videos() {
    return [...this.querySelectorAll('video')];
  }

  sideOf(video) {
    return this.sides.find((side) => side.which === video.dataset.which);
  }

  isOver(video) {
    return video.ended || video.currentTime >= toSeconds(this.sideOf(video).clip.end) - 0.02;
  }

  /* ---- together ---- */

  toggle() {
    if (this.playing) {
      this.pauseAll();
      return;
    }
    if (this.videos.every((video) => this.isOver(video)))
      this.restart();
    for (const video of this.videos) {
      if (!this.isOver(video))
        video.play().catch(() => {});
    }
    this.playing = this.videos.length > 0;
  }

  pauseAll() {
    for (const video of this.videos)
      video.pause();
    this.playing = false;
  }

  restart() {
    for (const video of this.videos) {
      video.currentTime = toSeconds(this.sideOf(video).clip.start);
      if (this.playing)
        video.play().catch(() => {});
    }
  }

  seekBy(seconds) {
    for (const video of this.videos) {
      const {start, end} = this.sideOf(video).clip;
      video.currentTime = Math.max(toSeconds(start), Math.min(toSeconds(end), video.currentTime + seconds));
    }
  }

  onTime({target}) {
    const side = this.sideOf(target);
    side.at = Math.max(0, fromSeconds(target.currentTime) - side.clip.start);
    if (!target.paused && this.isOver(target))
      target.pause();
    if (this.playing && this.videos.every((video) => video.paused && this.isOver(video)))
      this.playing = false;
    this.requestUpdate();
  }

  handleKey(event) {
    const keys = {' ': () => this.toggle(), k: () => this.toggle(), Home: () => this.restart(),
                  ArrowLeft: () => this.seekBy(event.shiftKey ? -1 : -5),
                  ArrowRight: () => this.seekBy(event.shiftKey ? 1 : 5),
                  1: () => { this.heard = this.sides[0].which; }, 2: () => { this.heard = this.sides.at(-1).which; }};
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys) ||
        (event.key === ' ' && event.target.closest('button')))
      return;
    keys[event.key]();
    event.preventDefault();
  }

  /* ---- how it looks ---- */

  render() {
    return html`<dialog class="side-by-side" aria-label=${t('test.side-title')} @keydown=${this.handleKey}
        @close=${() => { this.pauseAll(); this.sides = []; }}>
      ${this.sides.length ? html`${this.closeButton()}<h2>${this.sides.length > 1 ? t('test.side-title')
        : t(`test.${this.sides[0].which}`)}</h2>
      <div class="sides">${this.sides.map((side) => this.side(side))}</div>
      <div class="side-keys"><button class="primary" data-act="side-play" @click=${this.toggle}>${
          icon(this.playing ? 'pause' : 'play')} ${t(this.playing ? 'test.side-pause' : 'test.side-play')}</button>
        <button data-act="side-again" @click=${this.restart}>${icon('undo')} ${t('test.side-again')}</button></div>
      <p class="hint">${t('test.side-hint')}</p>` : nothing}</dialog>`;
  }

  side(side) {
    const name = t(`test.${side.which}`);
    return html`<figure class="side" data-which=${side.which}>
      <figcaption><b>${name}</b> <bdi>${side.title}</bdi> <span class="hint">${
          formatSpan(side.clip.start, side.clip.end)}</span></figcaption>
      ${side.trouble ? html`<p class="notice warning" role="alert">${t('test.side-closed',
          {message: side.trouble})}</p>` : side.source ? html`<video src=${side.source} playsinline preload="auto"
          data-which=${side.which} aria-label=${`${name}: ${side.title}`} .muted=${this.heard !== side.which}
          @loadedmetadata=${({target}) => { target.currentTime = toSeconds(side.clip.start); }}
          @timeupdate=${this.onTime} @ended=${this.onTime} @click=${this.toggle}
          @error=${() => { side.trouble = t('error.network'); this.requestUpdate(); }}></video>`
        : html`<p role="status">${t('app.loading')}</p>`}
      <p class="side-line"><span>${formatTime(side.at)} / ${formatTime(side.clip.end - side.clip.start)}</span>
        <button class="flat icon-only small" aria-pressed=${this.heard === side.which}
          aria-label=${t('test.side-sound', {which: name})} title=${t('test.side-sound', {which: name})}
          @click=${() => { this.heard = side.which; }}>${icon(this.heard === side.which ? 'sound' : 'sound-off')}
        </button></p></figure>`;
  }
}

customElements.define('lw-side-by-side', LwSideBySide);
