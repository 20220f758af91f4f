// SPDX-License-Identifier: LGPL-2.1-or-later
/* The phases of the walk's routine, with their steps and rounds; who leads opens them here. */
import {html, nothing} from '../../lib/lit/index.js';
import {Dialog} from '../dialog.js';
import {number, t} from '../i18n.js';
import {room} from '../room.js';
import {moveTo, roundsOf, waysOn} from './course.js';

class LwPhaseDialog extends Dialog {
  static properties = {...Dialog.properties, protocol: {state: true}};

  /* What the routine says beyond its phases; a walk never changes it. */
  updated() {
    if (this.dialog.open && this.asked !== this.model.id) {
      this.asked = this.model.id;
      this.protocol = null;
      this.try(async () => {
        this.protocol = await room.get(`walks/${this.model.id}/protocol`);
      }).then((well) => {
        if (!well)
          this.asked = null;
      });
    }
  }

  saveFile() {
    const text = JSON.stringify(this.protocol, null, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text, '\n'], {type: 'application/json'}));
    link.download = `${this.protocol.protocol}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /* How the phase goes: "12 minutes, alone", and what to ask. */
  details(id) {
    const phase = this.protocol?.phases.find((one) => one.id === id);
    if (!phase)
      return nothing;
    const parts = [phase.minutes ? t('phase.minutes', {count: phase.minutes}) : '',
                   phase.grouping ? t(`grouping.${phase.grouping}`) : ''].filter(Boolean);
    const again = this.protocol.phases.find((one) => one.id === phase.again);
    return html`${parts.length ? html`<p>${parts.join(', ')}</p>` : nothing}
      ${phase.prompts?.length && id === this.model.walk.phase ? html`<p>${t('phase.prompts')}</p>
        <ul class="prompts">${phase.prompts.map((one) => html`<li dir="auto">${one}</li>`)}</ul>` : nothing}
      ${again ? html`<p>${t('phase.again', {title: again.title})}</p>` : nothing}`;
  }

  routine() {
    if (!this.protocol)
      return nothing;
    const {title, credit, norms = [], checklist = []} = this.protocol;
    const points = (heading, lines) => lines.length ? html`<h3>${heading}</h3>
      <ul class="points">${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul>` : nothing;
    return html`<section class="routine"><p>${t('protocol.about', {title})} ${credit ?? ''}</p>
      ${points(t('protocol.norms'), norms)}
      ${this.model.isLead ? points(t('protocol.checklist'), checklist) : nothing}
      <button class="small" @click=${this.saveFile}>${t('protocol.save')}</button></section>`;
  }

  /* How many are handed in, never whose. */
  forms() {
    const {forms} = this.model.walk;
    const {segments} = this.model;
    if (!forms?.lessons.length)
      return nothing;
    return html`<section class="forms"><h3 dir="auto">${forms.title}</h3>
      <ul class="points">${forms.lessons.map((one, i) => html`<li dir="auto">${t('form.count-in', {
        lesson: segments.find(({id}) => id === one.segment)?.title || t('lesson.untitled', {number: i + 1}),
        done: one.handed_in, count: one.of})}</li>`)}</ul></section>`;
  }

  open(target) {
    return this.try(async () => {
      await moveTo(this.model, target);
      this.close();
    });
  }

  /* The parts of a phase, and which of them it is at. */
  steps(phase, isNow) {
    const {walk} = this.model;
    return phase.steps?.length ? html`<ul class="phase-steps">${phase.steps.map((step) => html`
      <li aria-current=${isNow && step.id === walk.step ? 'step' : 'false'}>${step.title}${
        isNow && step.id === walk.step ? html` <span class="chip">${t('phase.now')}</span>` : nothing}</li>`)}</ul>`
      : nothing;
  }

  chips(i, index) {
    const {walk} = this.model;
    const round = roundsOf(walk).find(({from, to}) => i >= from && i <= to) && walk.round > 1;
    return html`${i === index ? html` <span class="chip">${t('phase.now')}</span>` : nothing}
      ${round ? html` <span class="chip">${t('round.name', {number: number(walk.round)})}</span>` : nothing}`;
  }

  render() {
    const {walk, isLead} = this.model;
    const index = walk.phases.findIndex((phase) => phase.id === walk.phase);
    const ways = waysOn(walk);
    return html`<dialog aria-labelledby="phase-title">
      <h2 id="phase-title">${t('phase.all')}</h2>${this.closeButton()}
      <ol class="phases">${walk.phases.map((phase, i) => html`
        <li class=${i < index ? 'done' : i === index ? 'now' : ''}
            aria-current=${i === index ? 'step' : 'false'}>
          <div><b>${phase.title}</b>${this.chips(i, index)}<p>${phase.hint}</p>
            ${phase.host_leaves ? html`<p>${t('out.for-others')}</p>` : nothing}
            ${this.details(phase.id)}${this.steps(phase, i === index)}</div>
          ${isLead && i !== index && i !== index + 1 ? html`<button class="small" data-phase=${phase.id}
              @click=${() => this.open({phase: phase.id, title: phase.title})}>${
                t(i < index ? 'phase.go-back' : 'phase.choose')}</button>` : nothing}
        </li>`)}</ol>
      ${isLead && index > 0 ? html`<p class="hint">${t('phase.back-hint')}</p>` : nothing}
      ${this.forms()}
      ${this.routine()}
      ${this.complaint()}
      ${isLead && ways.length ? html`<div class="dialog-end">${ways.map((way) => html`<button
          class=${way.act === 'next-round' ? '' : 'primary'} data-act=${way.act}
          @click=${() => this.open(way)}>${way.label}</button>`)}</div>` : nothing}
    </dialog>`;
  }
}

customElements.define('lw-phase-dialog', LwPhaseDialog);
