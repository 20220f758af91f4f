// SPDX-License-Identifier: LGPL-2.1-or-later
/* The same as test-turn.c, by the panel's own reader: node turn.mjs ROOT */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

const [root] = process.argv.slice(2);
const source = readFileSync(`${root}/plugin/panel/js/clock/turn.js`, 'utf8');
const {turnAfter, turnAt} = await import(`data:text/javascript,${encodeURIComponent(source)}`);
const cases = JSON.parse(readFileSync(`${root}/tests/fixtures/walk-clock.json`, 'utf8'));
const visits = [{id: 'a'}, {id: 'b'}];

console.log(`1..${cases.length + 1}`);
for (const [i, {says, clock, durations, turn}] of cases.entries()) {
  const all = durations.map((duration_ms, id) => ({id, duration_ms}));
  assert.deepEqual(turnAt(clock, all, clock.ran_ms ?? 0), turn, says);
  console.log(`ok ${i + 1} - ${says}`);
}
assert.equal(turnAt({visit: 'c', left_ms: 1}, visits, 0), null);
assert.deepEqual(turnAfter({after_ms: 1}, visits, {visit: 0, writing: false}), {visit: 0, writing: true});
assert.deepEqual(turnAfter({after_ms: 1}, visits, {visit: 0, writing: true}), {visit: 1, writing: false});
assert.deepEqual(turnAfter({after_ms: 0}, visits, {visit: 0, writing: false}), {visit: 1, writing: false});
assert.equal(turnAfter({after_ms: 1}, visits, {visit: 1, writing: true}), null);
console.log(`ok ${cases.length + 1} - what comes after is what the clock comes to`);
