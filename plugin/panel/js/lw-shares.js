// SPDX-License-Identifier: LGPL-2.1-or-later
/* The links to one clip: for whom, until when, who opened them and what they answered. */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {copyText, Element, say} from './element.js';
import {date, day, t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';
import {formatTime} from './time.js';

const LOOK_MS = 4000;
const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_MOST = 365;

class LwShares extends Element {
  static properties = {
    clip: {}, days: {}, shares: {state: true}, made: {state: true}, trouble: {state: true},
    busy: {state: true},
  };

  constructor() {
    super();
    this.shares = null;
    this.made = null; // {url, audience}: the link, which the room tells once
    this.trouble = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async look() {
    clearTimeout(this.timer);
    try {
      await Promise.resolve(); // the first time, until @clip is there
      ({shares: this.shares} = await room.get(`clips/${this.clip.id}/views`));
    } catch {
      // What was seen stays; the dialog around it tells of the trouble.
    }
    clearTimeout(this.timer);
    if (this.isConnected)
      this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  async make(event) {
    event.preventDefault();
    const fields = new FormData(event.target);
    const wish = {audience: fields.get('audience').trim()};
    // Unless she says otherwise, the room knows for how long.
    if (fields.get('until') !== this.dayAfter(this.days))
      wish.expires = new Date(`${fields.get('until')}T23:59:59`).toISOString();
    if (fields.get('views'))
      wish.views = Number(fields.get('views'));
    this.busy = true;
    this.trouble = '';
    try {
      const {url} = await room.post(`clips/${this.clip.id}/shares`, wish);
      this.made = {url, audience: wish.audience};
      this.emit('lw-shared');
      await this.look();
      await this.updateComplete;
      this.link.focus();
      this.link.select();
    } catch (error) {
      this.trouble = error.message;
    }
    this.busy = false;
  }

  get link() {
    return this.querySelector('input[readonly]');
  }

  async revoke({id, audience}) {
    this.trouble = '';
    try {
      await room.call('DELETE', `shares/${id}`);
      say(t('share.revoked-now', {audience}));
      this.emit('lw-shared');
      await this.look();
      this.querySelector('.share-list').focus();
    } catch (error) {
      this.trouble = error.message;
    }
  }

  /* As a date field has it, in this machine's days. */
  dayAfter(days) {
    const when = new Date(Date.now() + days * DAY_MS);
    const two = (value) => String(value).padStart(2, '0');
    return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  }

  render() {
    return html`
      ${this.made ? this.madeLink() : this.form()}
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      ${this.shares?.length ? html`<h4 class="share-list" tabindex="-1">${t('share.list')}</h4>
        <ul class="shares">${repeat([...this.shares].reverse(), (share) => share.id,
                                    (share) => this.row(share))}</ul>` : nothing}`;
  }

  form() {
    return html`<form class="share-form" aria-label=${t('share.new')} @submit=${this.make}>
      <label>${t('share.audience')}<input name="audience" required maxlength="150" dir="auto"
          placeholder=${t('share.audience-example')}></label>
      <div class="pair">
        <label>${t('share.until')}<input name="until" type="date" required
            aria-describedby="until-${this.clip.id}" .value=${this.dayAfter(this.days)}
            min=${this.dayAfter(0)} max=${this.dayAfter(DAYS_MOST)}></label>
        <label>${t('share.views')}<input name="views" type="number" min="1" max="1000000" step="1"
            placeholder=${t('share.views-any')}></label></div>
      <div class="form-end"><p class="hint" id="until-${this.clip.id}">${
          t('share.until-hint', {count: this.days})}</p>
        <button class="primary" ?disabled=${this.busy}>${icon('link')} ${t('share.make')}</button>
      </div></form>`;
  }

  madeLink() {
    return html`<div class="share-form">
      <label>${t('share.link', {audience: this.made.audience})}
        <input readonly dir="ltr" .value=${this.made.url}></label>
      <div class="dialog-end">
        <button @click=${() => { this.made = null; }}>${t('share.another')}</button>
        <button class="primary" @click=${() => copyText(this.link)}>${t('share.copy')}</button>
      </div></div>`;
  }

  stateOf({revoked, expires, views_left}) {
    if (revoked)
      return ['over', t('share.revoked')];
    if (Date.parse(expires) <= Date.now())
      return ['over', t('share.ended', {day: date(expires)})];
    if (views_left === 0)
      return ['over', t('share.used-up')];
    const until = t('share.open-until', {day: date(expires)});
    return ['open', views_left > 0 ? `${until}, ${t('share.left', {count: views_left})}` : until];
  }

  row(share) {
    const {audience, viewed = [], replies = []} = share;
    const [state, words] = this.stateOf(share);
    return html`<li class="share ${state}" data-state=${state}>
      <div class="share-head"><span class="share-words"><b><bdi>${audience}</bdi></b>
          <span class="calm">${words} · ${viewed.length ? t('share.opened', {count: viewed.length})
                                                        : t('share.opened-never')}</span></span>
        ${share.revoked ? nothing : html`<button class="small"
            aria-label=${t('share.revoke-of', {audience})}
            @click=${() => this.revoke(share)}>${t('share.revoke')}</button>`}</div>
      ${viewed.length ? html`<details><summary>${t('share.who')}</summary>
          <ul>${viewed.map((view) => html`<li class="view"><bdi>${view.name ||
              t('share.nameless')}</bdi> <span class="calm">${day(view.at)}</span></li>`)}</ul>
          </details>` : nothing}
      ${replies.length ? html`<h5>${t('share.replies')}</h5>
          <ul>${replies.map((reply) => this.reply(reply))}</ul>` : nothing}
    </li>`;
  }

  reply({name, text, at, written}) {
    const time = this.clip.start + (at ?? 0);
    return html`<li class="clip-note"><p class="note-by"><bdi>${name}</bdi>
        <span>${day(written)}</span>${at >= 0 ? html` <button class="time"
          aria-label=${t('share.at', {time: formatTime(time)})}
          @click=${() => this.emit('lw-go', time)}>${formatTime(time)}</button>` : nothing}</p>
      <p class="note-text" dir="auto">${text}</p></li>`;
  }
}

customElements.define('lw-shares', LwShares);
