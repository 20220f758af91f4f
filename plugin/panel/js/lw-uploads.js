// SPDX-License-Identifier: LGPL-2.1-or-later
/* A lesson's way into the walk, from the file on this machine until it can be watched. */
import {html, nothing} from '../lib/lit/index.js';
import {Element, place, say} from './element.js';
import {bytes, t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';
import {dropUpload, Upload} from './upload.js';

const LOOK_MS = 3000;

class LwUploads extends Element {
  static properties = {model: {}, keep: {}, upload: {state: true}, file: {state: true}};

  constructor() {
    super();
    this.upload = null;
    this.file = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  updated() {
    // Until what came in can be watched, ask how far it is.
    const busy = this.model.uploads.some((one) => isUnderway(one));
    if (busy && !this.timer)
      this.timer = setTimeout(() => {
        this.timer = null;
        this.model.refresh();
      }, LOOK_MS);
  }

  choose(file) {
    if (file)
      this.file = file;
  }

  async begin(event) {
    event.preventDefault();
    const form = event.target;
    const title = new FormData(form).get('title').trim();
    form.closest('dialog').close();
    try {
      const visit = await this.visit();
      const upload = this.upload = new Upload(this.file, {
        walk: this.model.id, visit, title, purpose: 'lesson'}, this.keep);
      upload.addEventListener('change', () => this.requestUpdate());
      await upload.run();
      if (upload.state === 'sent') {
        say(t('upload.sent'));
        this.upload = null;
        await this.model.refresh();
      }
    } catch (error) {
      say(error.message);
    }
    this.file = null;
  }

  /* A visit that has no lesson yet, or a new one. */
  async visit() {
    const {id} = this.model;
    const empty = (walk) => walk.visits.find((visit) => !visit.segments.length);
    const there = empty(this.model.walk);
    if (there)
      return there.id;
    const mine = this.model.walk.my_roles.includes('host') ? {host: this.model.me.person} : {};
    return empty(await room.post(`walks/${id}/visits`, mine)).id;
  }

  render() {
    return html`
      ${this.upload ? this.progress() : nothing}
      ${this.model.uploads.filter((one) => one.purpose === 'lesson' && (isUnderway(one) ||
            ['refused', 'failed'].includes(one.state))).map((one) => this.underway(one))}
      <dialog aria-labelledby="upload-title"><form @submit=${this.begin}>
        <h2 id="upload-title">${t('upload.title')}</h2>
        <p class="hint">${t('upload.hint')}</p>
        <label class="drop" @dragover=${(event) => event.preventDefault()}
            @drop=${(event) => { event.preventDefault(); this.choose(event.dataTransfer.files[0]); }}>
          ${icon('upload')}
          <span class="drop-name">${this.file ? html`<b dir="auto">${this.file.name}</b>
            ${bytes(this.file.size)}` : html`<b>${t('upload.choose')}</b> ${t('upload.drop')}`}</span>
          <input type="file" accept="video/*,.mkv,.mov,.mp4,.webm,.avi,.mts" ?required=${!this.file}
              @change=${(event) => this.choose(event.target.files[0])}></label>
        <label>${t('upload.name')}<input name="title" required maxlength="300"
            .value=${this.file ? this.file.name.replace(/\.[^.]*$/, '') : ''}></label>
        <div class="dialog-end">
          <button type="button" @click=${(event) => event.target.closest('dialog').close()}>
            ${t('app.cancel')}</button>
          <button class="primary" ?disabled=${!this.file || this.upload}>${t('upload.begin')}</button>
        </div>
      </form></dialog>`;
  }

  progress() {
    const {percent, sent, size, state, message} = this.upload;
    const words = {
      sending: t('upload.sending', {percent, done: bytes(sent), size: bytes(size)}),
      waiting: t('upload.waiting', {percent}),
      stopped: t('upload.stopped'),
      failed: t('upload.failed', {message}),
    }[state] ?? '';
    const over = state === 'stopped' || state === 'failed';
    return html`<div class="upload ${state}">
      <p role="status" aria-live=${state === 'sending' ? 'off' : 'polite'}>${words}</p>
      ${over ? nothing : meter(percent)}
      <button class="flat small" @click=${() => {
        if (over)
          this.upload = null;
        else
          this.upload.stop();
      }}>${over ? t('app.dismiss') : t('upload.stop')}</button></div>`;
  }

  async dismiss(id) {
    await dropUpload(id);
    await this.model.refresh();
  }

  underway({id, title, state, progress, message}) {
    if (state === 'refused' || state === 'failed')
      return html`<div class="upload failed"><p role="alert">${
        message || t('upload.refused', {title})}</p>
        ${state === 'refused' ? html`<button class="flat small" @click=${() => this.dismiss(id)}>${
          t('app.dismiss')}</button>` : nothing}</div>`;
    const percent = Math.floor((progress ?? 0) * 100);
    return html`<div class="upload"><p>${t('upload.making', {title, percent})}</p>
      ${meter(percent)}</div>`;
  }
}

function isUnderway({state}) {
  return state === 'checking' || state === 'making';
}

function meter(percent) {
  return html`<div class="meter" role="progressbar" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${percent}><i ${place({'inline-size': `${percent}%`})}></i></div>`;
}

customElements.define('lw-uploads', LwUploads);
