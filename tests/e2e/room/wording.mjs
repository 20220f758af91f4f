// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The wording nudge in the panel:  node wording.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';
import {openAs, openBrowser, press, setSize, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const room = await Room.open();
const {token, walk, segment} = await room.beginWalk(process.env.LESSONWALK_FILM);
const chosen = await openBrowser(name);
const {browser} = chosen;
const PRAISED = 'Great job with the questions.';
let page;

const words = () => page.$$eval('.wording-word', (all) => all.map((one) => one.textContent));
const marked = (...wanted) => until(page, (all) => JSON.stringify(
    [...document.querySelectorAll('.wording-word')].map((one) => one.textContent)) === all,
    JSON.stringify(wanted.map((one) => `“${one}”`)));
const textTop = () => page.$eval('.composer textarea', (area) => area.getBoundingClientRect().top);
const isWriting = () => page.evaluate(() => document.activeElement === document.querySelector('.composer textarea'));

async function begin(key) {
  await page.focus('.scrub');
  await page.keyboard.press(key);
  await page.waitForSelector('.composer textarea:focus');
}

async function writeAnew(note) {
  await page.$eval('.composer textarea', (area) => area.select());
  await page.keyboard.type(note);
}

const failed = await run({
  'praise is marked under the note, with the reason, and the keyboard stays in it': async () => {
    page = await openAs(browser, room, token, `walk=${walk}`);
    await until(page, () => document.querySelector('video')?.readyState >= 2);
    await begin('n');
    const top = await textTop();
    await page.keyboard.type(PRAISED);
    await marked('Great job');
    assert.ok(await isWriting());
    assert.equal(await textTop(), top);
    assert.match(await text(page, '.wording-why'), /praise.*Say what you saw/i);
    assert.equal(await page.$eval('.wording-why', (one) => one.getAttribute('aria-live')), 'polite');
    await page.keyboard.type(' The class was bored.');
    await marked('Great job', 'class was bored');
    assert.match(await text(page, '.wording-why'), /thinks, feels or wants/);
    assert.equal(await page.$eval('.composer textarea', (area) => area.value),
                 `${PRAISED} The class was bored.`);
  },

  'the keyboard reaches the words, and shows them in the note': async () => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '“Great job”');
    await page.keyboard.press('Enter');
    assert.ok(await isWriting());
    assert.equal(await page.$eval('.composer textarea', (area) =>
        area.value.slice(area.selectionStart, area.selectionEnd)), 'Great job');
    assert.match(await text(page, '.wording-why'), /praise/i);
  },

  'what was said or done is not marked, nor what is only asked': async () => {
    for (const note of ['The teacher said great job to three students.', 'T: “You should check it.”',
                        'She praised Noor and told the class to sit.']) {
      await writeAnew('Great job');
      await marked('Great job');
      await writeAnew(note);
      await marked();
    }
  },

  'a note is kept as it is written, and nothing of its marks with it': async () => {
    await writeAnew(PRAISED);
    await marked('Great job');
    await page.keyboard.press('Enter');
    await until(page, () => document.querySelector('.note[data-state=room]'));
    const {notes} = await room.call(token, 'GET', `walks/${walk}/notes`);
    assert.deepEqual(notes.map((note) => note.text), [PRAISED]);
    assert.doesNotMatch(JSON.stringify(notes), /praise|wording|mark/);
    const kept = await page.evaluate(async () => {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open('lessonwalk');
        opening.onsuccess = () => resolve(opening.result);
      });
      const all = [JSON.stringify(localStorage)];
      for (const store of database.objectStoreNames) {
        const asking = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => { asking.onsuccess = resolve; });
        // What the walk says to everybody is not about her words.
        all.push(JSON.stringify(asking.result.map(({protocol, ...rest}) => rest)));
      }
      database.close();
      return all.join('\n');
    });
    assert.match(kept, /lessonwalk/);
    assert.doesNotMatch(kept, /praise|wording/);
  },

  'a note that is changed is looked at as well': async () => {
    await page.focus('.note[tabindex="0"]');
    await page.keyboard.press('F2');
    await page.waitForSelector('.composer textarea:focus');
    await marked('Great job');
    await page.keyboard.press('Escape');
  },

  'without the network it goes on': async () => {
    await until(page, () => navigator.serviceWorker?.controller);
    room.wire.set(true);
    await page.reload();
    await page.waitForSelector('.scrub');
    await begin('w');
    await page.keyboard.type('The lesson was boring.');
    await marked('was boring');
    room.wire.set(false);
  },

  'turned off, it stays off after a reload, until the menu turns it on': async () => {
    await press(page, '.wording-off');
    await marked();
    assert.ok(await isWriting());
    await page.keyboard.type(' Excellent!');
    await sleep(1500);
    assert.deepEqual(await words(), []);
    await page.keyboard.press('Escape');
    await page.reload();
    await page.waitForSelector('.draft button');
    await press(page, '.draft button');
    await page.waitForSelector('.composer textarea:focus');
    await sleep(1500);
    assert.deepEqual(await words(), []);
    await press(page, '.bar .menu summary');
    await press(page, '[name=wording]');
    await marked('was boring', 'Excellent');
  },

  'a phone and a desktop hold it, in both directions': async () => {
    for (const direction of ['rtl', 'ltr']) {
      await page.goto(`${room.url}/panel/?dir=${direction}#walk=${walk}&segment=${segment}`);
      await press(page, '.draft button');
      await marked('was boring', 'Excellent');
      for (const [width, height] of [[390, 844], [1366, 768]]) {
        await setSize(page, width, height);
        await sleep(300);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        const box = await page.$eval('.wording', (one) => {
          const {left, right, height: tall} = one.getBoundingClientRect();
          return left >= 0 && right <= innerWidth && tall > 0;
        });
        assert.ok(box, `${direction} ${width}`);
      }
    }
    assert.deepEqual(page.errors, []);
  },
}, () => page.evaluate(() => document.querySelector('.composer')?.outerHTML));

await chosen.close();
await room.close();
process.exit(failed ? 1 : 0);
