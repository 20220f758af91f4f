// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a live lesson comes, and where it is sent to or fetched from, for the teacher and who leads the walk; and its end. */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {copyText} from '../element.js';
import {t} from '../i18n.js';
import {room} from '../room.js';
import {liveWords} from './lw-live-bar.js';

const PLACES = {rtsp: 'rtsp://camera/stream', srt: 'srt://encoder:9000', hls: 'https://…/live.m3u8'};

/* "rtsp-address": that the room fetches; "srt": that is sent to it. */
function nameOfKind({kind, address}) {
  return address ? `${kind}-address` : kind;
}

class LwLiveDialog extends Dialog {
  static properties = {...Dialog.properties, visitId: {state: true}, given: {state: true}, kinds: {state: true},
                       how: {state: true}, asks: {state: true}};

  constructor() {
    super();
    this.given = null; // {id, kind, server, key}: while the dialog is open, and never again
    this.kinds = [{kind: 'rtmp'}]; // what this room takes
    this.how = 'rtmp';
    this.asks = false; // whether it is to end
  }

  show() {
    this.given = null;
    this.asks = false;
    super.show();
    this.try(async () => {
      ({kinds: this.kinds} = await room.get('live-kinds'));
      this.how = nameOfKind(this.kinds.find((one) => nameOfKind(one) === this.how) ?? this.kinds[0]);
    });
  }

  get visits() {
    return this.model.walk.visits;
  }

  get visit() {
    return this.visits.find((one) => one.id === this.visitId) ??
        this.visits.find((one) => one.live) ?? this.visits.find((one) => !one.segments.length) ?? this.visits[0];
  }

  nameOf(visit) {
    return visit.classroom || (visit.host && this.model.nameOf(visit.host)) ||
        t('live.visit-number', {number: visit.order});
  }

  begin(event) {
    event.preventDefault();
    const title = this.querySelector('input[name=title]').value.trim();
    const address = this.querySelector('input[name=address]')?.value.trim();
    const {kind} = this.chosen;
    this.try(async () => {
      this.given = await room.post(`walks/${this.model.id}/visits/${this.visit.id}/live`, {title, kind, address});
      await this.model.refresh();
    });
  }

  newKey() {
    this.try(async () => { this.given = await room.post(`live/${this.visit.live.id}/key`); });
  }

  end() {
    this.try(async () => {
      await room.post(`live/${this.visit.live.id}/end`);
      this.given = null;
      this.asks = false;
      await this.model.refresh();
      this.close();
    });
  }

  /* By the camera of this browser, in a dialog of its own. */
  sendHere(live = null) {
    const title = this.querySelector('input[name=title]')?.value.trim() ?? '';
    this.close();
    this.emit('lw-send', [this.visit, title, live]);
  }

  field(label, name, value) {
    return html`<label>${label}<span class="live-copy"><input readonly name=${name} .value=${value}
        @focus=${({target}) => target.select()}><button type="button"
        @click=${() => copyText(value)}>${t('live.copy')}</button></span></label>`;
  }

  get chosen() {
    return this.kinds.find((one) => nameOfKind(one) === this.how) ?? this.kinds[0];
  }

  address() {
    const {kind, server, key} = this.given;
    if (!server)
      return nothing;
    const own = kind === 'srt' ? '-srt' : '';
    return html`${this.field(t(`live.server${own}`), 'server', server)}${this.field(t(`live.key${own}`), 'key', key)}
      ${own ? this.field(t('live.whole-srt'), 'whole', `${server}?passphrase=${key}`) : nothing}
      <p class="hint">${t('live.key-once')}</p>`;
  }

  /* How it comes, of the ways that the room takes; and from where, if it is not sent. */
  ways() {
    return html`${this.kinds.length > 1 ? html`<label>${t('live.how')}<select name="how"
          @change=${({target}) => { this.how = target.value; }}>${this.kinds.map((one) => html`
          <option value=${nameOfKind(one)} ?selected=${nameOfKind(one) === this.how}>${
            t(`live.how-${nameOfKind(one)}`)}</option>`)}</select></label>` : nothing}
      <p class="hint" id="live-how-hint">${t(`live.how-${this.how}-hint`)}</p>
      ${this.chosen.address ? html`<label>${t('live.address')}<input name="address" required maxlength="2000"
          autocomplete="off" spellcheck="false" autocapitalize="none" dir="ltr" aria-describedby="live-how-hint"
          placeholder=${PLACES[this.chosen.kind] ?? nothing}></label>` : nothing}`;
  }

  /* What cannot be taken back is asked for twice. */
  ending() {
    return html`<p class="notice warning" role="alert" id="live-end-sure">${t('live.end-sure')}</p>
      <div class="dialog-end">
        <button type="button" data-act="go-on-live" @click=${() => { this.asks = false; }}>${t('live.end-no')}</button>
        <button type="button" class="danger-text" data-act="end-live" aria-describedby="live-end-sure"
            @click=${() => this.end()}>${t('live.end-yes')}</button>
      </div>`;
  }

  running(live) {
    return html`<p class="live-state" role="status">${live.state === 'live' ? t('live.live') : liveWords(live)}</p>
      ${live.trouble ? html`<p class="notice warning">${live.trouble}</p>` : nothing}
      ${this.given?.id === live.id ? this.address() : nothing}
      ${this.asks ? this.ending() : html`<div class="dialog-end">
        ${live.kind === 'whip' && live.state !== 'live' ? html`<button type="button" data-act="send-here"
            @click=${() => this.sendHere(live)}>${t('send.open')}</button>` : nothing}
        ${live.fetched ? nothing : html`<button type="button" data-act="new-key"
            @click=${() => this.newKey()}>${t('live.new-key')}</button>`}
        <button type="button" class="danger-text" data-act="ask-end-live"
            @click=${() => { this.visitId = this.visit.id; this.asks = true; }}>${t('live.end')}</button>
      </div>`}`;
  }

  render() {
    const visit = this.visit;
    return html`<dialog aria-labelledby="live-title"><form @submit=${this.begin}>
      ${this.closeButton()}<h2 id="live-title">${t('live.title')}</h2>
      <p>${t('live.explain')}</p>${this.complaint()}
      ${visit ? html`
        ${this.visits.length > 1 ? html`<label>${t('live.visit')}<select name="visit"
            @change=${({target}) => { this.visitId = target.value; this.given = null; this.asks = false; }}>${this.visits.map((one) => html`
            <option value=${one.id} ?selected=${one.id === visit.id}>${this.nameOf(one)}</option>`)}</select></label>` : nothing}
        ${visit.live && visit.live.state !== 'ended' ? this.running(visit.live) : html`
          <label>${t('live.lesson-title')}<input name="title" maxlength="500" dir="auto"
              .value=${this.nameOf(visit)}></label>
          ${this.ways()}
          <div class="dialog-end"><button type="button" data-act="send-here"
              @click=${() => this.sendHere()}>${t('send.open')}</button>
            <button class="primary" data-act="begin-live">${
            t(this.chosen.address ? 'live.begin-fetched' : 'live.begin')}</button></div>`}`
        : html`<p class="hint">${t('live.no-visits')}</p>`}
    </form></dialog>`;
  }
}

customElements.define('lw-live-dialog', LwLiveDialog);
