// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a person goes into a walk: the norms, a lens, an intention. Before the first lesson it stands in
 * its place; later it opens from the menu. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {Element, say} from './element.js';
import {date, t} from './i18n.js';
import {icon} from './icons.js';
import {Saving} from './saving.js';

const PARTS = ['norms', 'lens', 'intention'];

class LwPrepare extends Element {
  static properties = {model: {}, keep: {}, trouble: {state: true},
                       missing: {state: true}, typed: {state: true}};

  constructor() {
    super();
    this.missing = [];
    this.typed = null; // what is not in the room yet
    this.saving = new Saving(this, () => this.save());
  }

  willUpdate(changed) {
    if (changed.has('model') && this.readFor !== this.model.id) {
      this.readFor = this.model.id;
      this.typed = null;
      this.read();
    }
  }

  /* ---- what was typed and not sent outlasts a page that is closed ---- */

  get key() {
    return `intention:${this.model.id}`;
  }

  async read() {
    const kept = await this.keep.get('values', this.key);
    if (kept?.person === this.model.me.person)
      this.typed ??= kept.text;
  }

  type(text) {
    this.typed = text;
    this.saving.soon();
  }

  save() {
    if (this.typed !== null)
      this.keep.put('values', {key: this.key, person: this.model.me.person, text: this.typed})
          .catch(() => {});
  }

  /* ---- */

  get lenses() {
    const {walk, protocol} = this.model;
    const offered = protocol?.lenses ?? [];
    const others = walk.lenses.filter((one) => !offered.some(({name}) => name === one.name) &&
        [walk.me.lens, walk.me.offered_lens].includes(one.id));
    return [...offered, ...others];
  }

  async send(event) {
    event.preventDefault();
    const {me, lenses} = this.model.walk;
    const fields = new FormData(event.target);
    const intention = (fields.get('intention') ?? '').trim();
    const name = fields.get('lens') ?? '';
    const known = lenses.find((one) => one.name === name);
    const done = {norms: Boolean(me.norms) || fields.get('norms') === 'yes', lens: name !== '',
                  intention: intention !== ''};
    this.trouble = '';
    this.missing = PARTS.filter((part) => me.asked.includes(part) && !done[part]);
    if (this.missing.length) {
      await this.updateComplete;
      this.querySelector('.part.missing input, .part.missing textarea')?.focus();
      return;
    }
    try {
      await this.model.prepare({...done.norms ? {norms: true} : {}, intention,
                                ...known ? {lens: known.id} : name ? {lens_name: name} : {lens: null}});
    } catch (error) {
      this.save();
      this.trouble = error.message;
      return;
    }
    this.saving.stop();
    this.typed = null;
    await this.keep.delete('values', this.key);
    say(t('prepare.kept'));
    this.emit('lw-prepared');
  }

  part(name, content) {
    const {to_do} = this.model.walk.me;
    const isMissing = this.missing.includes(name);
    return html`<fieldset class="part ${isMissing ? 'missing' : ''}">
      <legend>${t(`prepare.${name}`)}${to_do.includes(name) ? html` <span class="chip">${
          t('prepare.needed')}</span>` : nothing}</legend>
      ${content}
      ${isMissing ? html`<p class="notice warning" role="alert">${t(`prepare.missing.${name}`)}</p>`
        : nothing}</fieldset>`;
  }

  norms() {
    const {me} = this.model.walk;
    const norms = this.model.protocol?.norms ?? [];
    if (!norms.length && !me.asked.includes('norms'))
      return nothing;
    return this.part('norms', html`
      <ul class="points">${norms.map((line) => html`<li dir="auto">${line}</li>`)}</ul>
      ${me.norms ? html`<p class="hint">${icon('kept')} ${t('prepare.norms-done', {day: date(me.norms)})}</p>`
        : html`<label class="check"><input type="checkbox" name="norms" value="yes">
            ${t('prepare.norms-yes')}</label>`}`);
  }

  lens() {
    const {me, lenses} = this.model.walk;
    const {lenses: all} = this;
    if (!all.length)
      return nothing;
    const nameOf = (id) => lenses.find((one) => one.id === id)?.name ?? null;
    const offered = nameOf(me.offered_lens);
    const chosen = this.model.lensName(me.lens) || offered || '';
    const choice = (value, title, about, isOffered) => html`<label class="choice">
      <input type="radio" name="lens" value=${value} ?checked=${value === chosen}>
      <span><b dir="auto">${title}</b>${isOffered ? html` <span class="chip">${
          t('prepare.lens-offered')}</span>` : nothing}
        ${about ? html`<span class="hint" dir="auto">${about}</span>` : nothing}</span></label>`;
    return this.part('lens', html`<p class="hint">${t('prepare.lens-hint')}</p>
      <div class="lens-choices">
        ${all.map((one) => choice(one.name, one.name, one.description, one.name === offered))}
        ${me.asked.includes('lens') ? nothing : choice('', t('prepare.lens-none'), '', false)}</div>`);
  }

  render() {
    const {walk} = this.model;
    return html`<form class="prepare" @submit=${this.send} novalidate>
      ${walk.me.missing.length ? html`<p class="hint">${t('prepare.hint')}</p>` : nothing}
      ${this.norms()}
      ${this.lens()}
      ${this.part('intention', html`<label class="hint" for="intention">${t('prepare.intention-hint')}</label>
        <textarea id="intention" name="intention" rows="2" dir="auto" maxlength="2000"
            placeholder=${t('prepare.intention-example')} .value=${this.typed ?? walk.me.intention ?? ''}
            @input=${(event) => this.type(event.target.value)}></textarea>`)}
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      <div class="dialog-end"><button class="primary">${
          t(walk.me.missing.length ? 'prepare.begin' : 'app.save')}</button></div>
    </form>`;
  }
}

class LwPrepareDialog extends Dialog {
  static properties = {...Dialog.properties, keep: {}};

  render() {
    return html`<dialog aria-labelledby="prepare-title" @lw-prepared=${this.close}>
      <h2 id="prepare-title">${t('prepare.menu')}</h2>${this.closeButton()}
      <lw-prepare .model=${this.model} .keep=${this.keep}></lw-prepare></dialog>`;
  }
}

customElements.define('lw-prepare', LwPrepare);
customElements.define('lw-prepare-dialog', LwPrepareDialog);
