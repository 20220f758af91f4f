// SPDX-License-Identifier: LGPL-2.1-or-later
/* A practice: what it is, its walks, and what becomes of it. Without one: a button to begin one.
 * Emits "lw-changed". */
import {html, nothing} from '../../lib/lit/index.js';
import {Element, say} from '../element.js';
import {date, t} from '../i18n.js';
import {icon} from '../icons.js';
import {newId} from '../keep.js';
import {room} from '../room.js';
import {keepItem} from './trends-model.js';

const DECISIONS = ['none', 'keep', 'strengthen', 'abandon'];
const decisionWord = (decision) => t(decision === 'none' ? 'trends.none' : `trends.do-${decision}`);

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${
      String(now.getDate()).padStart(2, '0')}`;
}

class LwPractice extends Element {
  static properties = {practice: {}, editing: {state: true}, trouble: {state: true}, walks: {state: true}};

  constructor() {
    super();
    this.editing = '';
    this.trouble = '';
    this.walks = [];
  }

  willUpdate(changed) {
    if (changed.has('practice') && this.practice?.may.change)
      room.get('walks').then(({walks}) => { this.walks = walks; }, () => {});
  }

  async keepIt(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const {title, about, decision, why, on} = {...this.practice, ...fields};
    const item = {type: 'practice', id: this.practice?.id ?? newId(), title, about: about ?? '',
                  decision: decision ?? 'none', why: why ?? '', on: decision === 'none' ? '' : on ?? ''};
    try {
      await keepItem(item);
    } catch (error) {
      this.trouble = t('trends.not-kept', {message: error.message});
      return;
    }
    this.trouble = '';
    this.editing = '';
    this.emit('lw-changed');
    if (!this.practice)
      location.hash = `trends&practice=${item.id}`;
  }

  async setWalk(walk, practice) {
    try {
      await room.call('PATCH', `walks/${walk}`, {practice});
      ({walks: this.walks} = await room.get('walks'));
      this.emit('lw-changed');
    } catch (error) {
      say(error.message);
    }
  }

  render() {
    if (!this.practice)
      return this.editing ? this.titleForm({}) : html`<button class="small" data-act="new-practice"
          @click=${() => { this.editing = 'title'; }}>${icon('plus')} ${t('trends.new-practice')}</button>`;
    const {practice} = this;
    return html`<section class="card trend-section practice">
      ${this.editing === 'title' ? this.titleForm(practice) : html`<div class="page-head"><h2 dir="auto">${
          practice.title}</h2>${practice.may.change ? html`<button class="flat small"
          @click=${() => { this.editing = 'title'; }}>${icon('edit')} ${t('trends.edit-practice')}</button>` : nothing}
        </div>${practice.about ? html`<p class="note-text" dir="auto">${practice.about}</p>` : nothing}`}
      <h3>${t('trends.decision')}</h3>
      ${this.editing === 'decision' ? this.decisionForm(practice) : html`<p class="practice-decision" dir="auto">${
        practice.decision === 'none' ? t('trends.none') : t('trends.decided', {
          decision: decisionWord(practice.decision), day: date(practice.on), why: practice.why})}</p>
        ${practice.may.change ? html`<button class="small" data-act="decide"
            @click=${() => { this.editing = 'decision'; }}>${t('trends.decide')}</button>` : nothing}`}
      ${practice.may.change ? this.rounds(practice) : nothing}</section>`;
  }

  end() {
    return html`${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      <div class="dialog-end"><button type="button" @click=${() => { this.editing = ''; this.trouble = ''; }}>${
        t('app.cancel')}</button><button class="primary">${t('app.save')}</button></div>`;
  }

  titleForm(practice) {
    return html`<form class="practice-form" @submit=${this.keepIt}>
      <label>${t('trends.practice-title')}<input name="title" maxlength="200" required dir="auto"
          .value=${practice.title ?? ''}></label>
      <label>${t('trends.practice-about')}<textarea name="about" rows="2" maxlength="4000" dir="auto"
          .value=${practice.about ?? ''}></textarea></label>${this.end()}</form>`;
  }

  decisionForm(practice) {
    return html`<form class="practice-form" @submit=${this.keepIt}>
      <fieldset class="decisions"><legend class="visually-hidden">${t('trends.decision')}</legend>
        ${DECISIONS.map((one) => html`<label class="check"><input type="radio" name="decision" value=${one}
          ?checked=${one === practice.decision}> ${decisionWord(one)}</label>`)}</fieldset>
      <label>${t('trends.why')}<textarea name="why" rows="2" maxlength="4000" dir="auto"
          .value=${practice.why ?? ''}></textarea></label>
      <label>${t('trends.on')}<input type="date" name="on" .value=${practice.on || today()}></label>
      ${this.end()}</form>`;
  }

  rounds(practice) {
    const led = this.walks.filter(({my_roles: roles}) => roles.includes('facilitator'));
    const inIt = led.filter((walk) => walk.practice === practice.id);
    const others = led.filter((walk) => walk.practice !== practice.id);
    return html`<details class="table-behind"><summary>${t('trends.rounds')}</summary>
      <ul class="points">${inIt.map((walk) => html`<li><a href="#walk=${walk.id}" dir="auto">${walk.title}</a>
        <button class="flat small icon-only" title=${t('trends.take-out', {title: walk.title})}
          aria-label=${t('trends.take-out', {title: walk.title})} @click=${() => this.setWalk(walk.id, null)}>${
          icon('close')}</button></li>`)}</ul>
      ${others.length ? html`<form class="with-button" @submit=${(event) => {
          event.preventDefault();
          this.setWalk(new FormData(event.target).get('walk'), practice.id);
        }}><label>${t('trends.add-round')}<select name="walk">${others.map((walk) => html`<option value=${walk.id}>${
          walk.title}</option>`)}</select></label><button>${t('trends.add')}</button></form>` : nothing}</details>`;
  }
}

customElements.define('lw-practice', LwPractice);
