// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The wording nudge under the field where a note is written: the words, why, and another way to say
 * it. It never takes the keyboard, keeps nothing and tells nobody; whoever wants none turns it off,
 * and then it stays off in this browser.
 */
import {html, nothing} from '../lib/lit/index.js';
import {Element, say} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {recall, remember} from './keep.js';
import {checkWording, chooseRules, makeRules} from './wording.js';

const PAUSE_MS = 600; // nobody is interrupted in the midst of a word
const SHOWN_MOST = 5;
const FOLDER = new URL('../language/', import.meta.url);

let loading = null;

async function fetchJson(name) {
  const answer = await fetch(new URL(name, FOLDER));
  if (!answer.ok)
    throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

/* The rules of all languages; without a network they come from the service worker. */
function loadRules() {
  loading ??= fetchJson('index.json')
      .then((names) => Promise.all(names.map((name) => fetchJson(`${name}.json`))))
      .then((files) => files.map(makeRules))
      .catch(() => {
        loading = null; // the next note asks again
        return [];
      });
  return loading;
}

function preferred(all) {
  const wishes = [document.documentElement.lang, ...navigator.languages ?? [], 'en'];
  for (const wish of wishes) {
    const found = all.find(({language}) => language === wish.split('-')[0].toLowerCase());
    if (found)
      return found;
  }
  return all[0];
}

export function wordingIsOn() {
  return recall('wording') !== 'off';
}

export function turnWording(on) {
  remember('wording', on ? 'on' : 'off');
  window.dispatchEvent(new CustomEvent('lw-wording'));
}

class LwWording extends Element {
  static properties = {text: {}, marks: {state: true}, chosen: {state: true}};

  constructor() {
    super();
    this.marks = [];
    this.chosen = 0;
    this.onTurned = () => this.look();
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('lw-wording', this.onTurned);
    if (wordingIsOn())
      loadRules();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('lw-wording', this.onTurned);
    clearTimeout(this.timer);
  }

  willUpdate(changed) {
    if (!changed.has('text'))
      return;
    clearTimeout(this.timer);
    if (!this.text?.trim())
      this.marks = [];
    else
      this.timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    if (!wordingIsOn() || !this.text?.trim()) {
      this.marks = [];
      return;
    }
    const text = this.text;
    const all = await loadRules();
    if (!all.length || text !== this.text)
      return;
    const rules = chooseRules(all, text, preferred(all));
    const before = this.marks.map((mark) => this.keyOf(mark));
    const held = before[this.chosen];
    const marks = checkWording(rules, text).map((mark) => ({
      ...mark, words: text.slice(mark.start, mark.end).replace(/\s+/g, ' '), lang: rules.language}));
    // What is new is told; otherwise what she looks at stays.
    const fresh = marks.findIndex((mark) => !before.includes(this.keyOf(mark)));
    const same = marks.findIndex((mark) => this.keyOf(mark) === held);
    this.marks = marks;
    this.chosen = Math.max(0, fresh >= 0 ? fresh : same);
  }

  keyOf({kind, words}) {
    return `${kind} ${words}`;
  }

  choose(index) {
    this.chosen = index;
    const {start, end} = this.marks[index];
    this.emit('lw-show-words', {start, end});
  }

  turnOff() {
    turnWording(false);
    say(t('wording.off-now'), {label: t('note.undo'), run: () => turnWording(true)});
    this.emit('lw-show-words', null);
  }

  render() {
    const mark = this.marks[this.chosen];
    const first = Math.max(0, Math.min(this.chosen - SHOWN_MOST + 1, this.marks.length - SHOWN_MOST));
    // What is read out has to be there before its words are.
    return html`<div class="wording ${mark ? '' : 'empty'}">
      ${mark ? html`<div class="wording-words" role="group" aria-label=${t('wording.label')}>
        ${this.marks.slice(first, first + SHOWN_MOST).map((one, i) => html`<button type="button"
            class="flat small wording-word" aria-pressed=${first + i === this.chosen}
            title=${t('wording.show')} dir="auto"
            @click=${() => this.choose(first + i)}>${t('wording.words', {words: one.words})}</button>`)}
        <button type="button" class="flat small icon-only wording-off" @click=${this.turnOff}
            aria-label=${t('wording.turn-off')} title=${t('wording.turn-off')}>${icon('close')}</button>
      </div>` : nothing}
      <p class="wording-why" role="status" aria-live="polite" lang=${mark?.lang ?? nothing} dir="auto">${
        mark ? html`<span class="visually-hidden">${t('wording.words', {words: mark.words})}</span>
          ${mark.reason} <span class="wording-instead">${mark.instead}</span>`
             : nothing}</p>
    </div>`;
  }
}

customElements.define('lw-wording', LwWording);
