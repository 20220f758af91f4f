// SPDX-License-Identifier: LGPL-2.1-or-later
/* Writing a small test of change. Emits "lw-test-keep" with the item, "lw-test-typed" with it as far as it is
 * written, or "lw-test-aside". */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {date, t} from '../i18n.js';
import {formatSpan} from '../time.js';
import {codesOf, sheetsOf} from './codes.js';

const DECISIONS = ['adopt', 'adapt', 'abandon'];

class LwTestForm extends Element {
  static properties = {model: {}, segment: {}, draft: {}, there: {}, clips: {state: true}, decision: {state: true}};

  willUpdate(changed) {
    if (changed.has('draft') && this.draft?.id !== this.of) {
      this.of = this.draft.id;
      this.clips = {before: this.draft.before, after: this.draft.after};
      this.decision = this.draft.decision ?? '';
    }
  }

  get player() {
    return this.closest('lw-walk')?.player ?? null;
  }

  /* The marked range of the lesson that is open, or all of it. */
  take(which) {
    const {player, segment} = this;
    const range = player?.range ?? {start: 0, end: Math.floor(player?.duration || segment?.duration || 0)};
    if (segment && range.end > range.start)
      this.clips = {...this.clips, [which]: {segment: segment.id, start: range.start, end: range.end}};
  }

  /* What is written so far, as an item. */
  read() {
    const fields = new FormData(this.querySelector('form'));
    const text = (name) => fields.get(name)?.trim() ?? '';
    return {
      ...this.draft, change: text('change'), measure: fields.get('measure') ?? '',
      // What stays is not in the form.
      prediction: this.there?.fixed ? this.there.prediction : text('prediction'), remark: text('remark'),
      before: this.clips.before ?? undefined, after: this.clips.after ?? undefined, found: text('found'),
      compared: text('compared'), decision: this.decision, why: this.decision ? text('why') : '',
      on: this.decision ? fields.get('on') ?? '' : ''};
  }

  keepIt(event) {
    event.preventDefault();
    this.emit('lw-test-keep', this.read());
  }

  updated(changed) {
    if (changed.has('clips') && changed.get('clips') !== undefined)
      this.tell();
  }

  tell() {
    this.emit('lw-test-typed', this.read());
  }

  /* ---- how it looks ---- */

  render() {
    const {draft, there} = this;
    return html`<form class="outcome-form test-form" @submit=${this.keepIt} @input=${this.tell}
        @keydown=${(event) => event.key === 'Escape' && this.emit('lw-test-aside')}>
      <h3>${t('test.cycle', {number: draft.cycle})}</h3>
      ${this.words('change', draft.change, true)}
      ${there?.fixed ? html`<div class="fixed-prediction"><b>${t('test.prediction-short')}</b>
          <p class="note-text" dir="auto">${there.prediction}</p><p class="hint">${there.prediction
          ? t('test.fixed', {date: date(there.predicted)}) : t('test.fixed-empty')}</p></div>
          ${this.words('remark', draft.remark)}` : html`${this.words('prediction', draft.prediction)}
          <p class="hint">${t('test.not-fixed')}</p>`}
      ${sheetsOf(this.model.protocol).length ? html`<label>${t('test.measure')}<select name="measure">
        <option value="">${t('test.measure-none')}</option>${sheetsOf(this.model.protocol).map((sheet) => html`<optgroup
          label=${sheet.title}>${codesOf(sheet).map((code) => html`<option value=${code.tag}
          ?selected=${code.tag === draft.measure}>${code.title}</option>`)}</optgroup>`)}</select></label>` : nothing}
      <p class="hint">${t('test.clip-hint')}</p>
      <div class="test-clip-pair">${this.clip('before')}${this.clip('after')}</div>
      ${there ? html`${this.words('found', draft.found)}${this.words('compared', draft.compared)}
        ${this.decide(draft)}` : nothing}
      <div class="dialog-end"><button type="button" @click=${() => this.emit('lw-test-aside')}>${t('app.cancel')}
        </button><button class="primary">${t('test.keep')}</button></div></form>`;
  }

  words(name, value, required = false) {
    return html`<label>${t(`test.${name}`)}<textarea name=${name} rows="2" maxlength="4000" dir="auto"
        ?required=${required} .value=${value ?? ''}></textarea></label>`;
  }

  clip(which) {
    const clip = this.clips[which];
    const lesson = clip && this.model.segments.find((one) => one.id === clip.segment);
    return html`<fieldset class="test-clip" data-which=${which}><legend>${t(`test.${which}`)}</legend>
      <p>${clip ? html`<bdi>${lesson?.title ?? ''}</bdi> ${formatSpan(clip.start, clip.end)}` : t('test.clip-none')}</p>
      ${this.segment ? html`<button type="button" class="small" data-act="take-${which}" @click=${() =>
          this.take(which)}>${t(this.player?.range ? 'test.clip-take' : 'test.clip-whole')}</button>` : nothing}
      ${clip ? html`<button type="button" class="flat small" @click=${() => {
          this.clips = {...this.clips, [which]: null};
        }}>${t('test.clip-drop')}</button>` : nothing}</fieldset>`;
  }

  decide(draft) {
    return html`<fieldset class="test-decision"><legend>${t('test.decision')}</legend>
      ${['', ...DECISIONS].map((one) => html`<label class="check"><input type="radio" name="decision" value=${one}
          .checked=${this.decision === one} @change=${() => { this.decision = one; }}> ${
          t(one ? `test.${one}` : 'test.decision-open')}</label>`)}
      ${this.decision ? html`<label>${t('test.why')}<textarea name="why" rows="2" maxlength="4000" dir="auto" required
          .value=${draft.why ?? ''}></textarea></label><label>${t('test.on')}<input type="date" name="on" required
          .value=${draft.on || today()}></label>` : nothing}</fieldset>`;
  }
}

/* Where this person is, not where the sun stands in Greenwich. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(
      (part) => String(part).padStart(2, '0')).join('-');
}

customElements.define('lw-test-form', LwTestForm);
