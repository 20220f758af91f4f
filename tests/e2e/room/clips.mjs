// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Clips, their links and the page that a link opens:  node clips.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {fill, openAs, openBrowser, openPage, press, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const DAY_MS = 24 * 60 * 60 * 1000;
const NAME = 'صديقة المعلمة';

const room = await Room.open();
const lesson = await room.beginWalk(process.env.LESSONWALK_FILM);
const {token, walk, segment} = lesson;
const chosen = await openBrowser(name);
const {browser} = chosen;
const shareUrl = (at) => at.$eval('lw-shares input[readonly]', (input) => input.value);
const clips = async () => (await room.call(token, 'GET', `segments/${segment}/clips`)).clips;
let page, guest, link, asked = [];

async function write(as, start, words, end = start, kind = 'noticing') {
  const {id: track} = await room.call(as, 'POST', `segments/${segment}/track`, {});
  const {results} = await room.call(as, 'POST', `walks/${walk}/changes`, {changes: [{op: 'put', note:
    {id: randomUUID(), track, kind, start, end, text: words}}]});
  assert.equal(results[0].status, 'kept', JSON.stringify(results));
}

/* What a link that opens nothing says to somebody who presses the button. */
async function deadWords(context, url) {
  const at = await openPage(context, url);
  await press(at, 'button.primary');
  await at.waitForSelector('[role=alert]');
  const words = await text(at, 'main');
  await at.close();
  return words;
}

const failed = await run({
  'the teacher marks a range and makes a clip of it, by the keyboard alone': async () => {
    await write(token, 2.5e9, 'Hers, within the clip.');
    await write(token, 8e9, 'Hers, outside of it.', 9e9);
    page = await openAs(browser, room, token, `walk=${walk}`);
    await until(page, () => document.querySelector('video')?.readyState >= 2);
    const seek = (ns) => page.evaluate((time) => document.querySelector('lw-player').seek(time), ns);
    const at = (ns) => until(page, (time) =>
        Math.abs(document.querySelector('lw-player').now() - time) < 0.1e9, ns);
    await page.focus('.scrub');
    await seek(2e9);
    await at(2e9);
    await page.keyboard.press('i');
    await seek(4e9);
    await at(4e9);
    await page.keyboard.press('o');
    await page.focus('.range-chip [data-act=clip]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('lw-clips-dialog dialog[open] [name=title]:focus');
    await page.keyboard.type('Both are missing one piece');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.clip-row[data-state=ready]');
    const [clip] = await clips();
    assert.equal(clip.title, 'Both are missing one piece');
    assert.ok(Math.abs(clip.start - 2e9) < 0.1e9 && Math.abs(clip.end - 4e9) < 0.1e9,
              JSON.stringify(clip));
    await until(page, () => /is made/.test(document.querySelector('dialog[open] .said').textContent));
  },

  'a link is for somebody, for fourteen days unless she says otherwise, and shown once': async () => {
    await page.focus('lw-shares [name=audience]');
    await page.keyboard.type('Grade 5 team');
    await page.keyboard.press('Enter');
    await page.waitForSelector('lw-shares input[readonly]:focus');
    link = await shareUrl(page);
    assert.match(link, /\/panel\/clip\.html#[\w-]{20,}$/);
    const [{shares: [share]}] = await clips();
    assert.equal(share.audience, 'Grade 5 team');
    assert.equal(share.views_left, undefined);
    const days = (Date.parse(share.expires) - Date.parse(share.created)) / DAY_MS;
    assert.ok(Math.abs(days - 14) < 0.01, `${days} days`);
    await press(page, 'lw-shares .dialog-end button.primary');
    await until(page, () => /link is/.test(document.querySelector('lw-clips-dialog .said').textContent));
    assert.equal(await page.evaluate(() => String(getSelection())) ||
                 await page.evaluate(() => document.activeElement.value ?? ''), link);
  },

  'the link opens the range and the teacher’s notes on it, and asks for nothing else': async () => {
    guest = await openPage(await browser.createBrowserContext());
    guest.on('request', (request) => asked.push(request.url()));
    await guest.goto(link);
    await guest.waitForSelector('button.primary');
    assert.ok(!asked.some((url) => url.includes('shared/open')), 'a view was counted too early');
    await fill(guest, 'input[name=name]', NAME);
    await guest.keyboard.press('Enter');
    await until(guest, () => document.querySelector('video')?.readyState >= 2);
    const seconds = await guest.$eval('video', (video) => video.duration);
    assert.ok(seconds > 1.8 && seconds < 2.3, `${seconds} s of film`);
    assert.equal(await text(guest, 'h1'), 'Both are missing one piece');
    assert.deepEqual(await guest.$$eval('.note-text', (all) => all.map((one) => one.textContent)),
                     ['Hers, within the clip.']);
    await guest.$eval('.time', (button) => button.click());
    await until(guest, () => Math.abs(document.querySelector('video').currentTime - 0.5) < 0.2);
  },

  'what is answered there reaches the teacher, with who opened it and when': async () => {
    await fill(guest, 'textarea', 'How did <b>they</b> find out?');
    await press(guest, 'input[name=at]');
    await press(guest, '.clip form button.primary');
    await until(guest, () => /reached the teacher/.test(document.querySelector('.clip [role=status]')
        .textContent));
    assert.equal(await guest.$eval('textarea', (field) => field.value), '');
    await until(page, () => document.querySelector('lw-shares .note-text'));
    assert.equal(await text(page, 'lw-shares .note-text'), 'How did <b>they</b> find out?');
    await page.$eval('lw-shares summary', (one) => one.click());
    await until(page, (who) => document.querySelector('.view bdi').textContent === who, NAME);
    assert.match(await text(page, '.view .calm'), /\d/);
    const origin = new URL(room.url).origin;
    const [{id: clip}] = await clips();
    const strange = asked.filter((url) => !url.startsWith('data:') &&
        !url.startsWith(`${origin}/panel/`) && url !== `${origin}/api/shared/open` &&
        url !== `${origin}/api/shared/reply` && !url.startsWith(`${origin}/media/clip/${clip}?`));
    assert.deepEqual(strange, []);
    assert.ok(asked.some((url) => url.includes('/media/clip/')));
    assert.ok(!asked.some((url) => url.includes(segment)));
    assert.deepEqual(guest.errors, []);
  },

  'an answer’s moment leads to it in the lesson': async () => {
    await page.$eval('lw-shares .note-by .time', (button) => button.click());
    await until(page, () => !document.querySelector('dialog[open]') &&
        Math.abs(document.querySelector('lw-player').now() - 2.5e9) < 0.3e9);
  },

  'expired, used up, taken back and unknown links get one and the same answer': async () => {
    const [{id: clip}] = await clips();
    const make = async (wish) => (await room.call(token, 'POST', `clips/${clip}/shares`,
                                                  {audience: 'For a moment', ...wish})).url;
    const soon = Date.now() + 1500;
    const expired = await make({expires: new Date(soon).toISOString()});
    const usedUp = await make({views: 1});
    await room.call(null, 'POST', 'shared/open', {token: usedUp.split('#')[1]});
    await press(page, '.bar .menu summary');
    await press(page, '[data-act=clips]');
    await press(page, '.clip-open');
    await press(page, '.share[data-state=open] button[aria-label$="Grade 5 team"]');
    await until(page, () => [...document.querySelectorAll('.share')].some(
        (one) => /Grade 5 team.*taken back/s.test(one.textContent)));
    await sleep(Math.max(0, soon + 200 - Date.now()));
    const all = [];
    const context = await browser.createBrowserContext();
    for (const url of [link, expired, usedUp, `${room.url}/panel/clip.html#${'A'.repeat(43)}`])
      all.push(await deadWords(context, url));
    assert.match(all[0], /opens nothing/);
    assert.equal(new Set(all).size, 1, all.join('\n'));
    // Whoever had it open sees no more of it either.
    assert.equal(await guest.$eval('video', async (video) => (await fetch(video.src)).status), 404);
    await until(page, () => document.querySelectorAll('.share.over').length === 3);
  },

  'what is wrong with a clip is said in a sentence beside it': async () => {
    await fill(page, 'lw-clips-dialog [name=start]', 'soon');
    await fill(page, 'lw-clips-dialog [name=end]', '0:05,5');
    await fill(page, 'lw-clips-dialog [name=title]', 'Too late');
    await press(page, '.clip-form button.primary');
    assert.match(await page.$eval('[name=start]', (field) => field.validationMessage), /like 2:07/);
    await fill(page, 'lw-clips-dialog [name=start]', '9:00');
    assert.match(await page.$eval('[name=end]', (field) => field.validationMessage), /later end/);
    await fill(page, 'lw-clips-dialog [name=end]', '9:05');
    await press(page, '.clip-form button.primary');
    await until(page, () => /within the lesson/.test(
        document.querySelector('lw-clips-dialog dialog > [role=alert]')?.textContent));
    assert.equal((await clips()).length, 1);
    assert.equal(await page.$eval('.clip-form [name=title]', (field) => field.value), 'Too late');
  },

  'a note’s range becomes a clip; a deleted clip and its answers are gone': async () => {
    await press(page, 'lw-clips-dialog .dialog-close');
    await page.evaluate(() => [...document.querySelectorAll('.note')].find(
        (one) => one.textContent.includes('outside')).querySelector('[aria-label^=More]').click());
    await press(page, 'lw-note-dialog [data-act=clip]');
    await page.waitForSelector('lw-clips-dialog dialog[open]');
    assert.deepEqual(await page.$$eval('.clip-form .pair input', (all) => all.map((one) => one.value)),
                     ['0:08', '0:09']);
    await page.keyboard.type('Second');
    await page.keyboard.press('Enter');
    await until(page, () => document.querySelectorAll('.clip-row[data-state=ready]').length === 2);
    await page.$eval('.clip-row:last-child .clip-head button:last-child', (one) => one.click());
    assert.match(await text(page, '[role=alertdialog]'), /replies .* cannot be undone/);
    await press(page, '[role=alertdialog] .danger');
    await until(page, () => document.querySelectorAll('.clip-row').length === 1);
    assert.deepEqual((await clips()).map((one) => one.title), ['Second']);
  },

  'others see no way to clips': async () => {
    const walker = await room.join(lesson.invitation, 'Ines Okafor');
    const at = await openAs(await browser.createBrowserContext(), room, walker.token,
                            `walk=${walk}`);
    await at.waitForSelector('.pin.noticing');
    assert.equal(await at.$('lw-clips-dialog, [data-act=clips], [aria-label^="More to do"]'), null);
    await at.close();
  },

  'every control of it has a name, and nothing broke on the way': async () => {
    const nameless = await page.$$eval('dialog[open] :is(button, input, summary)', (all) =>
      all.filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() ||
          [...one.labels ?? []].map((label) => label.textContent.trim()).join('')))
        .map((one) => one.outerHTML));
    assert.deepEqual(nameless, []);
    assert.deepEqual([...page.errors, ...guest.errors], []);
  },
}, () => page.evaluate(() => JSON.stringify({said: document.querySelector('dialog[open] .said')
  ?.textContent, page: document.body.innerText.slice(0, 2500)})));

await chosen.close();
await room.close();
process.exit(failed ? 1 : 0);
