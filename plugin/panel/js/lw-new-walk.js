// SPDX-License-Identifier: LGPL-2.1-or-later
/* A walk begins: what it is called, and the routine that it follows. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {list, t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';

const FILE_MAX_BYTES = 64 * 1024;

class LwNewWalk extends Dialog {
  static properties = {...Dialog.properties, protocols: {state: true}, chosen: {state: true}};

  constructor() {
    super();
    this.protocols = [];
    this.chosen = '';
  }

  show() {
    super.show();
    this.try(() => this.load());
  }

  async load() {
    const {protocols, otherwise} = await room.get('protocols');
    this.protocols = protocols;
    this.chosen ||= otherwise;
  }

  create(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    this.try(async () => {
      const walk = await room.post('walks', fields);
      this.close();
      location.hash = `walk=${walk.id}`;
    });
  }

  /* The file goes as it is: the room says what is wrong with it, and where. */
  takeIn(event) {
    const [file] = event.target.files;
    event.target.value = '';
    if (!file)
      return;
    this.try(async () => {
      if (file.size > FILE_MAX_BYTES)
        throw new Error(t('protocol.too-large', {name: file.name}));
      const taken = await room.call('POST', 'protocols', await file.text());
      await this.load();
      this.chosen = taken.name;
    });
  }

  choice(one) {
    const chosen = one.name === this.chosen;
    return html`<label class="choice ${chosen ? 'chosen' : ''}">
      <input type="radio" name="protocol" value=${one.name} .checked=${chosen}
          @change=${() => { this.chosen = one.name; }}>
      <span><b dir="auto">${one.title}</b>
        ${one.is_own ? html` <span class="chip">${t('protocol.own')}</span>` : nothing}
        <span class="hint" dir="auto">${one.about}</span>
        ${chosen ? html`<span class="hint choice-phases" dir="auto">${one.modalities?.length
            ? html`${list(one.modalities.map((each) => t(`protocol.${each}`)))}. ` : nothing}${
            t('protocol.phases', {phases: one.phases.join(' → ')})}</span>` : nothing}
      </span></label>`;
  }

  render() {
    return html`<dialog class="wide-dialog" aria-labelledby="new-walk-title">
      <form @submit=${this.create}>
        <h2 id="new-walk-title">${t('walks.new')}</h2>${this.closeButton()}
        <label>${t('walks.new-title')}<input name="title" required maxlength="300" autofocus
            placeholder=${t('walks.new-example')}></label>
        <fieldset class="choices"><legend>${t('protocol.choose')}</legend>
          ${this.protocols.map((one) => this.choice(one))}</fieldset>
        <label class="take-in"><span class="button flat">${icon('upload')} ${t('protocol.take-in')}</span>
          <input type="file" class="visually-hidden" accept=".json,application/json"
              @change=${this.takeIn}></label>
        <p class="hint">${t('protocol.take-in-hint')}</p>
        ${this.complaint()}
        <div class="dialog-end">
          <button type="button" @click=${this.close}>${t('app.cancel')}</button>
          <button class="primary">${t('walks.create')}</button></div>
      </form></dialog>`;
  }
}

customElements.define('lw-new-walk', LwNewWalk);
