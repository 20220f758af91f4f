// SPDX-License-Identifier: LGPL-2.1-or-later
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {room} from './room.js';

class LwSignIn extends Element {
  static properties = {
    join: {}, me: {}, trouble: {}, away: {type: Boolean}, busy: {type: Boolean}, ways: {state: true},
  };

  constructor() {
    super();
    this.ways = null;
  }

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.ways = await room.get('sign-in/ways');
    } catch {
      this.ways = null;
    }
  }

  joinWalk(event) {
    event.preventDefault();
    const name = new FormData(event.target).get('name').trim();
    if (name)
      this.emit('lw-sign-in', () => room.post('join', {code: this.join, name}));
  }

  byPassword(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    this.emit('lw-sign-in', () => room.post('sign-in/password', fields));
  }

  render() {
    return html`<main class="middle">
      <section class="card sign-in" aria-labelledby="sign-title">
        <img class="sign-mark" src="icon.svg" alt="">
        <h1 id="sign-title">${this.join ? t('sign.join-title') : t('sign.title')}</h1>
        ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
        ${this.away ? html`<div class="notice" role="alert"><p>${t('sign.needs-network')}</p>
            <button @click=${() => this.emit('lw-again')}>${t('sign.try-again')}</button></div>`
          : nothing}
        ${this.join ? this.joinForm() : this.forms()}
      </section>
    </main>`;
  }

  joinForm() {
    // Who is signed in joins as that person; a guest of another walk is somebody else here.
    const known = this.me && !this.me.guest_of;
    return html`<form @submit=${this.joinWalk}>
      ${known ? html`<p class="calm">${t('sign.join-as', {name: this.me.name})}</p>
          <input type="hidden" name="name" .value=${this.me.name}>`
        : html`<label>${t('sign.your-name')}
        <input name="name" required maxlength="100" autocomplete="name" autofocus
            aria-describedby="join-hint"></label>
      <p class="hint" id="join-hint">${t('sign.join-hint')}</p>`}
      <button class="primary wide" ?disabled=${this.busy}>${t('sign.join')}</button>
    </form>
    ${known ? nothing : this.provider()}`;
  }

  provider() {
    const provider = this.ways?.oidc;
    return provider ? html`<p class="or"><span>${t('sign.or')}</span></p>
        <button class="wide" data-act="provider" ?disabled=${this.busy}
            @click=${() => this.emit('lw-by-provider', this.join ?? undefined)}>
          ${t(this.join ? 'sign.join-provider' : 'sign.provider', {name: provider.name})}</button>`
      : nothing;
  }

  forms() {
    return html`
      <p class="calm">${t('sign.by-link')}</p>
      ${this.provider()}
      ${this.ways?.password ? html`<p class="or"><span>${t('sign.or')}</span></p>
        <form @submit=${this.byPassword}>
          <label>${t('sign.login')}<input name="login" required autocomplete="username"
              autocapitalize="none" spellcheck="false"></label>
          <label>${t('sign.password')}<input name="password" type="password" required
              autocomplete="current-password"></label>
          <button class="primary wide" ?disabled=${this.busy}>${t('sign.in')}</button>
        </form>` : nothing}`;
  }
}

customElements.define('lw-sign-in', LwSignIn);
