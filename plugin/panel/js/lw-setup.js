// SPDX-License-Identifier: LGPL-2.1-or-later
/* A walk is set up: focus, visits and people on one page, with what is still missing at its top. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {copyText, say} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {room} from './room.js';

const ROLES = ['walker', 'host', 'coach', 'timekeeper', 'guest'];
const MINUTE_MS = 60000;
const FIELDS = ['focus', 'inquiry', 'pd_session', 'watch_for'];
/* What a gate of the routine is called among the fields. */
const GATES = {focus: 'focus', inquiry: 'inquiry', 'pd-session': 'pd_session', 'watch-for': 'watch_for'};

/* What is there and what is missing; `needed`: a later phase does not open without it. */
export function checklist(walk) {
  const gates = new Set(walk.phases.flatMap((phase) => phase.gates ?? []).map((gate) => GATES[gate]));
  const has = (role) => walk.members.some((member) => member.roles.includes(role));
  return [
    ...FIELDS.map((name) => ({name, done: walk[name].length > 0, needed: gates.has(name)})),
    {name: 'visits', done: walk.visits.length > 0, needed: false},
    {name: 'host', done: has('host'), needed: false},
    {name: 'walker', done: has('walker'), needed: false},
  ];
}

const two = (number) => String(number).padStart(2, '0');

/* A visit as its row in the form has it, in this machine's time. */
function toRow(visit) {
  const at = visit.planned ? new Date(visit.planned) : null;
  return {
    id: visit.id, classroom: visit.classroom ?? '', school: visit.school ?? '',
    district: visit.district ?? '', host: visit.host ?? '',
    date: at ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}` : '',
    time: at ? `${two(at.getHours())}:${two(at.getMinutes())}` : '',
    minutes: visit.duration_ms ? String(Math.round(visit.duration_ms / MINUTE_MS)) : '',
  };
}

function toVisit({classroom, school, district, host, date, time, minutes}) {
  const visit = {};
  if (classroom.trim())
    visit.classroom = classroom.trim();
  if (school.trim())
    visit.school = school.trim();
  if (district.trim())
    visit.district = district.trim();
  if (host)
    visit.host = host;
  if (date)
    visit.planned = new Date(`${date}T${time || '09:00'}`).toISOString();
  if (minutes)
    visit.duration_ms = Number(minutes) * MINUTE_MS;
  return visit;
}

class LwSetupDialog extends Dialog {
  static properties = {...Dialog.properties, rows: {state: true}, links: {state: true}, removed: {state: true},
                       practices: {state: true}};

  constructor() {
    super();
    this.rows = [];
    this.links = {};
    this.removed = null;
    this.practices = [];
  }

  /* What a district keeps across walks: those of which she sees a walk, or may change one. */
  async loadPractices() {
    try {
      ({practices: this.practices} = await room.get('practices'));
    } catch {
      // The rest of the page does without.
    }
  }

  show() {
    this.readRows();
    this.loadPractices();
    super.show();
  }

  /* Those of the walk, and behind them new ones; what was typed and is not kept yet stays. */
  readRows() {
    const typed = new Map(this.rows.filter((row) => row.typed).map((row) => [row.id, row]));
    this.rows = [...this.model.walk.visits.map((visit) => typed.get(visit.id) ?? toRow(visit)),
                 ...this.rows.filter((row) => !row.id)];
    if (!this.rows.length)
      this.addRow();
  }

  /* The next one begins when the one before has ended. */
  addRow() {
    const last = this.rows.at(-1);
    const minutes = last?.minutes || String(this.model.protocol?.visit_minutes ?? 15);
    const row = {classroom: '', school: last?.school ?? '', district: last?.district ?? '', host: '', date: last?.date ?? '', time: '', minutes};
    if (last?.date && last.time) {
      const next = new Date(new Date(`${last.date}T${last.time}`).getTime() + Number(last.minutes || 0) * MINUTE_MS);
      row.time = `${two(next.getHours())}:${two(next.getMinutes())}`;
    }
    this.rows = [...this.rows, row];
  }

  dropRow(row) {
    this.rows = this.rows.filter((one) => one !== row);
  }

  /* An empty one; what it has else is said by the room, which knows. */
  removeVisit(row, number) {
    const place = `walks/${this.model.id}/visits/${row.id}`;
    this.try(async () => {
      await room.call('DELETE', place);
      this.removed = {place, number};
      this.rows = this.rows.filter((one) => one !== row);
      await this.model.refresh();
      this.readRows();
      say(t('setup.visit-removed', {number}));
    });
  }

  restoreVisit() {
    this.try(async () => {
      await room.post(`${this.removed.place}/restore`);
      this.removed = null;
      await this.model.refresh();
      this.readRows();
      say(t('setup.visit-restored'));
    });
  }

  save(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const changes = {};
    fields.watch_for = fields.watch_for.split('\n').map((line) => line.trim()).filter(Boolean);
    const {walk} = this.model;
    for (const name of FIELDS) {
      if (JSON.stringify(fields[name]) !== JSON.stringify(walk[name]))
        changes[name] = fields[name];
    }
    if (fields.focus_owner && fields.focus_owner !== walk.focus_owner)
      changes.focus_owner = fields.focus_owner;
    if (fields.practice !== undefined && fields.practice !== (walk.practice ?? ''))
      changes.practice = fields.practice || null;
    const fresh = this.rows.filter((row) => !row.id && (row.classroom.trim() || row.host || row.date));
    this.try(async () => {
      if (Object.keys(changes).length)
        await room.call('PATCH', `walks/${walk.id}`, changes);
      for (const row of this.rows.filter((one) => one.id && one.typed)) {
        // What is typed while this is on its way is kept the next time.
        row.typed = false;
        await room.call('PATCH', `walks/${walk.id}/visits/${row.id}`, toVisit(row)).catch((error) => {
          row.typed = true;
          throw error;
        });
      }
      if (fresh.length) {
        for (const row of fresh)
          row.typed = false;
        const {visits} = await room.post(`walks/${walk.id}/visits`, {visits: fresh.map(toVisit)});
        const made = visits.sort((a, b) => a.order - b.order).slice(-fresh.length);
        fresh.forEach((row, i) => { row.id = made[i].id; });
      }
      await this.model.refresh();
      this.requestUpdate();
      say(t('setup.saved'));
    });
  }

  makeLink(role) {
    this.try(async () => {
      const {url} = await room.post(`walks/${this.model.id}/invitations`,
                                    {roles: [role], label: t(`role.${role}`)});
      this.links = {...this.links, [role]: url};
      await this.updateComplete;
      await copyText(this.querySelector(`input[name=link-${role}]`));
    });
  }

  offer(member, lens) {
    this.try(async () => {
      const known = this.model.walk.lenses.find((one) => one.name === lens);
      await room.call('PUT', `walks/${this.model.id}/members/${member.person}`, {
        roles: member.roles, ...known ? {lens: known.id} : lens ? {lens_name: lens} : {lens: null}});
      await this.model.refresh();
      say(t('setup.lens-offered', {name: member.name}));
    });
  }

  /* ---- how it looks ---- */

  checklist() {
    return html`<ul class="checklist" aria-label=${t('setup.checklist')}>${checklist(this.model.walk).map(
        ({name, done, needed}) => html`<li class=${done ? 'done' : needed ? 'needed' : ''}>
          ${icon(done ? 'kept' : needed ? 'warning' : 'plus')}
          <span>${t(`setup.check.${name}`)}${done ? nothing : html` <span class="hint">${
              t(needed ? 'setup.needed' : 'setup.missing')}</span>`}</span></li>`)}</ul>`;
  }

  focus() {
    const {walk} = this.model;
    const hosts = walk.members.filter((member) => member.roles.includes('host'));
    const field = (name, rows, example) => html`<label>${t(`setup.${name}`)}
      <textarea name=${name} rows=${rows} dir="auto" maxlength="20000" placeholder=${example}
          .value=${name === 'watch_for' ? walk.watch_for.join('\n') : walk[name]}></textarea></label>`;
    return html`<fieldset class="part"><legend>${t('focus.label')}</legend>
      <p class="hint">${t('focus.hint')}</p>
      ${field('focus', 2, t('focus.example'))}
      ${hosts.length ? html`<label>${t('setup.owner')}<select name="focus_owner">
        ${hosts.some((one) => one.person === walk.focus_owner) ? nothing
          : html`<option value="">${t('setup.owner-none')}</option>`}
        ${hosts.map((one) => html`<option value=${one.person}
            ?selected=${one.person === walk.focus_owner}>${one.name}</option>`)}</select></label>` : nothing}
      ${field('inquiry', 2, t('focus.inquiry-example'))}
      ${field('watch_for', 3, '')}
      ${field('pd_session', 1, t('setup.pd-example'))}
      ${this.practices.length || walk.practice ? html`<label>${t('setup.practice')}<select name="practice">
        <option value="" ?selected=${!walk.practice}>${t('setup.practice-none')}</option>
        ${this.practices.map(({id, title}) => html`<option value=${id} ?selected=${id === walk.practice}>${
            title}</option>`)}
        ${walk.practice && !this.practices.some(({id}) => id === walk.practice) ? html`<option value=${walk.practice}
            selected>${t('setup.practice-other')}</option>` : nothing}</select></label>
        <p class="hint">${t('setup.practice-hint')}</p>` : nothing}</fieldset>`;
  }

  visit(row, index) {
    const set = (name) => (event) => {
      row[name] = event.target.value;
      row.typed = true;
    };
    const field = (name, type, more = '') => html`<label class=${`visit-${name}`}>${t(`setup.visit-${name}`)}
      <input type=${type} .value=${row[name]} dir="auto" maxlength="200" min=${type === 'number' ? '1' : more}
          max=${type === 'number' ? '1440' : more} @input=${set(name)}></label>`;
    return html`<li class="visit-row" aria-label=${t('setup.visit', {number: index + 1})}>
      <b class="visit-number" aria-hidden="true">${index + 1}</b>
      <div class="visit-fields">
        ${field('classroom', 'text')}${field('school', 'text')}${field('district', 'text')}
        <label class="visit-host">${t('setup.visit-host')}<select @change=${set('host')}>
          <option value="" ?selected=${!row.host}>${t('setup.visit-nobody')}</option>
          ${this.model.walk.members.map((one) => html`<option value=${one.person}
              ?selected=${one.person === row.host}>${one.name}</option>`)}</select></label>
        ${field('date', 'date')}${field('time', 'time')}${field('minutes', 'number')}
      </div>
      <button type="button" class="flat icon-only small" data-act="drop-visit"
          aria-label=${t('setup.visit-drop', {number: index + 1})} title=${t('setup.visit-drop', {number: index + 1})}
          @click=${() => row.id ? this.removeVisit(row, index + 1) : this.dropRow(row)}>${icon(row.id ? 'delete' : 'close')}</button></li>`;
  }

  people() {
    const {walk, protocol} = this.model;
    const lenses = [...new Set([...protocol?.lenses?.map((one) => one.name) ?? [],
                                ...walk.lenses.map((one) => one.name)])];
    const lookers = walk.members.filter((one) => one.roles.some((role) => role !== 'facilitator'));
    return html`<fieldset class="part"><legend>${t('setup.people')}</legend>
      <p class="hint">${t('setup.people-hint')}</p>
      <ul class="role-links">${ROLES.map((role) => html`<li>
        <button type="button" data-role=${role} @click=${() => this.makeLink(role)}>${icon('link')}
          ${t('setup.link', {role: t(`role.${role}`)})}</button>
        ${this.links[role] ? html`<input name="link-${role}" readonly dir="ltr" .value=${this.links[role]}
            aria-label=${t('setup.link', {role: t(`role.${role}`)})} @focus=${(event) => event.target.select()}>`
          : nothing}</li>`)}</ul>
      ${lenses.length && lookers.length ? html`<h3>${t('setup.lenses')}</h3>
        <p class="hint">${t('setup.lenses-hint')}</p>
        <ul class="offers">${lookers.map((member) => {
          const offered = this.model.lensName(member.offered_lens);
          return html`<li><label><span dir="auto">${member.name}</span>
            <select data-person=${member.person} @change=${(event) => this.offer(member, event.target.value)}>
              <option value="" ?selected=${!offered}>${t('prepare.lens-none')}</option>
              ${lenses.map((name) => html`<option value=${name} ?selected=${name === offered}>${name}</option>`)}
            </select></label>${member.lens ? html`<span class="hint" dir="auto">${t('setup.lens-chosen', {
              lens: this.model.lensName(member.lens)})}</span>` : nothing}</li>`;
        })}</ul>` : nothing}</fieldset>`;
  }

  render() {
    const {walk} = this.model;
    return html`<dialog class="wide-dialog setup" aria-labelledby="setup-title">
      <h2 id="setup-title">${t('setup.title')}</h2>${this.closeButton()}
      ${this.checklist()}
      <form @submit=${this.save}>
        ${this.focus()}
        <fieldset class="part"><legend>${t('setup.visits')}</legend>
          <p class="hint">${t('setup.visits-hint')}</p>
          <ol class="visit-rows">${this.rows.map((row, index) => this.visit(row, index))}</ol>
          ${this.removed ? html`<p class="notice undo-line">${t('setup.visit-removed', {number: this.removed.number})}
            <button type="button" class="small" data-act="restore-visit" @click=${this.restoreVisit}>${icon('undo')}
              ${t('note.undo')}</button></p>` : nothing}
          <button type="button" data-act="add-visit" @click=${this.addRow}>${icon('plus')}
            ${t('setup.visit-add')}</button></fieldset>
        ${this.complaint()}
        <div class="dialog-end"><button class="primary">${t('app.save')}</button></div>
      </form>
      ${this.people()}
      ${this.said()}
      <p class="visually-hidden">${walk.title}</p></dialog>`;
  }
}

customElements.define('lw-setup-dialog', LwSetupDialog);
