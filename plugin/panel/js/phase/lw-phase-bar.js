// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is done now, for everybody to see: the step of the phase, the time for it, and with whom. Who
 * leads moves on from here. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element, say} from '../element.js';
import {list, number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {Refusal, room} from '../room.js';
import {expected, moveTo, phaseNow, stepNow, waysOn} from './course.js';
import './lw-timer.js';

class LwPhaseBar extends Element {
  static properties = {model: {}, trouble: {state: true}};

  constructor() {
    super();
    this.trouble = '';
  }

  updated() {
    this.querySelector('lw-timer')?.requestUpdate();
  }

  willUpdate() {
    const {phase, step, round} = this.model.walk;
    const where = `${phase} ${step} ${round}`;
    if (where !== this.where)
      this.trouble = ''; // of where the walk was
    this.where = where;
  }

  async try(act) {
    try {
      this.trouble = '';
      await act();
    } catch (error) {
      this.trouble = error.message;
    }
  }

  goOn(way) {
    return this.try(() => moveTo(this.model, way));
  }

  mix() {
    return this.try(async () => {
      try {
        await room.post(`walks/${this.model.id}/groups`, {expected: expected(this.model.walk)});
        say(t('groups.mixed'));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'moved')
          throw error;
      }
      await this.model.refresh();
    });
  }

  render() {
    const {walk, isLead} = this.model;
    const phase = phaseNow(walk), step = stepNow(walk);
    const way = isLead ? waysOn(walk).find(({act}) => act !== 'next-phase') : null;
    return html`<section class="phase-bar" aria-label=${t('phase.now-label')}>
      <div class="phase-words">
        ${walk.round > 1 ? html`<span class="chip">${t('round.name', {number: number(walk.round)})}</span>` : nothing}
        ${phase.steps?.length ? this.steps(phase, step) : nothing}
        <p class="phase-hint" dir="auto">${step?.hint || phase.hint}</p></div>
      <lw-timer .model=${this.model}></lw-timer>
      ${way ? html`<button class="small" data-act=${`bar-${way.act}`} @click=${() => this.goOn(way)}>${
          way.label}</button>` : nothing}
      ${this.groups()}${this.hosts(phase)}
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
    </section>`;
  }

  steps(phase, step) {
    return html`<ol class="step-line">${phase.steps.map((one, i) => html`<li dir="auto"
        aria-current=${one === step ? 'step' : 'false'}><i aria-hidden="true">${number(i + 1)}</i>
        ${one.title}</li>`)}</ol>`;
  }

  /* ---- with whom ---- */

  groups() {
    const {walk, me, isLead} = this.model;
    if (!walk.groups)
      return nothing;
    const mine = walk.groups.find((group) => group.includes(me.person));
    const names = (group) => list(group.map((person) => this.model.nameOf(person)));
    const others = mine?.filter((person) => person !== me.person) ?? [];
    return html`<details class="groups"><summary>${icon('people')} ${others.length
        ? t('groups.with', {names: names(others)}) : t('groups.title')}</summary>
      <ol>${walk.groups.map((group) => html`<li dir="auto" class=${group === mine ? 'mine' : ''}>${
          names(group)}</li>`)}</ol>
      <p class="hint">${t('groups.hint')}</p>
      ${isLead ? html`<button class="small" data-act="mix" @click=${() => this.mix()}>${t('groups.mix')}</button>`
        : nothing}</details>`;
  }

  /* To who leads: whether those whose lesson it is have gone. */
  hosts(phase) {
    const {walk, isLead, people, me} = this.model;
    if (!phase.host_leaves || !isLead)
      return nothing;
    const hosts = walk.members.filter((one) => one.roles.includes('host') && one.person !== me.person);
    return html`<ul class="hosts">${hosts.map(({person}) => {
      const isHere = people.some((one) => one.person === person);
      return html`<li data-here=${isHere} dir="auto">${icon(isHere ? 'here' : 'kept')} ${
          t(isHere ? 'out.still-here' : 'out.has-left', {name: this.model.nameOf(person)})}</li>`;
    })}</ul>`;
  }
}

customElements.define('lw-phase-bar', LwPhaseBar);
