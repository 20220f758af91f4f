// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the page of trends asks the room for, and what it makes of the answers. */
import {room} from '../room.js';

export function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

/* Keeps one practice or trend; the item that stands then. Rejects with the room's sentence. */
export async function keepItem(item) {
  const {results: [result]} = await room.post('trends', {changes: [{...item, edited: new Date().toISOString()}]});
  if (result.status !== 'kept')
    throw new Error(result.message ?? '');
  return result.item;
}

/* Through the browser's own saving: the address needs the session's header, which a link has not. */
export async function saveTable(path, name) {
  const answer = await fetch(`../api/${path}`, {headers: {Authorization: `Bearer ${room.token}`}, cache: 'no-store'});
  if (!answer.ok)
    throw new Error((await answer.json().catch(() => null))?.error?.message ?? '');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/* Runs of minutes that no lens noted, as [from, to], both in it; minutes count from 1 for people. */
export function emptyRuns({minutes, lenses}) {
  const runs = [];
  for (let i = 0; i < minutes; i++) {
    if (lenses.some((lens) => lens.minutes[i] > 0))
      continue;
    const last = runs.at(-1);
    if (last && last[1] === i)
      last[1] = i + 1;
    else
      runs.push([i + 1, i + 1]);
  }
  return runs;
}

const plain = (text) => text.normalize('NFKC').toLowerCase().replace(/[\s.;,]+/gu, ' ').trim();

/* What was put into a plan, taken out of it, and goes on: [{text}] each. A step goes on when the next
 * round's step says that it comes from it, or in the same words. */
export function planChanges(before, after) {
  const left = [...before];
  const put = [], stays = [];
  for (const line of after) {
    let at = left.findIndex((one) => line.from && one.id === line.from);
    if (at < 0)
      at = left.findIndex((one) => plain(one.text) === plain(line.text));
    if (at < 0) {
      put.push(line);
    } else {
      stays.push({...line, was: left[at].text});
      left.splice(at, 1);
    }
  }
  return {put, out: left, stays};
}

/* Lines of a chart, one a lens, over the rounds; null where the round has no notes at all. */
export function lensLines(rounds, nameless) {
  const names = new Map();
  for (const round of rounds) {
    for (const {lens, name} of round.lenses)
      names.set(lens ?? '', name || nameless);
  }
  return [...names].sort((a, b) => a[1].localeCompare(b[1])).map(([id, name]) => ({
    name, values: rounds.map((round) => round.lenses.length
      ? round.lenses.find(({lens}) => (lens ?? '') === id)?.noticings ?? 0 : null)}));
}
