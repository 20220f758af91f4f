// SPDX-License-Identifier: LGPL-2.1-or-later
/* Code sheets of a routine, their keys, and what was put by them. Pure. */
import {SECOND} from '../time.js';

/* Those that the player and the page do not have themselves. */
const SPARE_KEYS = '1234567890qertyuasdghjzvbp';

export function sheetsOf(protocol) {
  return protocol?.code_sheets ?? [];
}

/* Whether small tests of change are written in this routine. */
export function hasTests(protocol) {
  return Boolean(protocol?.tests) || sheetsOf(protocol).length > 0;
}

/* {id, title, measure, key, tag} of each code. A sheet that names no keys gets those that are free;
 * where these run out, a code has none and is put by its button. */
export function codesOf(sheet) {
  const taken = new Set(sheet.codes.map((code) => code.key).filter(Boolean));
  const spare = [...SPARE_KEYS].filter((key) => !taken.has(key));
  return sheet.codes.map((code) => ({...code, key: code.key ?? spare.shift() ?? '',
                                     tag: `${sheet.id}/${code.id}`}));
}

/* The title of "SHEET/CODE", or null. */
export function titleOf(protocol, tag) {
  return findCode(protocol, tag)?.title ?? null;
}

export function findCode(protocol, tag) {
  const [id, code] = (tag ?? '').split('/');
  return sheetsOf(protocol).find((sheet) => sheet.id === id)?.codes.find((one) => one.id === code) ?? null;
}

export const lasts = (code) => code?.measure === 'duration';

/* What has begun and not ended: a code that lasts, on a moment. */
export const isRunning = (note, code) => lasts(code) && note.end === note.start;

/* Of @notes, all of one code: how many, how long, and how often or how long a minute of @length. */
export function totalOf(code, notes, length) {
  const lasted = notes.reduce((sum, note) => sum + note.end - note.start, 0);
  const minutes = length / SECOND / 60;
  const amount = lasts(code) ? lasted / SECOND : notes.length;
  return {count: notes.length, lasted, running: notes.filter((note) => isRunning(note, code)).length,
          perMinute: minutes > 0 ? amount / minutes : null};
}
