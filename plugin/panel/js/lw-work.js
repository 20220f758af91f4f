// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples of student work that go with a lesson: listed below it, looked at here, and attached to
 * all of it or to a moment. */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {Dialog} from './dialog.js';
import {place, say, showDialog} from './element.js';
import {bytes, t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';
import {formatTime} from './time.js';
import {dropUpload, Upload} from './upload.js';

const LOOK_MS = 400;
const TYPES = '.pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg';

class LwWork extends Dialog {
  static properties = {
    keep: {}, segment: {}, work: {}, ticket: {}, file: {state: true}, at: {state: true},
    upload: {state: true}, checking: {state: true}, seen: {state: true}, going: {state: true},
    busy: {state: true},
  };

  constructor() {
    super();
    this.work = [];
    this.file = this.upload = this.seen = null;
    this.going = null; // the sample that is to be removed, or not
    this.at = 0;
    this.checking = this.busy = false;
  }

  address({id}) {
    return `../media/${this.segment.id}/work/${id}?ticket=${encodeURIComponent(this.ticket)}`;
  }

  /* ---- attaching ---- */

  /* @at: the moment that is offered; @isMoment: that it is meant. */
  async attach(at, isMoment) {
    this.at = at;
    this.file = null;
    this.trouble = '';
    await this.updateComplete;
    const dialog = this.querySelector('dialog.attach');
    dialog.querySelector('form').reset();
    dialog.querySelector('[name=moment]').checked = isMoment;
    showDialog(dialog);
  }

  choose(file) {
    if (file)
      this.file = file;
  }

  async send(event) {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form);
    const at = fields.get('moment') ? Math.round(this.at) : null;
    const title = fields.get('title').trim();
    form.closest('dialog').close();
    const upload = this.upload = new Upload(this.file, {
      walk: this.model.id, segment: this.segment.id, title, purpose: 'work', at}, this.keep);
    upload.addEventListener('change', () => this.requestUpdate());
    this.trouble = '';
    await upload.run();
    if (upload.state === 'sent')
      await this.waitForCheck(upload);
    else if (upload.state === 'failed')
      this.trouble = t('upload.failed', {message: upload.message});
    if (this.upload === upload)
      this.upload = null;
  }

  /* The room looks into it before anybody else can. */
  async waitForCheck(upload) {
    this.checking = true;
    try {
      for (;;) {
        const {uploads} = await room.get(`walks/${this.model.id}/uploads`);
        const one = uploads.find(({id}) => id === upload.id);
        if (one?.state === 'refused') {
          this.trouble = one.message;
          await dropUpload(one.id);
          break;
        }
        if (!one || one.state === 'ready') {
          say(t('work.attached', {title: one?.title ?? ''}));
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    } catch (error) {
      this.trouble = error.message;
    }
    this.checking = false;
    this.emit('lw-work-changed');
  }

  /* ---- looking ---- */

  async look(one) {
    this.seen = one;
    await this.updateComplete;
    showDialog(this.querySelector('dialog.viewer'));
  }

  /* ---- removing ---- */

  async askToRemove(one) {
    this.going = one;
    this.trouble = '';
    await this.updateComplete;
    showDialog(this.querySelector('dialog.remove'));
  }

  /* The event comes after the act: by then it may be open again for another one. */
  forget(event) {
    if (!event.target.open) {
      this.going = null;
      this.trouble = '';
    }
  }

  async erase(event) {
    event.preventDefault();
    const {going} = this;
    const dialog = event.target.closest('dialog');
    this.busy = true;
    if (await this.try(() => room.call('DELETE', `segments/${this.segment.id}/work/${going.id}`))) {
      dialog.close();
      say(t('work.removed', {title: going.title}));
      this.emit('lw-work-changed');
    }
    this.busy = false;
  }

  /* ---- how it looks ---- */

  render() {
    const work = this.work ?? [];
    const isBusy = this.upload || this.checking;
    return html`
      ${work.length || isBusy || this.trouble && !this.going ? html`<div class="work" role="region"
          aria-label=${t('work.title')}>
        ${work.length ? html`<h2 class="work-title">${t('work.title')}</h2>
          <ul class="work-list">${repeat(work, (one) => one.id, (one) => this.row(one))}</ul>`
          : nothing}
        ${isBusy ? this.progress() : nothing}
        ${this.trouble && !this.going ? html`<div class="notice warning work-trouble" role="alert">
            <p>${this.trouble}</p><button class="flat small"
              @click=${() => { this.trouble = ''; }}>${t('app.dismiss')}</button></div>` : nothing}
      </div>` : nothing}
      ${this.attachDialog()}
      ${this.removeDialog()}
      ${this.viewer()}`;
  }

  row(one) {
    const words = html`${icon('work')}<span dir="auto">${one.title}</span>`;
    const isPicture = one.type.startsWith('image/');
    const label = t(isPicture ? 'work.look' : 'work.open', {title: one.title});
    return html`<li class="work-row" data-work=${one.id}>
      ${!this.ticket ? html`<span class="button">${words}</span>`
        : isPicture ? html`<button aria-label=${label} @click=${() => this.look(one)}>${words}</button>`
        : html`<a class="button" href=${this.address(one)} target="_blank" rel="noopener noreferrer"
            aria-label=${label}>${words}</a>`}
      ${one.at >= 0 ? html`<button class="time" aria-label=${t('note.at', {time: formatTime(one.at)})}
          @click=${() => this.emit('lw-seek', one.at)}>${formatTime(one.at)}</button>` : nothing}
      ${one.may_remove ? html`<button class="flat icon-only work-remove"
          aria-label=${t('work.remove', {title: one.title})} title=${t('work.remove', {title: one.title})}
          @click=${() => this.askToRemove(one)}>${icon('delete')}</button>` : nothing}
    </li>`;
  }

  progress() {
    const {percent = 100, sent = 0, size = 0, state = 'sending'} = this.upload ?? {};
    const words = this.checking ? t('work.checking')
      : state === 'waiting' ? t('upload.waiting', {percent})
      : t('upload.sending', {percent, done: bytes(sent), size: bytes(size)});
    return html`<div class="upload ${state}"><p role="status"
        aria-live=${state === 'sending' && !this.checking ? 'off' : 'polite'}>${words}</p>
      <div class="meter" role="progressbar" aria-label=${t('work.attach')} aria-valuemin="0"
          aria-valuemax="100" aria-valuenow=${percent}><i ${place({'inline-size': `${percent}%`})}></i>
      </div>
      ${this.checking ? nothing : html`<button class="flat small"
          @click=${() => this.upload.stop()}>${t('upload.stop')}</button>`}</div>`;
  }

  attachDialog() {
    return html`<dialog class="attach" aria-labelledby="work-title"><form @submit=${this.send}>
      <h2 id="work-title">${t('work.attach')}</h2>
      <p class="hint">${t('work.hint')}</p>
      <label class="drop" @dragover=${(event) => event.preventDefault()}
          @drop=${(event) => { event.preventDefault(); this.choose(event.dataTransfer.files[0]); }}>
        ${icon('work')}
        <span class="drop-name">${this.file ? html`<b dir="auto">${this.file.name}</b>
          ${bytes(this.file.size)}` : html`<b>${t('work.choose')}</b> ${t('upload.drop')}`}</span>
        <input type="file" accept=${TYPES} ?required=${!this.file}
            @change=${(event) => this.choose(event.target.files[0])}></label>
      <label>${t('work.name')}<input name="title" required maxlength="300" dir="auto"
          .value=${this.file ? this.file.name.replace(/\.[^.]*$/, '') : ''}></label>
      <label class="check"><input type="checkbox" name="moment" value="yes">
        ${t('work.moment', {time: formatTime(this.at)})}</label>
      <div class="dialog-end">
        <button type="button" @click=${(event) => event.target.closest('dialog').close()}>
          ${t('app.cancel')}</button>
        <button class="primary" ?disabled=${!this.file || this.upload}>${t('work.attach-now')}
        </button></div>
    </form></dialog>`;
  }

  removeDialog() {
    const {going} = this;
    return html`<dialog class="remove" aria-labelledby="remove-title" aria-describedby="remove-what"
        @close=${this.forget}>${going ? html`
      <form @submit=${this.erase}>
        <h2 id="remove-title">${t('work.remove-ask', {title: going.title})}</h2>
        <div class="notice warning" id="remove-what"><p>${t('work.remove-what')}</p>
          <p class="hint">${t('erase.copies')}</p></div>
        ${this.complaint()}
        ${this.busy ? html`<p role="status">${t('work.removing')}</p>` : nothing}
        <div class="dialog-end">
          <button type="button" @click=${(event) => event.target.closest('dialog').close()}>
            ${t('app.cancel')}</button>
          <button class="danger" ?disabled=${this.busy}>${icon('erase')}
            ${t('work.remove-yes')}</button></div>
      </form>` : nothing}</dialog>`;
  }

  viewer() {
    const {seen} = this;
    return html`<dialog class="viewer" aria-labelledby="viewer-title"
        @close=${() => { this.seen = null; }}>${seen ? html`
      <h2 id="viewer-title"><bdi>${seen.title}</bdi></h2>
      <button type="button" class="flat icon-only dialog-close" aria-label=${t('app.close')}
          title=${t('app.close')} @click=${(event) => event.target.closest('dialog').close()}>
          ${icon('close')}</button>
      <img src=${this.address(seen)} alt=${seen.title}>` : nothing}</dialog>`;
  }
}

customElements.define('lw-work', LwWork);
