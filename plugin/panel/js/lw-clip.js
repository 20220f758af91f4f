// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a shared link opens: one moment of a lesson, its notes, and a box to answer in. The page asks
 * before it opens the link, as every opening counts as a view. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {mark} from './palette.js';
import {Away, room} from './room.js';
import {formatSpan, formatTime, fromSeconds, toSeconds} from './time.js';

class LwClip extends Element {
  static properties = {
    clip: {state: true}, dead: {state: true}, trouble: {state: true}, name: {state: true},
    sent: {state: true}, time: {state: true}, busy: {state: true},
  };

  constructor() {
    super();
    // Nobody is signed in here, also where the browser knows a session.
    room.token = null;
    this.token = location.hash.slice(1);
    this.dead = this.token === '';
    this.trouble = '';
    this.name = '';
    this.time = 0;
    window.addEventListener('hashchange', () => location.reload());
  }

  async open(event) {
    event.preventDefault();
    this.busy = true;
    this.name = new FormData(event.target).get('name').trim();
    try {
      this.clip = await room.post('shared/open', {token: this.token, name: this.name});
      this.trouble = '';
      document.title = `${this.clip.title} – ${t('app.name')}`;
    } catch (error) {
      if (error instanceof Away || error.status === 429)
        this.trouble = error instanceof Away ? t('clip.away') : error.message;
      else
        this.dead = true;
    }
    this.busy = false;
  }

  async reply(event) {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form);
    const words = {ticket: this.clip.ticket, name: fields.get('name').trim(),
                   text: fields.get('text').trim()};
    if (fields.get('at'))
      words.at = this.time;
    this.busy = true;
    try {
      await room.post('shared/reply', words);
      this.clip = {...this.clip, replies: [...this.clip.replies, words]};
      this.sent = t('clip.sent');
      this.name = words.name;
      form.elements.text.value = '';
    } catch (error) {
      this.sent = t('clip.not-sent', {message: error.message});
    }
    this.busy = false;
  }

  go(ns) {
    const video = this.querySelector('video');
    video.currentTime = toSeconds(ns);
    video.focus();
  }

  render() {
    if (this.dead)
      return html`<main class="middle"><div class="empty" role="alert">${icon('away')}
        <h1>${t('clip.dead')}</h1><p>${t('clip.dead-hint')}</p></div></main>`;
    return this.clip ? this.page() : this.door();
  }

  door() {
    return html`<main class="middle"><section class="card sign-in" aria-labelledby="clip-title">
      <img class="sign-mark" src="icon.svg" alt="">
      <h1 id="clip-title">${t('clip.open')}</h1>
      <p class="calm">${t('clip.opens')}</p>
      ${this.trouble ? html`<p class="notice" role="alert">${this.trouble}</p>` : nothing}
      <form @submit=${this.open}>
        <label>${t('clip.name')}<input name="name" maxlength="150" autocomplete="name"></label>
        <button class="primary wide" ?disabled=${this.busy}>${icon('play')} ${t('clip.open')}</button>
      </form></section></main>`;
  }

  page() {
    const {clip, title, audience, notes, replies, ticket} = this.clip;
    return html`<main class="clip">
      <header><h1 dir="auto">${title}</h1>
        ${audience ? html`<p class="calm">${t('clip.for', {audience})}</p>` : nothing}</header>
      <video controls controlslist="nodownload" playsinline preload="metadata" tabindex="0"
          aria-label=${title}
          src="../media/clip/${clip}?ticket=${encodeURIComponent(ticket)}"
          @timeupdate=${({target}) => { this.time = fromSeconds(target.currentTime); }}></video>
      <div class="clip-words">
        <section class="card" aria-labelledby="clip-notes"><h2 id="clip-notes">${t('clip.notes')}</h2>
          ${notes.length ? html`<ul>${notes.map((note) => html`<li class="clip-note">
              <div class="note-head">${mark(0, note.kind)}
                <span class="note-kind">${t(`kind.${note.kind}`)}</span>
                <button class="time" @click=${() => this.go(note.start)}
                  aria-label=${t('note.at', {time: formatSpan(note.start, note.end)})}>${
                  formatSpan(note.start, note.end)}</button></div>
              <p class="note-text" dir="auto">${note.text}</p></li>`)}</ul>`
            : html`<p class="calm">${t('clip.no-notes')}</p>`}
        </section>
        <section class="card" aria-labelledby="clip-reply"><h2 id="clip-reply">${t('clip.replies')}</h2>
          <ul>${replies.map((one) => html`<li class="clip-note"><p class="note-by">
            <bdi>${one.name}</bdi>${one.at >= 0 ? html` · <button class="time"
              @click=${() => this.go(one.at)}>${formatTime(one.at)}</button>` : nothing}</p>
            <p class="note-text" dir="auto">${one.text}</p></li>`)}</ul>
          <form @submit=${this.reply}>
            <label>${t('clip.reply')}<textarea name="text" rows="3" required maxlength="3000"
                dir="auto"></textarea></label>
            <label>${t('sign.your-name')}<input name="name" required maxlength="150"
                autocomplete="name" .value=${this.name}></label>
            <label class="check"><input type="checkbox" name="at" value="yes">
              ${t('clip.reply-at', {time: formatTime(this.time)})}</label>
            <p role="status">${this.sent ?? ''}</p>
            <div class="dialog-end"><button class="primary" ?disabled=${this.busy}>${t('clip.send')}
            </button></div>
          </form>
        </section>
      </div></main>`;
  }
}

customElements.define('lw-clip', LwClip);
