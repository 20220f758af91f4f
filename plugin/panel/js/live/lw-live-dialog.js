// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where a live lesson is sent to, for the teacher and who leads the walk; and its end. */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {copyText} from '../element.js';
import {t} from '../i18n.js';
import {room} from '../room.js';
import {liveWords} from './lw-live-bar.js';

class LwLiveDialog extends Dialog {
  static properties = {...Dialog.properties, visitId: {state: true}, given: {state: true}};

  constructor() {
    super();
    this.given = null; // {id, server, key}: while the dialog is open, and never again
  }

  show() {
    this.given = null;
    super.show();
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
    this.try(async () => {
      this.given = await room.post(`walks/${this.model.id}/visits/${this.visit.id}/live`, {title});
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
      await this.model.refresh();
      this.close();
    });
  }

  field(label, name, value) {
    return html`<label>${label}<span class="live-copy"><input readonly name=${name} .value=${value}
        @focus=${({target}) => target.select()}><button type="button"
        @click=${() => copyText(value)}>${t('live.copy')}</button></span></label>`;
  }

  address() {
    const {server, key} = this.given;
    return html`${this.field(t('live.server'), 'server', server)}${this.field(t('live.key'), 'key', key)}
      <p class="hint">${t('live.key-once')}</p>`;
  }

  running(live) {
    return html`<p class="live-state" role="status">${live.state === 'live' ? t('live.live') : liveWords(live)}</p>
      ${this.given?.id === live.id ? this.address() : nothing}
      <div class="dialog-end">
        <button type="button" data-act="new-key" @click=${() => this.newKey()}>${t('live.new-key')}</button>
        <button type="button" class="danger-text" data-act="end-live" @click=${() => this.end()}>${t('live.end')}</button>
      </div>`;
  }

  render() {
    const visit = this.visit;
    return html`<dialog aria-labelledby="live-title"><form @submit=${this.begin}>
      ${this.closeButton()}<h2 id="live-title">${t('live.title')}</h2>
      <p>${t('live.explain')}</p>${this.complaint()}
      ${visit ? html`
        ${this.visits.length > 1 ? html`<label>${t('live.visit')}<select name="visit"
            @change=${({target}) => { this.visitId = target.value; this.given = null; }}>${this.visits.map((one) => html`
            <option value=${one.id} ?selected=${one.id === visit.id}>${this.nameOf(one)}</option>`)}</select></label>` : nothing}
        ${visit.live && visit.live.state !== 'ended' ? this.running(visit.live) : html`
          <label>${t('live.lesson-title')}<input name="title" maxlength="500" dir="auto"
              .value=${this.nameOf(visit)}></label>
          <div class="dialog-end"><button class="primary" data-act="begin-live">${t('live.begin')}</button></div>`}`
        : html`<p class="hint">${t('live.no-visits')}</p>`}
    </form></dialog>`;
  }
}

customElements.define('lw-live-dialog', LwLiveDialog);
