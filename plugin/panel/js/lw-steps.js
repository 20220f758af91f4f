// SPDX-License-Identifier: LGPL-2.1-or-later
/* Next steps at every level of the routine, and what became of each. A step of the teacher's level is
 * agreed by her alone. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {date, t} from './i18n.js';
import {icon} from './icons.js';
import {newId} from './keep.js';
import {stepNow} from './phase/course.js';
import {Typed} from './saving.js';

const STATES = ['planned', 'trying', 'adapted', 'adopted', 'abandoned'];

class LwSteps extends Element {
  static properties = {model: {}, draft: {state: true}, telling: {state: true}};

  constructor() {
    super();
    this.draft = null;   // a step that is written
    this.telling = null; // {step, state, text, on}: what is told of a step
    this.typed = new Typed(this, 'step', ({draft, telling}) => Object.assign(this, {draft, telling}));
  }

  get board() {
    return this.model.board;
  }

  /* What is in @form now, as @of: the draft or what is told. */
  type(form, of) {
    Object.assign(of, Object.fromEntries(new FormData(form)));
    this.typed.set({draft: this.draft, telling: this.telling});
  }

  /* One of them is done with, the other may still be written. */
  leave(part) {
    this[part] = null;
    if (this.draft || this.telling)
      this.typed.set({draft: this.draft, telling: this.telling});
    else
      this.typed.forget();
  }

  async begin(step) {
    this.draft = {...step};
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  async keepIt(event) {
    event.preventDefault();
    const fields = new FormData(event.target);
    const text = fields.get('text').trim();
    if (!text)
      return;
    const owner = fields.get('owner');
    const isMember = this.model.walk.members.some((one) => one.person === owner);
    await this.board.put({
      type: 'step', id: this.draft.id ?? newId(), level: this.draft.level, text,
      owner: isMember ? owner : undefined, owner_name: isMember ? '' : fields.get('owner_name')?.trim(),
      due: fields.get('due'), outcome: fields.get('outcome') || undefined, from: this.draft.from,
      keptHere: this.draft.keptHere, outKey: this.draft.outKey});
    this.leave('draft');
  }

  agree(step) {
    return this.board.put({type: 'step', id: step.id, text: step.text, level: step.level, agree: true});
  }

  async tell(event, step) {
    event.preventDefault();
    const fields = new FormData(event.target);
    await this.board.put({type: 'follow-up', id: newId(), step: step.id, state: fields.get('state'),
                          text: fields.get('text').trim(), on: fields.get('on')});
    this.leave('telling');
  }

  render() {
    const levels = this.board.levels;
    const steps = this.board.of('step');
    if (!levels.length && !steps.length)
      return nothing;
    return html`<section class="steps" aria-labelledby="steps-title">
      <h2 id="steps-title">${t('step.title')}</h2>
      ${stepNow(this.model.walk)?.kind === 'evidence' ? html`<p class="hint later">${icon('here')} ${
          t('outcome.later', {title: stepNow(this.model.walk).title})}</p>` : nothing}
      <div class="outcome-kinds">${levels.map((level) => this.level(level, steps.filter(
          (step) => step.level === level.id)))}</div></section>`;
  }

  level(level, steps) {
    const isHere = this.draft?.level === level.id;
    return html`<section class="outcome-kind step-level" data-level=${level.id}>
      <h3 dir="auto">${level.title}</h3>
      <ul>${steps.map((step) => isHere && step.id === this.draft.id ? nothing : this.step(step, level))}</ul>
      ${steps.length || isHere ? nothing : html`<p class="hint">${
          t(level.may_be_empty ? 'step.none-optional' : 'step.none')}</p>`}
      ${isHere ? this.form() : this.board.may.plan ? html`<button class="small" data-act="add-step"
          @click=${() => this.begin({level: level.id})}>${icon('plus')} ${t('step.add')}</button>` : nothing}
    </section>`;
  }

  step(step, level) {
    const follow = this.board.of('follow-up').filter((one) => one.step === step.id)
        .sort((a, b) => a.on < b.on ? -1 : a.on > b.on ? 1 : Date.parse(a.edited) - Date.parse(b.edited));
    const owner = step.owner ? this.model.nameOf(step.owner) : step.owner_name;
    const mayTell = this.board.may.follow_up || step.owner === this.model.me.person;
    const from = this.board.of('outcome').find((one) => one.id === step.outcome);
    return html`<li class="outcome ${step.keptHere ?? ''}" data-step=${step.id}>
      <p class="note-text" dir="auto">${step.text}</p>
      ${from ? html`<p class="hint" dir="auto">${t('step.from', {text: from.text})}</p>` : nothing}
      <p class="note-by">${owner ? html`<bdi class="name">${owner}</bdi>` : nothing}${owner && step.due
        ? html`<span class="name"> · </span>` : nothing}${step.due ? t('step.until', {day: date(`${step.due}T12:00`)})
        : nothing}</p>
      ${level.agreed_by ? html`<p class="step-agreed">${step.agreed_by
        ? html`${icon('kept')} ${t('step.agreed')}`
        : this.board.may.agree && !step.keptHere ? html`<button class="small" data-act="agree"
            @click=${() => this.agree(step)}>${t('step.agree')}</button>` : t('step.waits')}</p>` : nothing}
      ${follow.length ? html`<ol class="follow">${follow.map((one) => html`<li><b>${
          t(`follow.${one.state}`)}</b> <span class="hint">${date(`${one.on}T12:00`)}</span> <span
          dir="auto">${one.text ?? ''}</span></li>`)}</ol>` : nothing}
      ${step.keptHere === 'waiting' ? html`<p class="kept-here">${icon('here')} ${t('outcome.unsent')}</p>`
        : nothing}
      ${step.keptHere === 'refused' ? html`<div class="kept-here refused"><p>${icon('warning')}
          ${t('board.not-kept', {message: step.message ?? ''})}</p>
          <button class="small" @click=${() => this.board.throwAway(step)}>${t('pin.throw-away')}</button>
          </div>` : nothing}
      ${this.telling?.step === step.id ? this.tellForm(step) : html`<p class="outcome-acts">
        ${this.board.may.plan ? html`<button class="flat small" @click=${() => this.begin(step)}>${icon('edit')}
          ${t('outcome.edit')}</button><button class="flat small"
          @click=${() => this.board.put({...step, gone: true})}>${icon('delete')} ${t('outcome.delete')}</button>`
          : nothing}
        ${mayTell ? html`<button class="flat small" data-act="tell" @click=${() => { this.telling = {step: step.id, on: today()}; }}>
          ${icon('progress')} ${t('follow.tell')}</button>` : nothing}</p>`}</li>`;
  }

  form() {
    const {draft} = this;
    const outcomes = this.board.of('outcome');
    return html`<form class="outcome-form" @submit=${this.keepIt}
        @input=${(event) => this.type(event.currentTarget, draft)}
        @keydown=${(event) => event.key === 'Escape' && this.leave('draft')}>
      <label>${t('step.field')}<textarea name="text" rows="3" maxlength="4000" dir="auto" required
          .value=${draft.text ?? ''}></textarea></label>
      <label>${t('step.owner')}<select name="owner"><option value="">${t('step.owner-other')}</option>
        ${this.model.walk.members.map((one) => html`<option value=${one.person}
            ?selected=${one.person === draft.owner}>${one.name}</option>`)}</select></label>
      <label>${t('step.owner-name')}<input name="owner_name" maxlength="200" dir="auto"
          .value=${draft.owner_name ?? ''}></label>
      <label>${t('step.due')}<input type="date" name="due" .value=${draft.due ?? ''}></label>
      ${outcomes.length ? html`<label>${t('step.outcome')}<select name="outcome"><option value="">–</option>
        ${outcomes.map((one) => html`<option value=${one.id} ?selected=${one.id === draft.outcome}>${
            one.text}</option>`)}</select></label>` : nothing}
      <div class="dialog-end"><button type="button" @click=${() => this.leave('draft')}>${t('app.cancel')}
        </button><button class="primary">${t('outcome.keep')}</button></div></form>`;
  }

  tellForm(step) {
    return html`<form class="outcome-form" @submit=${(event) => this.tell(event, step)}
        @input=${(event) => this.type(event.currentTarget, this.telling)}
        @keydown=${(event) => event.key === 'Escape' && this.leave('telling')}>
      <label>${t('follow.state')}<select name="state">${STATES.map((state) => html`<option value=${state}
          ?selected=${state === this.telling.state}>${t(`follow.${state}`)}</option>`)}</select></label>
      <label>${t('follow.on')}<input type="date" name="on" required .value=${this.telling.on}></label>
      <label>${t('follow.text')}<textarea name="text" rows="2" maxlength="4000" dir="auto"
          .value=${this.telling.text ?? ''}></textarea></label>
      <div class="dialog-end"><button type="button" @click=${() => this.leave('telling')}>${t('app.cancel')}
        </button><button class="primary">${t('outcome.keep')}</button></div></form>`;
  }
}

/* Where this person is, not where the sun stands in Greenwich. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(
      (part) => String(part).padStart(2, '0')).join('-');
}

customElements.define('lw-steps', LwSteps);
