// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is kept here only, and what has reached the room: always in view, in words. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';

class LwKept extends Element {
  static properties = {outbox: {}, way: {}};

  constructor() {
    super();
    this.onChange = () => this.requestUpdate();
  }

  connectedCallback() {
    super.connectedCallback();
    room.addEventListener('reachable', this.onChange);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    room.removeEventListener('reachable', this.onChange);
    this.outbox?.removeEventListener('change', this.onChange);
  }

  willUpdate(changed) {
    if (!changed.has('outbox'))
      return;
    changed.get('outbox')?.removeEventListener('change', this.onChange);
    this.outbox?.addEventListener('change', this.onChange);
  }

  render() {
    const waiting = this.outbox?.waiting ?? 0, refused = this.outbox?.refused ?? 0;
    const [state, picture, words] = !room.reachable
      ? ['away', 'away', waiting ? t('keep.here', {count: waiting}) : t('keep.offline')]
      : refused ? ['refused', 'warning', t('keep.refused', {count: refused})]
      : waiting ? ['sending', 'here', t('keep.sending', {count: waiting})]
      : ['kept', 'kept', t('keep.in-room')];
    const more = !room.reachable ? t('keep.offline-long')
      : state === 'kept' ? t('keep.in-room-long') : words;
    return html`<span class="kept ${state}" role="status" title=${more} data-state=${state}>
        ${icon(picture)}<span class="kept-words">${words}</span></span>
      ${state === 'away' ? html`<button class="flat small" @click=${() => this.tryNow()}>
        ${t('keep.try-now')}</button>` : nothing}`;
  }

  async tryNow() {
    window.dispatchEvent(new Event('online'));
    await room.get('me').catch(() => {});
  }
}

customElements.define('lw-kept', LwKept);
