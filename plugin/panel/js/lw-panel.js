// SPDX-License-Identifier: LGPL-2.1-or-later
/* The whole panel: who is here, and which page shows. Where one is stands behind the "#". */
import {html, nothing} from '../lib/lit/index.js';
import {Element, say} from './element.js';
import {t} from './i18n.js';
import {openKeep, recall, remember} from './keep.js';
import {Outbox} from './outbox.js';
import {Away, room} from './room.js';
import './lw-sign-in.js';
import './lw-walk-list.js';
import './lw-walk.js';
import './trends/lw-trends.js';

const TOAST_MS = 6000;
const FAILURES = {again: 1, provider: 1, 'not-invited': 1};

class LwPanel extends Element {
  static properties = {
    me: {state: true}, place: {state: true}, trouble: {state: true}, toast: {state: true},
    away: {state: true}, busy: {state: true}, starting: {state: true},
  };

  constructor() {
    super();
    this.me = null;
    this.place = {};
    this.trouble = '';
    this.toast = null;
    this.away = false;
    this.busy = true;
    this.starting = true;
    window.addEventListener('hashchange', () => this.go());
    // Back from a provider's page without having signed in.
    window.addEventListener('pageshow', ({persisted}) => {
      if (persisted)
        this.busy = false;
    });
    window.addEventListener('lw-say', ({detail}) => this.showToast(detail));
    window.addEventListener('beforeunload', (event) => {
      if (this.outbox && !this.outbox.lasting && this.outbox.waiting)
        event.preventDefault();
    });
    room.addEventListener('session-over', () => {
      this.me = null;
      this.trouble = t('sign.over');
    });
    this.start();
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('message', this.onMessage = ({data, origin, source}) => {
      if (origin === location.origin && source === this.window && typeof data?.signIn === 'string')
        this.signIn(() => room.post('sign-in/link', {code: data.signIn}));
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('message', this.onMessage);
  }

  async start() {
    this.keep = await openKeep();
    await this.go();
    this.starting = false;
  }

  async go() {
    this.place = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if ('sign-in' in this.place) {
      if (this.handOver(this.place['sign-in']))
        return;
      await this.signIn(() => room.post('sign-in/link', {code: this.place['sign-in']}));
      return;
    }
    if ('sign-in-failed' in this.place) {
      const why = this.place['sign-in-failed'];
      this.trouble = t(`sign.failed-${why in FAILURES ? why : 'again'}`);
      history.replaceState(null, '', '#');
      this.place = {};
    }
    const goesOn = 'by' in this.place && openerOfOurs() !== null;
    if (!this.me && room.signedIn)
      await this.findMe();
    if (goesOn)
      await this.byProvider(this.place.join);
    this.busy = false;
  }

  /* ---- by a provider ---- */

  /* Its pages cannot be framed: from a frame it goes on in a window of its own. @code: of an
   * invitation, or undefined. */
  async byProvider(code) {
    this.trouble = '';
    if (window !== window.parent) {
      this.window = window.open(code ? `#join=${encodeURIComponent(code)}&by=provider` : '#by=provider',
                                'lessonwalk-sign-in', 'popup,width=520,height=700');
      if (!this.window)
        this.trouble = t('sign.window-blocked');
      return;
    }
    this.busy = true;
    this.away = false;
    try {
      const {url} = await room.call('POST', 'sign-in/oidc', code ? {code} : {}, 'same-origin');
      location.assign(url);
      return;
    } catch (error) {
      this.away = error instanceof Away;
      this.trouble = error instanceof Away ? '' : error.message;
    }
    this.busy = false;
  }

  /* In the window that a panel in a frame has opened: the code is used there. */
  handOver(signIn) {
    const opener = openerOfOurs();
    if (!opener)
      return false;
    opener.postMessage({signIn}, location.origin);
    window.close();
    return window.closed;
  }

  /* @ask: what gives a session. */
  async signIn(ask) {
    this.busy = true;
    this.trouble = '';
    this.away = false;
    try {
      const session = await ask();
      room.begin(session);
      // The code is used up; it must not stay in the history.
      history.replaceState(null, '', session.walk ? `#walk=${session.walk}` : '#');
      await this.findMe();
      this.place = session.walk ? {walk: session.walk} : {};
    } catch (error) {
      if (error instanceof Away) {
        this.away = true;
      } else {
        this.trouble = error.message;
        if ('sign-in' in this.place) {
          history.replaceState(null, '', '#');
          this.place = {};
          // An old link in the history is no reason to leave.
          if (room.signedIn)
            await this.findMe();
        }
      }
    }
    this.busy = false;
  }

  async findMe() {
    try {
      this.me = await room.get('me');
      remember('me', JSON.stringify(this.me));
    } catch (error) {
      const known = recall('me');
      if (error instanceof Away && known)
        this.me = JSON.parse(known);
      else if (room.signedIn)
        this.away = true;
    }
    if (!this.me || this.outbox?.person === this.me.person)
      return;
    this.outbox?.close();
    this.outbox = new Outbox(this.keep, this.me.person);
    this.outbox.person = this.me.person;
    await this.outbox.load();
    this.outbox.send();
  }

  async signOut() {
    const count = this.outbox.waiting;
    if (count && !confirm(t('sign.out-unsent', {count})))
      return;
    try {
      await room.post('sign-out');
    } catch {
      // The session ends by itself.
    }
    room.end();
    remember('me', null);
    await this.keep.clear('values');
    this.me = null;
    this.trouble = '';
    location.hash = '';
  }

  showToast({text, action}) {
    clearTimeout(this.toastTimer);
    this.toast = {text, action};
    this.toastTimer = setTimeout(() => { this.toast = null; }, TOAST_MS);
  }

  render() {
    return html`
      ${this.page()}
      <div class="toast-place">
        <div class="toast" ?hidden=${!this.toast}>
          <span role="status" aria-live="polite">${this.toast?.text ?? ''}</span>
          ${this.toast?.action ? html`<button class="flat" @click=${() => {
            this.toast.action.run();
            this.toast = null;
          }}>${this.toast.action.label}</button>` : nothing}
        </div>
      </div>`;
  }

  page() {
    // A form that was filled in stays while its answer is on the way.
    if (this.busy && !this.me && (this.starting || 'sign-in' in this.place))
      return html`<main class="middle"><p class="calm" role="status">${
          'sign-in' in this.place ? t('sign.opening') : t('app.loading')}</p></main>`;
    if (!this.me || 'join' in this.place)
      return html`<lw-sign-in .join=${this.place.join ?? null} .trouble=${this.trouble}
          .away=${this.away} .busy=${this.busy} .me=${this.me}
          @lw-by-provider=${({detail}) => this.byProvider(detail)}
          @lw-sign-in=${({detail}) => this.signIn(detail)}
          @lw-again=${() => { this.away = false; this.busy = true; this.go(); }}></lw-sign-in>`;
    if (this.place.walk)
      return html`<lw-walk .me=${this.me} .keep=${this.keep} .outbox=${this.outbox}
          .walkId=${this.place.walk} .segmentId=${this.place.segment ?? null} .view=${this.place.view ?? 'notes'}
          .at=${this.place.at ?? null}
          @lw-sign-out=${this.signOut}></lw-walk>`;
    if ('trends' in this.place)
      return html`<lw-trends .me=${this.me} .practiceId=${this.place.practice ?? ''}></lw-trends>`;
    return html`<lw-walk-list .me=${this.me} .keep=${this.keep} .outbox=${this.outbox}
        @lw-sign-out=${this.signOut}></lw-walk-list>`;
  }
}

/* The panel that has opened this window, if one did. */
function openerOfOurs() {
  try {
    return window.opener?.location.origin === location.origin ? window.opener : null;
  } catch {
    return null; // of another site
  }
}

customElements.define('lw-panel', LwPanel);

window.addEventListener('unhandledrejection', ({reason}) => {
  console.error(reason);
  say(t('app.trouble', {message: reason?.message ?? ''}));
});
