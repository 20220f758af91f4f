// SPDX-License-Identifier: LGPL-2.1-or-later
/* A lesson sent from this browser: its camera and its microphone. */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {t} from '../i18n.js';
import {room} from '../room.js';
import {WhipSender} from './whip.js';

const PICTURE = {width: {ideal: 1280}, height: {ideal: 720}, frameRate: {ideal: 30}};
/* What makes one voice clear takes the others in a classroom away. */
const SOUND = {echoCancellation: false, noiseSuppression: false, autoGainControl: true};

class LwSendDialog extends Dialog {
  static properties = {...Dialog.properties, devices: {state: true}, sending: {state: true}, asks: {state: true}};

  constructor() {
    super();
    this.devices = [];
    this.sending = null; // a WhipSender
    this.asks = '';      // "stop" or "end": whether to
    this.chosen = {};
    this.leaving = (event) => event.preventDefault();
    this.gone = () => this.sending?.stop();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.letGo();
  }

  /* @live: (nullable): what the visit has open, which goes on */
  async open(visit, title, live) {
    Object.assign(this, {visit, lessonTitle: title, live, asks: '', stream: null});
    this.show();
    await this.look();
  }

  async look() {
    if (!navigator.mediaDevices) {
      this.trouble = t('send.insecure');
      return;
    }
    const {camera, microphone} = this.chosen;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: {...PICTURE, ...(camera ? {deviceId: {exact: camera}} : {})},
        audio: {...SOUND, ...(microphone ? {deviceId: {exact: microphone}} : {})}});
      if (!this.dialog?.open) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      const before = this.stream;
      this.stream = stream;
      await this.sending?.change(stream);
      before?.getTracks().forEach((track) => track.stop());
      this.trouble = '';
      this.querySelector('video').srcObject = stream;
      this.devices = await navigator.mediaDevices.enumerateDevices();
    } catch (error) {
      this.trouble = t(error.name === 'NotAllowedError' ? 'send.not-allowed' : 'send.no-camera');
    }
  }

  choose(kind, id) {
    this.chosen[kind] = id;
    this.look();
  }

  begin(event) {
    event.preventDefault();
    if (!this.stream || this.sending)
      return;
    this.try(async () => {
      const given = this.live ? await room.post(`live/${this.live.id}/key`)
          : await room.post(`walks/${this.model.id}/visits/${this.visit.id}/live`,
                            {title: this.lessonTitle, kind: 'whip'});
      // It was closed meanwhile.
      if (!this.stream)
        return;
      this.live = {id: given.id};
      this.sending = new WhipSender(this.stream, given.key, given.ice_servers);
      this.sending.addEventListener('state', () => this.requestUpdate());
      this.sending.start();
      addEventListener('beforeunload', this.leaving);
      addEventListener('pagehide', this.gone);
      this.stayAwake();
      await this.model.refresh();
    });
  }

  /* A screen that goes dark would take the camera along. */
  async stayAwake() {
    this.awake = await navigator.wakeLock?.request('screen').catch(() => null);
  }

  end() {
    this.try(async () => {
      await room.post(`live/${this.live.id}/end`);
      this.close();
      await this.model.refresh();
    });
  }

  letGo() {
    this.sending?.stop();
    this.sending = null;
    this.asks = '';
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.awake?.release().catch(() => {});
    removeEventListener('beforeunload', this.leaving);
    removeEventListener('pagehide', this.gone);
  }

  close() {
    this.letGo();
    super.close();
  }

  /* It asks before the picture stops for everybody. */
  leave(event) {
    event?.preventDefault();
    if (this.sending && this.sending.state !== 'refused')
      this.asks = 'stop';
    else
      this.close();
  }

  select(kind, label, wanted) {
    const devices = this.devices.filter((one) => one.kind === wanted);
    const track = this.stream?.getTracks().find((one) => wanted.startsWith(one.kind));
    const current = track?.getSettings().deviceId;
    return html`<label>${label}<select name=${kind} ?disabled=${devices.length < 2}
        @change=${({target}) => this.choose(kind, target.value)}>${devices.map((one, i) => html`
        <option value=${one.deviceId} ?selected=${one.deviceId === current}>${one.label ||
            t('send.unnamed', {number: i + 1})}</option>`)}</select></label>`;
  }

  state() {
    const {state, trouble} = this.sending;
    return html`<p class="live-state" role="status" data-state=${state}>${
        state === 'live' ? html`<b class="live-badge">${t('live.live')}</b> ${t('send.live')}`
        : state === 'refused' ? trouble : t(`send.${state}`)}</p>`;
  }

  buttons() {
    if (this.asks)
      return html`<p role="alert">${t(this.asks === 'end' ? 'live.end-sure' : 'send.sure')}</p><div class="dialog-end">
        ${this.asks === 'end' ? html`<button type="button" class="danger-text" data-act="end-sending"
            @click=${() => this.end()}>${t('live.end-yes')}</button>`
        : html`<button type="button" data-act="stop-sending" @click=${() => this.close()}>${t('send.stop')}</button>`}
        <button type="button" class="primary" data-act="go-on" @click=${() => { this.asks = ''; }}>${t('send.go-on')}</button></div>`;
    return html`<div class="dialog-end">${this.sending ? html`
      <button type="button" class="danger-text" data-act="ask-end-sending"
          @click=${() => { this.asks = 'end'; }}>${t('live.end')}</button>`
      : html`<button class="primary" data-act="send" ?disabled=${!this.devices.length}>${t('send.begin')}</button>`}</div>`;
  }

  render() {
    return html`<dialog class="send" aria-labelledby="send-title" @cancel=${this.leave}><form @submit=${this.begin}>
      ${this.closeButton()}
      <h2 id="send-title">${t('send.title')}</h2>
      ${this.sending ? this.state() : html`<p>${t('send.explain')}</p>`}${this.complaint()}
      <video class="send-picture" autoplay muted playsinline aria-label=${t('send.picture')}></video>
      <div class="send-devices">${this.select('camera', t('send.camera'), 'videoinput')}
        ${this.select('microphone', t('send.microphone'), 'audioinput')}</div>
      ${this.visit ? this.buttons() : nothing}
    </form></dialog>`;
  }
}

customElements.define('lw-send-dialog', LwSendDialog);
