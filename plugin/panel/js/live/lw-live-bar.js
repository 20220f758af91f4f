// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a live lesson is doing, in plain words, and the way back to now. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {formatTime, SECOND} from '../time.js';

const BEHIND_LEAST = 3 * SECOND;

/* "10:32" */
export function timeOfDay(text) {
  return new Date(text).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
}

/* What to say of it; @status: as the room tells it. */
export function liveWords(status) {
  return status.state === 'live' ? '' : t(`live.${status.state === 'kept' ? 'ended' : status.state}`,
                                          {time: timeOfDay(status.since)});
}

class LwLiveBar extends Element {
  static properties = {feed: {}};

  constructor() {
    super();
    this.onNews = () => this.requestUpdate();
  }

  willUpdate(changed) {
    if (!changed.has('feed'))
      return;
    const before = changed.get('feed');
    for (const type of ['state', 'edge']) {
      before?.removeEventListener(type, this.onNews);
      this.feed?.addEventListener(type, this.onNews);
    }
  }

  missing(pairs) {
    const length = pairs.reduce((sum, [from, until]) => sum + until - from, 0);
    return pairs.length ? html`<span class="live-missing">${t('live.missing', {
      count: pairs.length, length: formatTime(length), where: formatTime(pairs[0][0])})}</span>` : nothing;
  }

  render() {
    const status = this.feed?.status;
    if (!status)
      return nothing;
    const isLive = status.state === 'live', behind = this.feed.behind;
    const isBehind = !this.feed.follows && behind > BEHIND_LEAST;
    return html`<div class="live-bar" data-state=${status.state}>
      <span role="status">${isLive ? html`<b class="live-badge">${t('live.live')}</b>` : liveWords(status)}
      ${status.trouble ? html`<span class="live-trouble">${status.trouble}</span>` : nothing}</span>
      ${this.missing(status.missing ?? [])}
      ${isLive && isBehind ? html`<span class="live-behind">${t('live.behind',
          {time: formatTime(behind)})}</span>` : nothing}
      ${isLive && !this.feed.follows ? html`<button class="small" data-act="return-to-live"
          @click=${() => this.feed.returnToLive()}>${t('live.return')}</button>` : nothing}
    </div>`;
  }
}

customElements.define('lw-live-bar', LwLiveBar);
