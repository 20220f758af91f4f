// SPDX-License-Identifier: LGPL-2.1-or-later
/* Focus and inquiry, at every moment of watching; @page: its lw-walk. */
import {html, nothing} from '../../lib/lit/index.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';

export function focusBanner(page) {
  const {model} = page, {walk} = model;
  return html`<section class="focus-banner" aria-label=${t('focus.label')}>
    ${icon('focus')}
    <div class="focus-words">
      <p class="focus-text" dir="auto">${walk.focus || (model.may.set_focus
          ? t('focus.none-own') : t('focus.none'))}</p>
      ${walk.inquiry ? html`<p class="focus-inquiry" dir="auto">${walk.inquiry}</p>` : nothing}
    </div>
    ${walk.watch_for.length ? html`<details class="menu watch-for">
      <summary class="flat">${t('focus.watch-for')} ${icon('down')}</summary>
      <div class="menu-box"><ul>${walk.watch_for.map((one) => html`<li dir="auto">${one}</li>`)}
      </ul></div></details>` : nothing}
    ${model.may.set_focus && !walk.focus ? html`<button class="primary"
        @click=${() => page.show('lw-focus-dialog')}>${t('focus.set')}</button>` : nothing}
    <lw-time-left .model=${model}></lw-time-left>
    ${page.formFlag()}
  </section>`;
}
