// SPDX-License-Identifier: LGPL-2.1-or-later
/* In place of a phase that is for the others: whose lesson it is sees that, and when she is back. */
import {html} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';

class LwOut extends Element {
  static properties = {model: {}};

  render() {
    const {phases, phase} = this.model.walk;
    const next = phases[phases.findIndex((one) => one.id === phase) + 1];
    return html`<main class="middle out" role="status"><h2>${t('out.title')}</h2><p>${t('out.text')}</p>
      <p>${t('out.back', {title: next?.title ?? ''})}</p></main>`;
  }
}

customElements.define('lw-out', LwOut);
