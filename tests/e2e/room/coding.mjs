// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One small test of change from plan to the next cycle, by two people:  node coding.mjs chromium
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {fill, openAs, openBrowser, press, setSize, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {codesOf as keyed} from '../../../plugin/panel/js/coding/codes.js';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const film = process.env.LESSONWALK_FILM;
const PICTURES = path.join(process.env.LESSONWALK_BUILD_ROOT, 'tests/e2e/pictures');
const SECOND = 1e9;
const SIZES = [[390, 844], [820, 1180], [1366, 860]];

const room = await Room.open();
const chosen = await openBrowser(name);
const {token, person} = await room.call(null, 'POST', 'sign-in/link', {code: room.code});

/* A walk of the routine that codes, with a lesson of each of @titles. */
async function begin(walk, titles) {
  const call = (method, place, body) => room.call(token, method, `walks/${walk}${place}`, body);
  await call('PATCH', '', {focus: 'Students give reasons.', inquiry: 'How do I press for them?'});
  await call('PUT', `/members/${person}`, {roles: ['facilitator', 'host']});
  await call('PUT', '/me', {norms: true});
  const lessons = [];
  for (const title of titles) {
    const {visits} = await call('POST', '/visits', {host: person});
    const {segment} = await room.upload(token, walk, film, {visit: visits.at(-1).id, title, purpose: 'lesson'});
    lessons.push(segment);
  }
  return {call, lessons};
}

const {id: walk} = await room.call(token, 'POST', 'walks',
                                   {title: 'Pairs before the class', protocol: 'small-test-of-change@2'});
const {call, lessons: [monday, thursday]} = await begin(walk, ['Monday', 'Thursday']);
const {url} = await call('POST', '/invitations', {roles: ['walker']});
const birch = await room.join(url, 'Ms. Birch');
const open = (phase) => call('POST', '/phase', {phase});
const codesOf = async (as, of = walk) => (await room.call(as, 'GET', `walks/${of}/notes?kind=code`)).notes;
const place = (segment) => `walk=${walk}&segment=${segment}&view=code`;
const said = (page, words) => until(page, (wanted) =>
    document.querySelector('.coding-said')?.textContent.includes(wanted), words);

async function look(at, what, ...sizes) {
  mkdirSync(PICTURES, {recursive: true});
  for (const [width, height] of sizes) {
    await setSize(at, width, height);
    assert.deepEqual(await at.evaluate(() => ['html', '.bar', '.coding'].filter((one) =>
        document.querySelector(one).scrollWidth > document.querySelector(one).clientWidth + 1)), [], `${what} ${width}`);
    await at.screenshot({path: path.join(PICTURES, `coding-${name}-${what}-${width}.png`), fullPage: width < 600});
  }
  await setSize(at, 1366, 860);
}

/* To a lesson, on the tab that codes, when its film is there. */
async function goTo(page, segment, tab) {
  await page.evaluate((hash) => { location.hash = hash; }, place(segment));
  await press(page, `[data-tab=${tab}]`);
  await until(page, (id) => {
    const player = document.querySelector('lw-player');
    return player?.segment?.id === id && player.state === 'ready' && player.frame !== null && player.frames;
  }, segment);
}

/* Shows the frame at @seconds. */
async function seek(page, seconds) {
  await page.evaluate((at) => document.querySelector('lw-player').seek(at), Math.round(seconds * SECOND));
  await until(page, (at) => Math.abs(document.querySelector('lw-player').now() - at) < 4e7 &&
      !document.querySelector('video').seeking, Math.round(seconds * SECOND));
}

/* Presses each key at its second: [[seconds, key, what is then said]]. */
async function code(page, presses) {
  for (const [seconds, key, words] of presses) {
    await seek(page, seconds);
    await page.keyboard.press(key);
    await said(page, words);
  }
}

const items = async () => (await call('GET', '/tests')).walks.at(-1).items;
let alder, hers;

const failed = await run({
  'a sheet that names no keys, or more codes than there are keys, still has its buttons'() {
    const sheet = (n, keys) => ({id: 's', codes: Array.from({length: n}, (_, i) => ({id: `c${i}`, key: keys[i]}))});
    assert.deepEqual(keyed(sheet(4, [undefined, '1', undefined, 'x'])).map((code) => code.key), ['2', '1', '3', 'x']);
    const many = keyed(sheet(64, [])).map((code) => code.key);
    // Those that pin, play and step are nobody else's.
    assert.ok(![...'nwkioxlmcf'].some((key) => many.includes(key)));
    assert.equal(new Set(many.filter(Boolean)).size, many.filter(Boolean).length);
    assert.equal(many.at(-1), '');
  },

  async 'a test is planned with its prediction, its code and the clip before'() {
    await open('plan');
    alder = await openAs(chosen.browser, room, token, place(monday));
    hers = await openAs(await chosen.browser.createBrowserContext(), room, birch.token, place(monday));
    await setSize(alder, 1366, 860);
    await goTo(alder, monday, 'tests');
    await press(hers, '[data-tab=tests]');
    await look(alder, 'none', [390, 844], [1366, 860]);
    await press(alder, '[data-act=test-new]');
    await fill(alder, '.test-form textarea[name=change]', 'Pairs talk for a minute before the class does.');
    await fill(alder, '.test-form textarea[name=prediction]', 'Twice as many reasons. ضعف الأسباب');
    await alder.select('.test-form select[name=measure]', 'discussion/why');
    await press(alder, '[data-act=take-before]');
    await look(alder, 'plan', ...SIZES);
    // Half-written, it outlasts the page.
    await until(alder, () => document.querySelector('lw-walk').model.board.readTyped('test').then(
        (one) => one?.before && one.prediction.startsWith('Twice')));
    await alder.reload();
    await press(alder, '[data-tab=tests]');
    await until(alder, () => document.querySelector('.test-form textarea[name=prediction]')?.value.startsWith('Twice'));
    await press(alder, '.test-form .primary');
    // At once for the other.
    await until(hers, () => document.querySelector('.test .test-change')?.textContent.startsWith('Pairs talk'));
    const [test] = await items();
    assert.deepEqual([test.cycle, test.measure, test.before.segment], [1, 'discussion/why', monday]);
    assert.equal(test.fixed, undefined);
  },

  async 'once it is tried the prediction stays, and is read by all'() {
    await open('try');
    await until(hers, () => document.querySelector('.test .fixed'));
    await until(hers, () => !document.querySelector('[data-act=test-edit]'));
    assert.match(await text(hers, '.test dl'), /Twice as many reasons/);
  },

  async 'two people code by keys, each alone'() {
    await open('code');
    await until(alder, () => document.querySelector('button.phase').textContent.includes('Code'));
    await goTo(alder, monday, 'code');
    await goTo(hers, monday, 'code');
    await code(alder, [[1, '2', 'why it works, at 0:01'], [6, '2', 'at 0:06'], [2, '7', 'begins at 0:02']]);
    assert.equal(await alder.$eval('[data-code=pairs]', (one) => one.getAttribute('aria-pressed')), 'true');
    await look(alder, 'running', ...SIZES);
    await code(alder, [[5, '7', 'after 0:03'], [3, '8', 'begins at 0:03']]);
    await seek(alder, 9);
    await alder.keyboard.press('Escape');
    await said(alder, 'ends at 0:09');
    await code(hers, [[1, '2', 'at 0:01'], [8, '4', 'at 0:08'], [2, '7', 'begins at 0:02'], [6, '7', 'after 0:04']]);
    assert.equal((await codesOf(birch.token)).length, 3);
    assert.equal((await codesOf(token)).length, 4);
    assert.ok((await codesOf(birch.token)).every(({author}) => author === birch.person));
    assert.equal(await text(alder, '[data-total=why] td'), '2');
    assert.equal(await hers.$('[data-tab=compare]'), null);
  },

  async 'a code is taken back, deleted and changed, and no key is stolen while one types'() {
    await seek(alder, 4);
    await press(alder, '[data-code=explains]');
    await said(alder, 'explains how, at 0:04');
    await until(alder, () => document.querySelectorAll('.code-row').length === 5);
    await press(alder, '[data-act=code-undo]');
    await until(alder, () => document.querySelectorAll('.code-row').length === 4);
    await press(alder, '.code-row:last-child [data-act=code-delete]');
    await until(alder, () => document.querySelectorAll('.code-row').length === 3);
    await press(alder, '[data-act=code-undo]');
    await until(alder, () => document.querySelectorAll('.code-row').length === 4);
    await press(alder, '.code-row:first-child .icon-only');
    await fill(alder, '.code-edit input[name=text]', '1 of 2, then 7');
    await look(alder, 'edit', [1366, 860]);
    await alder.keyboard.press('Enter');
    await until(alder, () => document.querySelector('.code-row .hint')?.textContent === '1 of 2, then 7');
    await until(alder, () => !document.querySelector('.code-row .kept-here'));
    assert.equal((await codesOf(token)).length, 4);
  },

  async 'the second lesson is coded as it plays'() {
    await goTo(alder, thursday, 'code');
    await goTo(hers, thursday, 'code');
    await code(alder, [[1, '2', 'at 0:01'], [3, '2', 'at 0:03'], [5, '2', 'at 0:05'], [7, '2', 'at 0:07']]);
    await code(hers, [[1, '2', 'at 0:01'], [3, '2', 'at 0:03'], [5, '2', 'at 0:05'], [7, '2', 'at 0:07']]);
    // What runs at the end of the film ends there.
    await seek(alder, 9);
    await alder.keyboard.press('8');
    await said(alder, 'begins at 0:09');
    await alder.keyboard.press(' ');
    await said(alder, 'ends at 0:09');
    await until(alder, () => document.querySelector('[data-code=whole-class]').getAttribute('aria-pressed') === 'false');
  },

  async 'where two differ is told, and plays; it is the room’s kappa'() {
    await open('quantify');
    await goTo(alder, monday, 'code');
    await press(alder, '[data-tab=compare]');
    await alder.select('.agreement select[name=window]', '1000');
    const shown = await room.call(token, 'GET',
        `segments/${monday}/agreement?sheet=discussion&a=${person}&b=${birch.person}&window_ms=1000`);
    // Until then the answer to stretches of another length is there, perhaps with as many differences.
    await until(alder, () => /0\.62\s*90%/.test(document.querySelector('.agree-table [data-code=why]')?.textContent));
    assert.equal(await alder.$$eval('.agree-list li', (all) => all.length), shown.differences.length);
    const why = shown.codes.find((one) => one.code === 'why');
    // Two of ten stretches by one, one of them by the other.
    assert.deepEqual([why.both, why.only_a, why.only_b, why.neither], [1, 1, 0, 8]);
    assert.ok(Math.abs(why.kappa - (0.9 - 0.74) / (1 - 0.74)) < 1e-9, why.kappa);
    assert.match(await text(alder, '.agree-overall'), new RegExp(`Kappa ${shown.overall.kappa.toFixed(2)}`));
    await look(alder, 'compare', ...SIZES);
    const at = shown.differences.at(-1).start;
    await press(alder, '.agree-list li:last-child .time');
    await until(alder, (from) => document.querySelector('lw-player').now() >= from, at);
    await alder.$eval('video', (video) => video.pause());
  },

  async 'before and after play side by side from their starts'() {
    await goTo(alder, thursday, 'tests');
    await press(alder, '[data-act=test-edit]');
    assert.equal(await alder.$('.test-form textarea[name=prediction]'), null);
    await press(alder, '[data-act=take-after]');
    await press(alder, '.test-form .primary');
    await press(alder, '[data-act=side-by-side]');
    await until(alder, () => document.querySelectorAll('.side video').length === 2 &&
        [...document.querySelectorAll('.side video')].every((video) => video.readyState >= 3));
    await alder.keyboard.press('Home');
    await press(alder, '[data-act=side-play]');
    await until(alder, () => [...document.querySelectorAll('.side video')].every((video) => video.currentTime > 0.3));
    await alder.$eval('.sides', (one) => one.closest('dialog').focus());
    await alder.keyboard.press('k');
    await until(alder, () => [...document.querySelectorAll('.side video')].every((video) => video.paused));
    assert.equal(await alder.$$eval('.side video', (all) => all.filter((video) => video.muted).length), 1);
    await look(alder, 'side-by-side', ...SIZES);
    await press(alder, '.side-by-side .dialog-close');
  },

  async 'what was found stands beside the prediction, and is decided on'() {
    await press(alder, '[data-act=test-edit]');
    await fill(alder, '.test-form textarea[name=found]', 'From nine a minute to twenty-four.');
    await fill(alder, '.test-form textarea[name=compared]', 'More than twice.');
    await fill(alder, '.test-form textarea[name=remark]', 'We hoped for less than we saw.');
    await alder.$eval('.test-form input[value=adapt]', (one) => one.click());
    await fill(alder, '.test-form textarea[name=why]', 'A minute was too long for some.');
    await look(alder, 'decide', [390, 844], [1366, 860]);
    await press(alder, '.test-form .primary');
    await press(hers, '[data-tab=tests]');
    await until(hers, () => document.querySelector('.test .decision')?.textContent === 'Adapt');
    assert.match(await text(hers, '.test dl'), /Twice as many reasons.*We hoped for less/);
    await until(alder, () => document.querySelectorAll('.test-chart .run-mark').length === 2);
    await look(alder, 'decided', ...SIZES);
  },

  async 'the next walk goes on with it: its chart has every cycle'() {
    const {id: next} = await room.call(token, 'POST', `walks/${walk}/next`, {});
    const on = await begin(next, ['A week later']);
    await on.call('POST', '/phase', {phase: 'plan'});
    await alder.evaluate((hash) => { location.hash = hash; }, `walk=${next}&view=code`);
    await press(alder, '[data-tab=tests]');
    await until(alder, () => document.querySelector('.tests-before summary'));
    await press(alder, '[data-act=test-new]');
    // It begins where the last one ended.
    assert.match(await text(alder, '.test-clip[data-which=before]'), /0:00 – 0:/);
    await fill(alder, '.test-form textarea[name=change]', 'Half a minute in pairs.');
    await press(alder, '[data-act=take-after]');
    await press(alder, '.test-form .primary');
    await until(alder, () => document.querySelector('.test[data-cycle="2"] .test-change')?.textContent.startsWith('Half'));
    await until(alder, () => document.querySelectorAll('.test-chart tbody tr').length === 3);
    const {id: track} = await room.call(token, 'POST', `segments/${on.lessons[0]}/track`, {});
    const changes = [1, 2, 4, 6, 8].map((at) => ({op: 'put', note: {
      id: randomUUID(), track, kind: 'code', start: at * SECOND, end: at * SECOND, tags: ['discussion/why']}}));
    await room.call(token, 'POST', `walks/${next}/changes`, {changes});
    await until(alder, () => document.querySelectorAll('.test-chart .run-mark').length === 3);
    const values = await alder.$$eval('.test-chart tbody tr', (all) => all.map((row) =>
        Number(row.querySelector('td').textContent)));
    // A minute, of ten seconds each: of the first two clips the mean of two coders.
    assert.deepEqual(values, [9, 24, 30]);
    await look(alder, 'cycles', ...SIZES);
    // A routine that tests and has no code sheet is nothing but its tests.
    const {id: network} = await room.call(token, 'POST', 'walks', {title: 'Network', protocol: 'improvement-network@2'});
    await alder.evaluate((hash) => { location.hash = hash; }, `walk=${network}&view=code`);
    await until(alder, () => document.querySelector('.tests .empty'));
    assert.equal(await alder.$('.coding-tabs'), null);
    await look(alder, 'network', [1366, 860]);
    await alder.evaluate((hash) => { location.hash = hash; }, `walk=${next}&view=code`);
    await press(alder, '[data-tab=tests]');
    await until(alder, () => document.querySelectorAll('.test-chart .run-mark').length === 3);
    await alder.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
    await look(alder, 'dark', [390, 844], [1366, 860]);
    assert.deepEqual(alder.errors, []);
    assert.deepEqual(hers.errors, []);
  },
}, async () => `${alder?.errors} ${hers?.errors} ${await alder?.evaluate(() => document.body.innerText)}`);

await chosen.close();
await room.close();
process.exit(failed ? 1 : 0);
