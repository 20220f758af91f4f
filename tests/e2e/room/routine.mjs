// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A walk begun with a routine, one of ours or a district's own:  node routine.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fill, openAs, openBrowser, press, setSize, text, until} from './browser.mjs';
import {phaseCases} from './phases.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';
import {turnCases} from './turns.mjs';

const [name] = process.argv.slice(2);
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const PICTURES = path.join(process.env.LESSONWALK_BUILD_ROOT, 'tests/e2e/pictures');
const lab = JSON.parse(readFileSync(
    path.join(here, '../../../annotations/protocols/learning-lab.json')));

const room = await Room.open();
const folder = mkdtempSync(path.join(tmpdir(), 'lw-routine-'));
const chosen = await openBrowser(name);
const {token} = await room.call(null, 'POST', 'sign-in/link', {code: room.code});
let page;

async function look(what, width, height = 860) {
  mkdirSync(PICTURES, {recursive: true});
  await setSize(page, width, height);
  await page.screenshot({path: path.join(PICTURES, `routine-${name}-${what}-${width}.png`)});
}

async function putFile(selector, file, content) {
  writeFileSync(path.join(folder, file), content);
  await (await page.$(selector)).uploadFile(path.join(folder, file));
}

const walkHere = () => room.call(token, 'GET', `walks/${page.url().split('#walk=')[1]}`);
const chosenTitle = () => text(page, '.choice.chosen b');

/* Of a page of its own, at every width. */
async function lookAt(at, what) {
  mkdirSync(PICTURES, {recursive: true});
  await at.bringToFront();
  for (const width of [390, 820, 1366]) {
    await setSize(at, width, 860);
    await at.screenshot({path: path.join(PICTURES, `phases-${name}-${what}-${width}.png`)});
  }
}

const failed = await run({
  async 'she chooses among the routines, and the usual one is chosen already'() {
    page = await openAs(chosen.browser, room, token);
    await press(page, '.empty .primary');
    await until(page, () => document.querySelectorAll('.choice').length === 12);
    assert.match(await chosenTitle(), /recorded lessons/);
    await look('choose', 1366);
    await look('choose', 390);
    await setSize(page, 1366, 860);
    await fill(page, 'lw-new-walk input[name=title]', 'Lab in March');
    await press(page, 'input[value="learning-lab@2"]');
    assert.equal(await chosenTitle(), lab.title);
    assert.match(await text(page, '.choice-phases'), /Coaching conversation → Pre-brief/);
    await press(page, 'lw-new-walk .dialog-end .primary');
    await page.waitForSelector('lw-walk .phase');
    assert.equal((await walkHere()).protocol, 'learning-lab@2');
  },

  async 'the walk shows its norms, and how each phase goes'() {
    await press(page, 'button.phase');
    await page.waitForSelector('lw-phase-dialog .routine');
    const said = await text(page, 'lw-phase-dialog dialog');
    for (const sentence of [...lab.norms, ...lab.checklist, '30 minutes, in pairs'])
      assert.ok(said.includes(sentence), sentence);
    await look('phases', 1366);
    await look('phases', 390);
    await setSize(page, 1366, 860);
  },

  async 'no later phase opens before focus and inquiry are set'() {
    await press(page, '[data-act=next-phase]');
    await page.waitForSelector('lw-phase-dialog [role=alert]');
    assert.match(await text(page, 'lw-phase-dialog [role=alert]'), /set the focus and the inquiry/);
    const {id} = await walkHere();
    await room.call(token, 'PATCH', `walks/${id}`, {focus: 'Reasons', inquiry: 'How do I press for them?'});
    await press(page, '[data-act=next-phase]');
    await until(page, () => document.querySelector('button.phase').textContent.includes('Pre-brief'));
    assert.equal((await walkHere()).phase, 'pre-brief');
  },

  async 'a file that is no routine is refused with what is wrong in it, and nothing is taken in'() {
    await page.evaluate(() => { location.hash = ''; });
    await press(page, '.page-head .primary');
    // What was left is not on the page any more.
    assert.equal(await page.$('lw-walk'), null);
    await until(page, () => document.querySelectorAll('.choice').length === 12);
    const wrong = {...lab, protocol: 'our-lab', phases: [{...lab.phases[0], minutes: -5}]};
    await putFile('lw-new-walk input[type=file]', 'wrong.json', JSON.stringify(wrong));
    await page.waitForSelector('lw-new-walk [role=alert]');
    assert.match(await text(page, 'lw-new-walk [role=alert]'), /phases\[0\]\.minutes must be 1 at least/);
    await look('wrong', 390);
    await setSize(page, 1366, 860);
    assert.equal((await room.call(token, 'GET', 'protocols')).protocols.length, 12);
  },

  async 'her district’s own routine is taken in, chosen, and followed'() {
    const own = {...lab, protocol: 'our-lab', title: 'Our own lab ـ مختبرنا',
                 norms: ['<img src=x onerror=alert(1)> is only text here.']};
    await putFile('lw-new-walk input[type=file]', 'own.json', `${JSON.stringify(own, null, 4)}\n`);
    await until(page, () => document.querySelectorAll('.choice').length === 13);
    await until(page, () => document.querySelector('.choice.chosen b')?.textContent.startsWith('Our own'));
    await fill(page, 'lw-new-walk input[name=title]', 'Ours');
    await press(page, 'lw-new-walk .dialog-end .primary');
    await page.waitForSelector('lw-walk .phase');
    await press(page, 'button.phase');
    await page.waitForSelector('lw-phase-dialog .routine');
    assert.match(await text(page, '.routine .points'), /^<img src=x/);
    assert.match((await walkHere()).protocol, /^our-lab@2\+[0-9a-f]{8}$/);
    assert.deepEqual(page.errors, []);
  },

  async 'a walker can read the routine, and cannot take one in'() {
    const {id} = await walkHere();
    const {url} = await room.call(token, 'POST', `walks/${id}/invitations`, {roles: ['walker']});
    const walker = await room.join(url, 'Ms. Birch');
    assert.equal((await room.call(walker.token, 'GET', `walks/${id}/protocol`)).protocol, 'our-lab');
    await assert.rejects(room.call(walker.token, 'POST', 'protocols', lab), /403/);
    await assert.rejects(room.call(walker.token, 'GET', 'protocols'), /403/);
  },
  ...phaseCases({room, chosen, token, look: lookAt}),
  ...turnCases({room, chosen, token, look: lookAt}),
}, async () => `${page?.errors} ${await page?.evaluate(() => document.body.innerText)}`);

await chosen.close();
await room.close();
rmSync(folder, {recursive: true, force: true});
process.exit(failed ? 1 : 0);
