// SPDX-License-Identifier: LGPL-2.1-or-later
/* What opens over a walk: the focus, an invitation, the people, the keys. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {copyText, say} from './element.js';
import {list, t} from './i18n.js';
import {icon} from './icons.js';
import {recall, remember} from './keep.js';
import {room} from './room.js';
import {formatTime} from './time.js';

const ROLES = ['walker', 'host', 'coach', 'timekeeper', 'guest', 'facilitator'];

class LwFocusDialog extends Dialog {
  save(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    fields.watch_for = fields.watch_for.split('\n').map((line) => line.trim()).filter(Boolean);
    this.try(async () => {
      await room.call('PATCH', `walks/${this.model.id}`, fields);
      this.close();
      say(t('focus.saved'));
      await this.model.refresh();
    });
  }

  render() {
    const {walk} = this.model;
    const field = (name, label, value, rows, example) => html`<label>${label}
      <textarea name=${name} rows=${rows} dir="auto" maxlength="20000" placeholder=${example}
          .value=${value}></textarea></label>`;
    return html`<dialog aria-labelledby="focus-title"><form @submit=${this.save}>
      <h2 id="focus-title">${t(walk.focus ? 'focus.edit' : 'focus.set')}</h2>
      <p class="hint">${t('focus.hint')}</p>
      ${field('focus', t('focus.field'), walk.focus, 2, t('focus.example'))}
      ${field('inquiry', t('focus.field-inquiry'), walk.inquiry, 2, t('focus.inquiry-example'))}
      ${field('watch_for', t('focus.field-watch'), walk.watch_for.join('\n'), 3, '')}
      ${field('pd_session', t('focus.field-pd'), walk.pd_session, 1, '')}
      ${this.complaint()}
      <div class="dialog-end">
        <button type="button" @click=${this.close}>${t('app.cancel')}</button>
        <button class="primary">${t('app.save')}</button></div>
    </form></dialog>`;
  }
}

class LwInviteDialog extends Dialog {
  static properties = {...Dialog.properties, url: {state: true}, again: {state: true}};

  close() {
    super.close();
    this.url = this.again = null;
  }

  /* Those of the walk before: who has an account is in, the others get a link each. */
  askAgain() {
    return this.try(async () => {
      this.again = await room.post(`walks/${this.model.id}/people-again`, {});
      await this.model.refresh();
    });
  }

  peopleAgain() {
    if (!this.model.walk.previous)
      return nothing;
    return html`<section class="people-again"><button type="button" data-act="people-again"
        @click=${this.askAgain}>${icon('people')} ${t('next.people')}</button>
      <p class="hint">${t('next.people-hint')}</p>
      ${this.again ? html`<p role="status">${t('next.added', {count: this.again.added})}</p>
        ${this.again.links.length ? html`<p class="hint">${t('next.links')}</p>
          ${this.again.links.map(({name, roles, url}) => html`<label><bdi>${name}</bdi> · ${
              list(roles.map((role) => t(`role.${role}`)))}<input readonly dir="ltr" .value=${url}
              @focus=${(event) => event.target.select()}></label>`)}` : nothing}` : nothing}</section>`;
  }

  make(event) {
    event.preventDefault();
    const fields = new FormData(event.target);
    this.try(async () => {
      const made = await room.post(`walks/${this.model.id}/invitations`,
                                   {roles: [fields.get('role')], label: fields.get('label')});
      this.url = made.url;
      await this.updateComplete;
      this.querySelector('.made-link').select();
    });
  }

  render() {
    return html`<dialog aria-labelledby="invite-title">
      <h2 id="invite-title">${t('invite.title')}</h2>${this.closeButton()}
      ${this.peopleAgain()}
      <p class="hint">${t('invite.hint')}</p>
      <form @submit=${this.make}>
        <label>${t('invite.as')}<select name="role">${ROLES.map((role) =>
            html`<option value=${role}>${t(`role.${role}`)}</option>`)}</select></label>
        <label>${t('invite.label')}<input name="label" maxlength="200"
            placeholder=${t('invite.label-example')}></label>
        ${this.complaint()}
        ${this.url ? html`<label>${t('invite.link')}
            <span class="with-button"><input class="made-link" readonly dir="ltr" .value=${this.url}>
            <button type="button" class="primary"
                @click=${() => copyText(this.querySelector('.made-link'))}>${t('invite.copy')}</button>
            </span></label>`
          : html`<div class="dialog-end"><button class="primary">${t('invite.make')}</button></div>`}
      </form>${this.said()}</dialog>`;
  }
}

class LwPeopleDialog extends Dialog {
  render() {
    const {walk, me} = this.model;
    return html`<dialog aria-labelledby="people-title">
      <h2 id="people-title">${t('people.label')}</h2>${this.closeButton()}
      <ul class="people">${walk.members.map((member) => {
        const here = this.model.people.find((one) => one.person === member.person);
        const name = member.name || '–';
        const here_at = here?.time >= 0 ? t('people.here-at', {name, time: formatTime(here.time)})
                                        : t('people.is-here', {name});
        return html`<li><i class=${here || member.person === me.person ? 'here' : ''}></i>
          <span><b dir="auto">${member.person === me.person ? t('people.you', {name}) : name}</b>
          <span class="roles">${list(member.roles.map((role) => t(`role.${role}`)))}</span>
          ${member.lens ? html`<span class="roles" dir="auto">${t('people.lens', {
              lens: this.model.lensName(member.lens)})}</span>` : nothing}
          ${member.norms === false && walk.me.asked.includes('norms') ? html`<span class="roles">${
              t('people.norms-not')}</span>` : nothing}
          ${here ? html`<span class="visually-hidden">${here_at}</span>` : nothing}</span></li>`;
      })}</ul></dialog>`;
  }
}

class LwKeys extends Dialog {
  render() {
    const rows = [
      ['keys.noticing', 'N'], ['keys.wondering', 'W'], ['keys.range', 'I', 'O'],
      ['keys.range-clear', 'X'], ['keys.loop', 'L'], ['keys.keep', 'Enter'],
      ['keys.line', 'Shift+Enter'], ['keys.aside', 'Esc'], ['keys.undo', 'Ctrl+Z', 'Ctrl+Shift+Z'],
      ['keys.search', '/'], ['keys.note-by', 'Ctrl+←', 'Ctrl+→'], ['note.edit', 'F2'],
      ['note.reply', 'R'], ['note.delete', 'Delete'], ['keys.play', 'Space', 'K'],
      ['keys.seek', '←', '→'], ['keys.seek-one', 'Shift+←', 'Shift+→'],
      ['keys.seek-minute', 'PgUp', 'PgDn'], ['keys.ends', 'Home', 'End'], ['keys.frame', ',', '.'],
      ['keys.speed', '[', ']'], ['keys.speed-normal', '⌫'], ['keys.mute', 'M'],
      ['keys.captions', 'C'], ['keys.fullscreen', 'F'], ['keys.help', '?', 'F1'],
    ];
    return html`<dialog class="wide-dialog" aria-labelledby="keys-title">
      <h2 id="keys-title">${t('keys.title')}</h2>${this.closeButton()}
      <dl class="keys">${rows.map(([words, ...keys]) => html`<div><dt>${t(words)}</dt>
        <dd dir="ltr">${keys.map((key) => html`<kbd>${key}</kbd> `)}</dd></div>`)}</dl>
      <label class="check"><input type="checkbox" .checked=${recall('letters') !== 'off'}
          @change=${(event) => remember('letters', event.target.checked ? 'on' : 'off')}>
        ${t('keys.letters')}</label>
    </dialog>`;
  }
}

customElements.define('lw-focus-dialog', LwFocusDialog);
customElements.define('lw-invite-dialog', LwInviteDialog);
customElements.define('lw-people-dialog', LwPeopleDialog);
customElements.define('lw-keys', LwKeys);
