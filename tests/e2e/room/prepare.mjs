// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A walk is set up, and people go into it: norms, lens and intention before the first lesson:
 *   node prepare.mjs chromium
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {fill, openAs, openBrowser, press, setSize, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const PICTURES = path.join(process.env.LESSONWALK_BUILD_ROOT, 'tests/e2e/pictures');
const room = await Room.open();
const chosen = await openBrowser(name);
const {token, person: me} = await room.call(null, 'POST', 'sign-in/link', {code: room.code});
const practice = randomUUID();
let page, walk, walker, alder, asWalker;

/* At every width, light and dark. */
async function look(what) {
  mkdirSync(PICTURES, {recursive: true});
  await page.bringToFront();
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}]);
    for (const width of [390, 820, 1366]) {
      await setSize(page, width, 860);
      await page.screenshot({path: path.join(PICTURES, `prepare-${what}-${width}-${scheme}.png`)});
    }
  }
  await setSize(page, 1280, 860);
}

const mine = () => room.call(walker.token, 'GET', `walks/${walk}`);

/* Tab until the focus is on what @selector names, as somebody without a mouse does. */
async function tabTo(selector) {
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector))
      return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way to ${selector} by Tab`);
}

async function joinWithoutReading(url, who) {
  return room.call(null, 'POST', 'join', {code: url.split('#join=')[1], name: who});
}

/* As a picker of dates leaves it, in any language. */
async function choose(selector, value) {
  await page.$eval(selector, (input, to) => {
    input.value = to;
    input.dispatchEvent(new Event(input.localName === 'select' ? 'change' : 'input', {bubbles: true}));
  }, value);
}

const value = (field) => page.$eval(`lw-form-dialog [name=${field}]`, (one) => one.value);

async function countForms() {
  const {forms} = await room.call(token, 'GET', `walks/${walk}`);
  assert.equal(JSON.stringify(forms).includes(walker.person), false);
  return `${forms.lessons[0].handed_in} of ${forms.lessons[0].of}`;
}

const checked = () => page.$$eval('lw-setup-dialog .checklist .done span', (all) =>
    all.map((one) => one.textContent.trim()));

const failed = await run({
  async 'a facilitator sets the walk up on one page, which says what is still missing'() {
    ({id: walk} = await room.call(token, 'POST', 'walks', {title: 'Pressing for evidence',
                                                           protocol: 'live-walk@2'}));
    await room.call(token, 'PUT', `walks/${walk}/members/${me}`, {roles: ['facilitator', 'host']});
    await room.call(token, 'POST', 'trends', {changes: [{type: 'practice', id: practice, title: 'Giving reasons',
                                                        edited: new Date().toISOString()}]});
    page = alder = await openAs(chosen.browser, room, token, `walk=${walk}`);
    await press(page, '[data-act=set-up-here]');
    await page.waitForSelector('lw-setup-dialog dialog[open]');
    assert.deepEqual(await checked(), ['A host teacher']);
    assert.equal((await page.$$('lw-setup-dialog .checklist .needed')).length, 2);
    await look('set-up-empty');
    await fill(page, 'lw-setup-dialog [name=focus]', 'Students say how they know.');
    await fill(page, 'lw-setup-dialog [name=inquiry]', 'How am I pressing for it?');
    await fill(page, 'lw-setup-dialog [name=watch_for]', 'Who gives reasons\nHow long I wait');
    await fill(page, 'lw-setup-dialog [name=pd_session]', 'Talk moves, February');
    await fill(page, '.visit-row .visit-classroom input', 'Room 12');
    await fill(page, '.visit-row .visit-school input', 'Cedar School');
    await choose('.visit-row .visit-host select', me);
    await choose('.visit-row .visit-date input', '2031-03-04');
    await choose('.visit-row .visit-time input', '09:40');
    await choose('.visit-row .visit-minutes input', '12');
    // The second is to begin when the first has ended, and its row is reached by keys.
    await tabTo('[data-act=add-visit]');
    await page.keyboard.press('Enter');
    await until(page, () => document.querySelectorAll('.visit-row').length === 2);
    assert.equal(await page.$eval('.visit-row:last-child .visit-time input', (one) => one.value), '09:52');
    await fill(page, '.visit-row:last-child .visit-classroom input', 'Room 7');
    await look('set-up-filled');
    await press(page, 'lw-setup-dialog form .primary');
    await until(page, () => /set up as it stands/.test(document.querySelector('lw-setup-dialog .said').textContent) &&
        document.querySelectorAll('lw-setup-dialog .checklist .done').length === 6);
    const set = await room.call(token, 'GET', `walks/${walk}`);
    assert.deepEqual([set.focus, set.inquiry, set.watch_for, set.pd_session, set.focus_owner],
                     ['Students say how they know.', 'How am I pressing for it?',
                      ['Who gives reasons', 'How long I wait'], 'Talk moves, February', me]);
    assert.deepEqual(set.visits.map((one) => [one.classroom, one.school, one.host, one.duration_ms,
                                              new Date(one.planned).getTime()]), [
      ['Room 12', 'Cedar School', me, 720000, new Date('2031-03-04T09:40').getTime()],
      ['Room 7', 'Cedar School', undefined, 720000, new Date('2031-03-04T09:52').getTime()]]);
  },

  async 'an empty visit is taken out of the walk, and put back'() {
    await press(page, '.visit-row:first-child [data-act=drop-visit]');
    await until(page, () => document.querySelectorAll('.visit-row').length === 1 &&
        document.querySelector('[data-act=restore-visit]'));
    assert.equal((await room.call(token, 'GET', `walks/${walk}`)).visits[0].classroom, 'Room 7');
    await look('visit-removed');
    await press(page, '[data-act=restore-visit]');
    await until(page, () => document.querySelectorAll('.visit-row').length === 2);
    assert.deepEqual((await room.call(token, 'GET', `walks/${walk}`)).visits.map((one) => one.classroom),
                     ['Room 12', 'Room 7']);
  },

  async 'a visit is moved, and a link for each part is made'() {
    await choose('.visit-row:last-child .visit-time input', '10:15');
    await page.select('lw-setup-dialog [name=practice]', practice);
    await press(page, 'lw-setup-dialog form .primary');
    await until(page, (wanted) => Date.parse(
        document.querySelector('lw-walk').model.walk.visits[1].planned) === wanted,
                new Date('2031-03-04T10:15').getTime());
    assert.equal((await room.call(token, 'GET', `walks/${walk}`)).practice, practice);
    await press(page, '[data-role=walker]');
    await page.waitForSelector('input[name=link-walker]');
    asWalker = await page.$eval('input[name=link-walker]', (one) => one.value);
    assert.match(asWalker, /#join=.{16,}/);
    walker = await joinWithoutReading(asWalker, 'Ms. Birch');
    await until(page, (person) => document.querySelector(`select[data-person="${person}"]`), walker.person);
    await choose(`select[data-person="${walker.person}"]`, 'Special education');
    await until(page, () => [...document.querySelectorAll('.said')].some((one) => /offer to Ms. Birch/.test(one.textContent)));
    await look('set-up-people');
    await page.close();
  },

  async 'a walker meets the norms, her lens and her intention before the lesson'() {
    const {visits} = await room.call(token, 'GET', `walks/${walk}`);
    await room.upload(token, walk, process.env.LESSONWALK_FILM,
                      {visit: visits[0].id, title: 'Fractions', purpose: 'lesson'});
    await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'visit'});
    page = await openAs(chosen.browser, room, walker.token, `walk=${walk}`);
    await page.waitForSelector('lw-prepare .points');
    assert.equal(await page.$('video'), null);
    assert.equal(await page.$('lw-composer'), null);
    assert.match(await text(page, 'lw-prepare'), /never to evaluate anybody/);
    // What was offered to her is chosen already, and said to be an offer.
    assert.equal(await page.$eval('lw-prepare input[name=lens]:checked', (one) => one.value),
                 'Special education');
    await look('before');
  },

  async 'what she left out is named where it belongs, and what she typed is kept meanwhile'() {
    await page.keyboard.press('n'); // no key pins past the norms
    await fill(page, '#intention', 'Who gives reasons?');
    await press(page, 'lw-prepare .primary');
    await page.waitForSelector('.part.missing');
    assert.equal((await page.$$('.part.missing')).length, 1);
    await look('missing');
    // The words are on the disk a moment later, and outlast the page.
    await until(page, () => new Promise((resolve) => {
      const opening = indexedDB.open('lessonwalk');
      opening.onsuccess = () => {
        const asking = opening.result.transaction('values').objectStore('values').getAll();
        asking.onsuccess = () => {
          opening.result.close();
          resolve(asking.result.some((one) => one.text === 'Who gives reasons?'));
        };
      };
    }));
    await page.reload();
    await until(page, () => document.querySelector('#intention')?.value === 'Who gives reasons?');
  },

  async 'by keys alone she says that she has read the norms, chooses a lens, and watches'() {
    await tabTo('lw-prepare input[name=norms]');
    await page.keyboard.press('Space');
    await tabTo('lw-prepare input[name=lens]');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await tabTo('lw-prepare .primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('lw-player video');
    const {me: told, lenses, may} = await mine();
    assert.deepEqual(told.missing, []);
    assert.equal(told.intention, 'Who gives reasons?');
    const {lenses: offered} = await room.call(walker.token, 'GET', `walks/${walk}/protocol`);
    assert.equal(lenses.find((one) => one.id === told.lens).name, offered[1].name);
    assert.equal(may.write, true);
    await until(page, () => document.querySelector('lw-player').state === 'ready');
    await page.keyboard.press('n');
    await page.waitForSelector('lw-composer textarea');
    assert.equal(await page.$eval('lw-composer select', (one) => one.selectedOptions[0].textContent),
                 offered[1].name);
    await page.keyboard.press('Escape');
  },

  async 'others see through which lens she looks, and she can change it later'() {
    const other = await openAs(await chosen.browser.createBrowserContext(), room, token, `walk=${walk}`);
    // It is her own lesson: nothing stands before it.
    await other.waitForSelector('lw-player video');
    const {lenses: [first, second]} = await room.call(token, 'GET', `walks/${walk}/protocol`);
    await until(other, (lens) => document.querySelector('.presence').title.includes(`Ms. Birch (${lens})`),
                second.name);
    await press(page, '.bar .menu summary');
    await press(page, '[data-act=prepare]');
    await page.waitForSelector('lw-prepare-dialog dialog[open] .points');
    await look('later');
    await press(page, `lw-prepare-dialog input[value="${first.name}"]`);
    await press(page, 'lw-prepare-dialog .primary');
    await until(page, () => !document.querySelector('lw-prepare-dialog dialog').open);
    await until(other, (lens) => document.querySelector('.presence').title.includes(`Ms. Birch (${lens})`),
                first.name);
    assert.deepEqual([...alder.errors, ...page.errors, ...other.errors], []);
    await other.close();
  },

  async 'a visit without media is pinned by the time of day, also offline and when a clock jumps'() {
    await page.bringToFront();
    const pin = async (key, words, state = 'room') => {
      const from = Date.now();
      await page.keyboard.press(key);
      await page.waitForSelector('.composer textarea:focus');
      const upto = Date.now();
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
      await until(page, (text, where) => [...document.querySelectorAll(`.note[data-state=${where}] .note-text`)].some(
          (one) => one.textContent === text), words, state);
      return {from, upto};
    };
    const near = (note, {from, upto}, slack) => {
      const at = Date.parse(note.wall);
      assert.ok(at >= from - slack && at <= upto + slack, `${note.wall} of ${from} to ${upto}`);
    };
    await press(page, 'nav.lessons .tab:last-child');
    await page.waitForSelector('lw-clock');
    assert.match(await text(page, 'lw-clock'), /Room 7, Cedar School/);
    await look('clock');
    const first = await pin('n', 'Three students point at the board.');
    assert.match(await text(page, '.note .time'), /^\d\d:\d\d:\d\d$/);
    // An hour ahead all at once: what the room said is counted on from, and how far it may be off is kept.
    await page.evaluate(() => {
      Date.reallyNow = Date.now;
      Date.now = () => Date.reallyNow() + 3600000;
    });
    const jumped = await pin('w', 'Who decides what is right?');
    await page.evaluate(() => { Date.now = Date.reallyNow; });
    room.wire.set(true);
    const away = await pin('n', 'One student asks another why.', 'waiting');
    room.wire.set(false);
    await until(page, () => document.querySelectorAll('.note[data-state=room]').length === 3);
    const {notes} = await room.call(walker.token, 'GET', `walks/${walk}/notes`);
    const [one, two, three] = notes.sort((a, b) => (a.wall < b.wall ? -1 : 1));
    near(one, first, one.wall_uncertainty / 1e6);
    near(two, jumped, 60000);
    near(three, away, 60000);
    assert.ok(two.wall_uncertainty >= 3000 * 1e9, `${two.wall_uncertainty}`);
    assert.deepEqual((await room.call(token, 'GET', `walks/${walk}/notes`)).notes, []);
    await look('clock-pinned');
  },

  async 'its recording comes later, and where somebody says that it began the notes stand'() {
    const {visits: [, visit]} = await room.call(token, 'GET', `walks/${walk}`);
    const {segment} = await room.upload(token, walk, process.env.LESSONWALK_FILM,
                                        {visit: visit.id, title: 'Ratios', purpose: 'lesson'});
    assert.equal(segment, visit.segments[0].id);
    await assert.rejects(room.call(token, 'DELETE', `walks/${walk}/visits/${visit.id}`),
                         /409 .*This visit has a lesson with 3 notes, so it stays/);
    await page.waitForSelector('lw-player video');
    const mineNow = async () => (await room.call(walker.token, 'GET', `walks/${walk}/notes?segment=${segment}`)).notes;
    const before = await mineNow();
    assert.equal(before[0].start, 0);
    await until(page, () => /at \d\d:\d\d:\d\d/.test(document.querySelector('.note-clock')?.textContent));
    assert.equal(await page.$('[data-act=anchor]'), null);
    const {lenses: [lens]} = await room.call(token, 'GET', `walks/${walk}/protocol`);
    await room.call(token, 'PUT', `walks/${walk}/me`, {norms: true, lens_name: lens.name, intention: 'Who answers'});
    const lead = await openAs(await chosen.browser.createBrowserContext(), room, token, `walk=${walk}&segment=${segment}`);
    await press(lead, '[data-act=anchor]');
    await lead.waitForSelector('lw-anchor input[name=time]');
    const began = Date.parse(before[0].wall) - 2000;
    await lead.evaluate((ms) => {
      const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString();
      const form = document.querySelector('lw-anchor form');
      form.elements.day.value = at.slice(0, 10);
      form.elements.time.value = at.slice(11, 21);
      form.dispatchEvent(new Event('change'));
    }, began);
    await press(lead, 'lw-anchor .primary');
    await until(lead, () => !document.querySelector('.anchor-box'));
    const after = await mineNow();
    after.forEach((note, i) => assert.equal(note.wall, before[i].wall));
    assert.ok(after[0].start >= 2e9 && after[0].start < 2.2e9, `${after[0].start}`);
    assert.equal(after[1].start - after[0].start, before[1].start);
    await until(page, () => document.querySelector('.note .time').textContent === '0:02');
    await look('clock-placed');
    assert.deepEqual([...page.errors, ...lead.errors], []);
    await lead.close();
    await press(page, 'nav.lessons .tab:first-child');
    await page.waitForSelector('.scrub');
  },

  async 'her form begins with her own pins when its phase opens, and is kept as she types'() {
    await page.bringToFront();
    for (const [key, words] of [['n', 'Two students compare answers.'], ['w', 'What if she had waited?']]) {
      await page.focus('.scrub');
      await page.keyboard.press(key);
      await page.waitForSelector('.composer textarea:focus');
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
      await until(page, (text) => [...document.querySelectorAll('.note[data-state=room] .note-text')].some(
          (one) => one.textContent === text), words);
    }
    await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'record'});
    await page.waitForSelector('lw-form-dialog dialog[open]');
    assert.equal(await value('noticings'), 'Two students compare answers.');
    assert.equal(await value('wonderings'), 'What if she had waited?');
    assert.match(await text(page, 'lw-form-dialog dialog'), /yours alone/);
    await look('form');
    await tabTo('lw-form-dialog [name=noticings]');
    await page.keyboard.type(' They point at the line.');
    await until(page, () => document.querySelector('lw-walk').model.drafts.length === 1);
    await page.reload();
    await press(page, '[data-act=form]');
    await page.waitForSelector('lw-form-dialog dialog[open] textarea');
    assert.match(await value('noticings'), /They point at the line\.$/);
    assert.equal(await countForms(), '0 of 1');
  },

  async 'what is empty is named; handed in, it is counted and seen by nobody else'() {
    await fill(page, 'lw-form-dialog [name=wonderings]', ' ');
    await press(page, 'lw-form-dialog .primary');
    await page.waitForSelector('lw-form-dialog .part.missing');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'wonderings');
    await look('form-missing');
    // The end of the lesson opens it again, as long as it is not handed in.
    await press(page, 'lw-form-dialog [data-act=later]');
    await until(page, () => !document.querySelector('lw-form-dialog dialog').open);
    await until(page, () => document.querySelector('lw-player').state === 'ready');
    await page.evaluate(() => document.querySelector('video').dispatchEvent(new Event('ended')));
    await page.waitForSelector('lw-form-dialog dialog[open]');
    await fill(page, 'lw-form-dialog [name=wonderings]', 'Who decides when they are done?');
    // Without a pin or a moment under it, it does not count; a key says which pin it is.
    await page.evaluate(() => {
      for (const one of document.querySelector('lw-form-dialog [name=wonderings]').closest('.part')
          .querySelectorAll('.cites input:checked'))
        one.click();
    });
    await press(page, 'lw-form-dialog .primary');
    await until(page, () => /What does it rest on/.test(
        document.querySelector('lw-form-dialog .part.missing [role=alert]')?.textContent));
    await look('form-rests');
    await page.focus('lw-form-dialog [name=wonderings]');
    await page.keyboard.down('Alt');
    await page.keyboard.press('Digit2');
    await page.keyboard.up('Alt');
    await until(page, () => !document.querySelector('lw-form-dialog .part.missing'));
    await press(page, 'lw-form-dialog .primary');
    await until(page, () => !document.querySelector('lw-form-dialog dialog').open);
    const saysHandedIn = (is) => until(page, (wanted) => /: handed in$/.test(
        document.querySelector('[data-act=form]').textContent.trim()) === wanted, is);
    await until(page, () => document.querySelector('.kept').dataset.state === 'kept');
    await saysHandedIn(true);
    assert.equal(await countForms(), '1 of 1');
    const answers = async (who) => (await room.call(who, 'GET', `walks/${walk}/notes?kind=answer`)).notes;
    assert.deepEqual(await answers(token), []);
    const [first] = (await answers(walker.token)).filter((one) => one.tags.includes('observation/noticings'));
    const {notes: [pin]} = await room.call(walker.token, 'GET', `walks/${walk}/notes?kind=noticing`);
    assert.deepEqual(first.tags, [`cites:${pin.id}`, 'observation/noticings']);
    assert.match(first.text, /They point at the line\.$/);
    assert.equal(await page.$('.note.answer'), null);
    // The room counts what rests on something, whoever sends it.
    const putAgain = (tags) => room.call(walker.token, 'POST', `walks/${walk}/changes`, {changes: [
      {op: 'put', note: {...first, tags, edited: new Date().toISOString()}}]});
    await putAgain(['observation/noticings']);
    assert.equal(await countForms(), '0 of 1');
    await saysHandedIn(false);
    await putAgain(['at:1000000000', 'observation/noticings']);
    assert.equal(await countForms(), '1 of 1');
    await saysHandedIn(true);
    await page.evaluate(() => document.querySelector('video').dispatchEvent(new Event('ended')));
    assert.equal(await page.$('lw-form-dialog dialog[open]'), null);
    assert.deepEqual(page.errors, []);
  },

  async 'when the walk closes, the page of a guest says that it is over, and gives her notes along'() {
    await room.openPhase(token, walk, 'next-steps');
    const {levels} = await room.call(token, 'GET', `walks/${walk}/board`);
    const {results} = await room.call(token, 'POST', `walks/${walk}/board`, {changes: levels.map(({id: level}) => (
      {type: 'step', id: randomUUID(), level, text: 'Wait three seconds.', owner: me, edited: new Date().toISOString()}))});
    assert.deepEqual(results.map((one) => one.status), levels.map(() => 'kept'));
    await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'closed'});
    await page.waitForSelector('.over-page');
    assert.match(await text(page, '.over-page'), /This walk is over.*Thank you for taking part/s);
    assert.match(await text(page, '.over-notes'), /Two students compare answers.*Three students point/s);
    assert.ok(await page.$('[data-act=save-own]'));
    await look('over');
    assert.deepEqual(page.errors, []);
  },
}, async () => `${page?.errors} ${await page?.evaluate(() => document.body.innerText)}`);

await chosen.close();
await room.close();
process.exit(failed ? 1 : 0);
