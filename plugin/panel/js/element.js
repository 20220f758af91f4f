// SPDX-License-Identifier: LGPL-2.1-or-later
/* What all elements of the panel share: no shadow, so that one style sheet, labels and keys reach
 * everywhere; styles only through the object model, as the CSP refuses style attributes. */
import {LitElement} from '../lib/lit/index.js';
import {Directive, directive, PartType} from '../lib/lit/directive.js';
import {noChange} from '../lib/lit/index.js';
import {t} from './i18n.js';

export class Element extends LitElement {
  createRenderRoot() {
    return this;
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail, bubbles: true}));
  }
}

/* One that paints() what it shows, and again when its size is another. */
export class Painted extends Element {
  connectedCallback() {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }
}

class Place extends Directive {
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT)
      throw new Error('place() stands inside a tag');
  }

  update(part, [styles]) {
    for (const [name, value] of Object.entries(styles))
      part.element.style.setProperty(name, value);
    return noChange;
  }

  render() {
    return noChange;
  }
}

/* <div ${place({'inset-inline-start': '10%'})}> */
export const place = directive(Place);

/* Says a sentence to everybody: shown for a while, and read out. @action: {label, run}. Over a page
 * lies what is modal, and then nothing of the page is read out: dialogs have a place of their own. */
export function say(text, action = null) {
  const inside = document.querySelector('dialog[open] .said');
  if (inside && !action) {
    inside.textContent = text;
    return;
  }
  window.dispatchEvent(new CustomEvent('lw-say', {detail: {text, action}}));
}

/* To the clipboard, where the browser lets; else the words in @field are selected to be copied. */
export async function copyText(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    say(t('app.copied'));
  } catch {
    field.select();
    say(t('app.copy-failed'));
  }
}

/* Opens a <dialog> of this element when it is there; Escape and a click beside it close it. */
export function showDialog(dialog) {
  if (dialog.open)
    return;
  dialog.querySelector('.said')?.replaceChildren();
  dialog.showModal();
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog)
      dialog.close();
  });
}

export function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof Element_ && (target.isContentEditable ||
      target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=range])'));
}

const Element_ = globalThis.Element;
