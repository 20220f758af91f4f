// SPDX-License-Identifier: LGPL-2.1-or-later
/* What else can be done with a walk; @page: its lw-walk. */
import {html, nothing} from '../../lib/lit/index.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {turnWording, wordingIsOn} from '../lw-wording.js';

export function walkMenu(page) {
  const {model} = page, {walk} = model;
  return html`<details class="menu"><summary class="flat icon-only" aria-label=${t('app.more')}
      title=${t('app.more')}>${icon('more')}</summary>
    <div class="menu-box">
      ${model.isLead ? html`<button class="flat" data-act="set-up"
          @click=${page.setUp}>${icon('edit')} ${t('setup.open')}</button>
        <button class="flat" data-act="invite"
          @click=${() => page.show('lw-invite-dialog')}>${icon('invite')}
          ${t('people.invite')}</button>` : nothing}
      ${model.may.upload ? html`<button class="flat" data-act="upload"
          @click=${() => page.show('lw-uploads')}>${icon('upload')}
          ${t('upload.title')}</button><button class="flat" data-act="live"
          @click=${() => page.openLive()}>${icon('play')} ${t('live.open')}</button>` : nothing}
      ${model.may.upload && page.segment && !page.segment.by_clock && !page.isPreparing ? html`<button class="flat" data-act="attach"
          @click=${() => page.attachWork()}>${icon('work')} ${t('work.attach')}</button>` : nothing}
      ${page.segment?.is_mine && !page.segment.by_clock ? html`<button class="flat" data-act="clips"
          @click=${() => page.showClips()}>${icon('clip')} ${t('clips.title')}</button>` : nothing}
      ${model.may.set_focus ? html`<button class="flat" data-act="focus"
          @click=${() => page.show('lw-focus-dialog')}>${icon('focus')}
          ${t(walk.focus ? 'focus.edit' : 'focus.set')}</button>` : nothing}
      ${page.isPreparing ? nothing : html`<button class="flat" data-act="prepare"
          @click=${() => page.show('lw-prepare-dialog')}>${icon('work')}
          ${t('prepare.menu')}</button>`}
      ${model.isLead && model.me.may_create ? html`<button class="flat" data-act="next-walk"
          @click=${() => page.beginNext()}>${icon('plus')} ${t('next.begin')}</button>` : nothing}
      <button class="flat" @click=${() => page.show('lw-people-dialog')}>${icon('people')}
        ${t('people.label')}</button>
      <button class="flat" @click=${() => page.show('lw-keys')}>${icon('keys')}
        ${t('keys.title')}</button>
      <label class="check"><input type="checkbox" name="wording" .checked=${wordingIsOn()}
          @change=${(event) => turnWording(event.target.checked)}> ${t('wording.setting')}</label>
      <hr>
      ${page.segment?.is_mine ? html`<button class="flat danger-text" data-act="erase-lesson"
          @click=${() => page.showErase()}>${icon('erase')} ${t('erase.lesson')}</button>`
        : nothing}
      <button class="flat" @click=${() => page.emit('lw-sign-out')}>${t('sign.out')}</button>
    </div></details>`;
}
