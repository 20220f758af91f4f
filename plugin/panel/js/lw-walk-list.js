// SPDX-License-Identifier: LGPL-2.1-or-later
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {list, t} from './i18n.js';
import {icon} from './icons.js';
import {Away, room} from './room.js';
import './lw-kept.js';
import './lw-new-walk.js';

class LwWalkList extends Element {
  static properties = {me: {}, keep: {}, outbox: {}, walks: {state: true}, trouble: {state: true}};

  constructor() {
    super();
    this.walks = null;
    this.trouble = '';
    this.onReachable = () => room.reachable && this.load();
  }

  connectedCallback() {
    super.connectedCallback();
    room.addEventListener('reachable', this.onReachable);
    document.title = t('app.name');
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    room.removeEventListener('reachable', this.onReachable);
    clearTimeout(this.timer);
  }

  async load() {
    clearTimeout(this.timer);
    try {
      ({walks: this.walks} = await room.get('walks'));
      this.trouble = '';
      await this.keep.put('values', {key: 'walks', person: this.me.person, walks: this.walks});
    } catch (error) {
      const kept = await this.keep.get('values', 'walks');
      if (kept?.person === this.me.person)
        this.walks ??= kept.walks;
      this.trouble = error.message;
      if (error instanceof Away && this.isConnected)
        this.timer = setTimeout(() => this.load(), 5000);
    }
  }

  render() {
    return html`
      <header class="bar">
        <img class="bar-mark" src="icon.svg" alt="">
        <h1>${t('walks.hello', {name: this.me.name})}</h1>
        <lw-kept .outbox=${this.outbox}></lw-kept>
        <button class="flat" @click=${() => this.emit('lw-sign-out')}>${t('sign.out')}</button>
      </header>
      <main class="page">
        <div class="page-head"><h2>${t('walks.title')}</h2>
          ${this.walks?.length ? html`<a class="button" data-act="trends" href="#trends">${icon('board')}
            ${t('trends.open')}</a>` : nothing}
          ${this.me.may_create && this.walks?.length ? this.newButton() : nothing}</div>
        ${this.trouble ? html`<p class="notice" role="status">${this.trouble}</p>` : nothing}
        ${this.walks === null ? html`<p class="calm">${t('app.loading')}</p>`
          : this.walks.length ? html`<ul class="walks">${this.walks.map((walk) => this.row(walk))}</ul>`
          : this.empty()}
      </main>
      <lw-new-walk></lw-new-walk>`;
  }

  newButton() {
    return html`<button class="primary"
        @click=${() => this.querySelector('lw-new-walk').show()}>${icon('plus')}
        ${t('walks.new')}</button>`;
  }

  row(walk) {
    return html`<li><a class="card walk-row" href="#walk=${walk.id}">
      <span class="walk-title" dir="auto">${walk.title}</span>
      <span class="chip">${walk.phase_title ?? walk.phase}</span>
      <span class=${walk.focus ? 'walk-focus' : 'walk-focus unset'} dir="auto">${icon('focus')}
        ${walk.focus || t('walks.no-focus')}</span>
      <span class="walk-roles">${t('walks.as', {
        roles: list(walk.my_roles.map((role) => t(`role.${role}`)))})}</span>
    </a></li>`;
  }

  empty() {
    return html`<div class="empty">${icon('focus')}<h3>${t('walks.empty')}</h3>
      <p>${this.me.may_create ? t('walks.empty-create') : t('walks.empty-hint')}</p>
      ${this.me.may_create ? this.newButton() : nothing}</div>`;
  }
}

customElements.define('lw-walk-list', LwWalkList);
