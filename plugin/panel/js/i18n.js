// SPDX-License-Identifier: LGPL-2.1-or-later
/* Words in the reader's language, and the direction that it is read in. */
import {en, LANGUAGES} from './words.js';

const RIGHT_TO_LEFT = new Set(['ar', 'dv', 'fa', 'ckb', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi']);

let words = en;
let language = 'en';
let plural = new Intl.PluralRules('en');
let days = null, numbers = null; // made once: a page has thousands

/* Before anything is shown. "?lang=" and "?dir=" are for trying out what a layout does. */
export async function chooseLanguage() {
  const asked = new URLSearchParams(location.search);
  const wishes = [asked.get('lang'), ...(navigator.languages ?? [])].filter(Boolean);
  for (const wish of wishes) {
    const name = [wish, wish.split('-')[0]].find((one) => one in LANGUAGES);
    if (!name)
      continue;
    language = name;
    if (LANGUAGES[name])
      words = {...en, ...(await import(LANGUAGES[name])).default};
    break;
  }
  plural = new Intl.PluralRules(language);
  days = numbers = null;
  document.documentElement.lang = language;
  document.documentElement.dir =
      asked.get('dir') === 'rtl' || RIGHT_TO_LEFT.has(language.split('-')[0]) ? 'rtl' : 'ltr';
}

/* The sentence of @key, with what @fill names put in. */
export function t(key, fill = {}) {
  let text = words[key];
  if (text === undefined && 'count' in fill)
    text = words[`${key}.${plural.select(fill.count)}`] ?? words[`${key}.other`];
  if (text === undefined)
    return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => name in fill ? String(fill[name]) : whole);
}

export function number(value, options) {
  if (options)
    return new Intl.NumberFormat(language, options).format(value);
  numbers ??= new Intl.NumberFormat(language);
  return numbers.format(value);
}

export function bytes(value) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let i = 0;
  for (; value >= 1000 && i < units.length - 1; i++)
    value /= 1000;
  return number(value, {style: 'unit', unit: units[i], maximumFractionDigits: value < 10 ? 1 : 0});
}

export function list(items) {
  return new Intl.ListFormat(language, {type: 'conjunction'}).format(items);
}

export function day(rfc3339) {
  const date = new Date(rfc3339);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(language, {
    day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});
}

export function date(rfc3339) {
  const when = new Date(rfc3339);
  days ??= new Intl.DateTimeFormat(language, {day: 'numeric', month: 'long', year: 'numeric'});
  return Number.isNaN(when.getTime()) ? '' : days.format(when);
}
