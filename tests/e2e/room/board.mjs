// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The debrief board, by two people at once:  node board.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fill, openAs, openBrowser, press, setSize, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const film = process.env.LESSONWALK_FILM;
const PICTURES = path.join(process.env.LESSONWALK_BUILD_ROOT, 'tests/e2e/pictures');
const LONG = 'Maximiliana Bartholomäus-Featherstonehaugh-Oyelaran of the North-Eastern District';

const room = await Room.open();
const chosen = await openBrowser(name);
const {token, walk, segment, invitation} = await room.beginWalk(film);
const birch = await room.join(invitation, LONG);
const words = [
  'Noor draws two thirds and says: “because the pieces are the same size”.',
  'هل كل القطع متساوية؟ يسأل عمر جاره قبل أن يجيب.',
  'Three students wait for Mateo to finish before they answer him.',
  '=HYPERLINK("http://example.org") is on the board as an example.',
  'What if they compared their drawings first?',
];
const ids = words.map(() => randomUUID());

async function pinAll() {
  const {id: track} = await room.call(birch.token, 'POST', `segments/${segment}/track`, {});
  const changes = words.map((text, i) => ({op: 'put', note: {
    id: ids[i], track, kind: i === 4 ? 'wondering' : 'noticing', start: (i + 1) * 5e8, text,
    on_focus: i < 3, tags: i === 2 ? ['students'] : []}}));
  const {results} = await room.call(birch.token, 'POST', `walks/${walk}/changes`, {changes});
  assert.ok(results.every(({status}) => status === 'kept'), JSON.stringify(results));
}

const open = (phase) => room.call(token, 'POST', `walks/${walk}/phase`, {phase});
const place = `walk=${walk}&view=board`;
const items = async (type, as = token) => (await room.call(as, 'GET', `walks/${walk}/board`)).items
    .filter((item) => item.type === type);
const group = (at, title) => at.evaluate((wanted) => [...document.querySelectorAll('.board-column')]
    .find((one) => one.querySelector('h3')?.textContent === wanted)?.dataset.column, title);
/* Waits until the card lies in the column of that title. */
const lies = (at, id, title) => until(at, (card, wanted) =>
    document.querySelector(`.board-card[data-note="${card}"]`)?.closest('.board-column')
        .querySelector('h3')?.textContent === wanted, id, title);

async function look(at, what, ...sizes) {
  mkdirSync(PICTURES, {recursive: true});
  for (const [width, height] of sizes) {
    await setSize(at, width, height);
    await at.screenshot({path: path.join(PICTURES, `board-${name}-${what}-${width}.png`)});
  }
  await setSize(at, 1366, 860);
}
const SIZES = [[390, 844], [820, 1180], [1366, 860]];

/* Where it is, once it stays there: cards that come into view take up another room than was thought. */
async function resting(at, selector) {
  for (let before = null; ;) {
    const box = await (await at.waitForSelector(selector)).boundingBox();
    if (JSON.stringify(box) === before)
      return box;
    before = JSON.stringify(box);
    await at.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  }
}

/* With the mouse, from the middle of one to the middle of the other. */
async function drag(at, from, to) {
  const middle = async (selector) => {
    await at.waitForSelector(selector);
    await at.$eval(selector, (one) => one.scrollIntoView({block: 'center'}));
    const {x, y, width, height} = await (await at.$(selector)).boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const [x0, y0] = await middle(from);
  await at.mouse.move(x0, y0);
  await at.mouse.down();
  await at.mouse.move(x0 + 12, y0 + 12, {steps: 3});
  const box = await (await at.$(to)).boundingBox();
  await at.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height - 8, 60), {steps: 8});
  await until(at, (selector) => document.querySelector(selector)?.classList.contains('over'), to);
  await at.mouse.up();
}

/* Another walk of the same practice, whose notes are open: its one note. */
async function secondRound(practice) {
  const {id: other} = await room.call(token, 'POST', 'walks', {title: 'The second round'});
  const set = (walkId, body) => room.call(token, 'PATCH', `walks/${walkId}`, body);
  await set(walk, {practice});
  await set(other, {practice, focus: 'Students say how they know.', inquiry: 'How?'});
  const {visits} = await room.call(token, 'POST', `walks/${other}/visits`, {classroom: 'Room 7', school: 'Elm'});
  const {segment: lesson} = await room.upload(token, other, film,
                                              {visit: visits[0].id, title: 'Halves', purpose: 'lesson'});
  const {url} = await room.call(token, 'POST', `walks/${other}/invitations`, {roles: ['walker']});
  const oak = await room.join(url, 'Mr. Oak');
  await room.call(token, 'POST', `walks/${other}/phase`, {phase: 'visit'});
  const {id: track} = await room.call(oak.token, 'POST', `segments/${lesson}/track`, {});
  const note = randomUUID();
  const {results} = await room.call(oak.token, 'POST', `walks/${other}/changes`, {changes: [{op: 'put', note: {
    id: note, track, kind: 'noticing', start: 5e8, text: 'Two students turn to each other.'}}]});
  assert.equal(results[0].status, 'kept');
  await room.call(token, 'POST', `walks/${other}/phase`, {phase: 'debrief'});
  return {walk: other, segment: lesson, note};
}

let alder, hers;

const failed = await run({
  async 'while notes are private there is no board'() {
    await pinAll();
    alder = await openAs(chosen.browser, room, token, place);
    hers = await openAs(await chosen.browser.createBrowserContext(), room, birch.token, place);
    await hers.waitForSelector('lw-walk .phase');
    assert.equal(await hers.$('lw-board'), null);
    assert.equal(await hers.$('.board-link'), null);
  },

  async 'in the debrief every note is a card, for everybody, at once'() {
    await open('debrief');
    for (const page of [alder, hers]) {
      await setSize(page, 1366, 860);
      await until(page, (count) => document.querySelectorAll('.board-card').length === count, words.length);
    }
    assert.equal(await alder.$$eval('.board-column', (all) => all.length), 1);
    await look(alder, 'ungrouped', ...SIZES);
  },

  async 'what students did comes first; who leads goes on when the board shows it'() {
    await alder.waitForSelector('[data-kind=need] .later');
    assert.equal(await alder.$('[data-act=add-need]'), null);
    assert.ok(await alder.$('[data-act=add-asset]'));
    assert.match(await text(alder, '[data-kind=wondering] .later'), /“What students did”/);
    assert.equal(await hers.$('[data-act=bar-next-step]'), null);
    await look(alder, 'evidence', ...SIZES);
    // The tags of one card speak of students already.
    await press(alder, '[data-act=bar-next-step]');
    await hers.waitForSelector('[data-act=add-asset]');
    await until(hers, () => document.querySelector('[data-act=add-need]') &&
        document.querySelector('.step-line [aria-current=step]').textContent.includes('What it means'));
  },

  async 'a group that one makes is there for the other'() {
    for (const title of ['Student talk', 'Waiting']) {
      await press(alder, '[data-act=new-group]');
      await fill(alder, '.group-form input', title);
      await alder.keyboard.press('Enter');
      await until(hers, (wanted) => [...document.querySelectorAll('.board-column h3')].some(
          (one) => one.textContent === wanted), title);
    }
  },

  async 'a card is moved with the mouse, and the other sees it'() {
    const into = await group(alder, 'Student talk');
    await drag(alder, `.board-card[data-note="${ids[0]}"] .note-text`, `.board-column[data-column="${into}"]`);
    await lies(alder, ids[0], 'Student talk');
    await lies(hers, ids[0], 'Student talk');
    assert.equal((await items('card')).length, 1);
  },

  async 'a card is moved by keys alone, and left where it was by Escape'() {
    await hers.focus(`.board-card[data-note="${ids[2]}"]`);
    await hers.keyboard.press(' ');
    await hers.waitForSelector('.board-card.taken');
    await hers.keyboard.press('ArrowRight');
    await hers.keyboard.press('Escape');
    await lies(hers, ids[2], 'Not grouped yet');
    await hers.focus(`.board-card[data-note="${ids[2]}"]`);
    await hers.keyboard.press(' ');
    await hers.keyboard.press('ArrowRight');
    await until(hers, () => /Student talk/.test(document.querySelector('.toast').textContent));
    await hers.keyboard.press('ArrowRight');
    await hers.keyboard.press('Enter');
    await lies(hers, ids[2], 'Waiting');
    await lies(alder, ids[2], 'Waiting');
    // The focus has stayed on it.
    assert.equal(await hers.evaluate(() => document.activeElement.dataset.note), ids[2]);
    assert.equal((await items('card')).length, 2);
  },

  async 'two who move the same card at once end with it in one place'() {
    const talk = await group(alder, 'Student talk'), waiting = await group(hers, 'Waiting');
    // Until the room has answered both: what it has then is what stands.
    const move = (at, to) => at.$eval('lw-board', async (board, id, key) => {
      await board.moveByMenu(board.board.cards().find((card) => card.id === id), key);
      const {outbox} = board.closest('lw-walk');
      while (outbox.waiting)
        await outbox.send();
    }, ids[4], to);
    await Promise.all([move(alder, talk), move(hers, waiting)]);
    const {group: final} = (await items('card')).find((card) => card.note === ids[4]);
    assert.ok([talk, waiting].includes(final));
    const title = final === talk ? 'Student talk' : 'Waiting';
    await lies(alder, ids[4], title);
    await lies(hers, ids[4], title);
  },

  async 'what is moved offline is shown at once and comes to the others later'() {
    room.wire.set(true);
    const talk = await group(alder, 'Student talk');
    await alder.focus(`.board-card[data-note="${ids[1]}"]`);
    await alder.waitForSelector(`.board-card[data-note="${ids[1]}"] select[name=move]`);
    await alder.select(`.board-card[data-note="${ids[1]}"] select[name=move]`, talk);
    await lies(alder, ids[1], 'Student talk');
    await alder.waitForSelector(`.board-card[data-note="${ids[1]}"].waiting`);
    room.wire.set(false);
    await lies(hers, ids[1], 'Student talk');
    await until(alder, (id) => !document.querySelector(`.board-card[data-note="${id}"].waiting`), ids[1]);
  },

  async 'a finger moves a card by its grip, and the page where it is put down elsewhere'() {
    await setSize(hers, 1366, 860);
    const cdp = await hers.createCDPSession();
    await cdp.send('Emulation.setTouchEmulationEnabled', {enabled: true});
    const into = await group(hers, 'Waiting'), grip = `.board-card[data-note="${ids[1]}"] .grip`;
    await hers.bringToFront();
    await hers.$eval('.board-columns', (one) => one.scrollIntoView({block: 'start'}));
    const {x, y, width, height} = await resting(hers, grip);
    const column = await resting(hers, `.board-column[data-column="${into}"] header`);
    const touch = (type, ...points) => cdp.send('Input.dispatchTouchEvent', {type, touchPoints: points});
    const from = {x: x + width / 2, y: y + height / 2}, to = {x: column.x + 40, y: column.y + 20};
    await touch('touchStart', from);
    for (let i = 1; i <= 8; i++)
      await touch('touchMove', {x: from.x + (to.x - from.x) * i / 8, y: from.y + (to.y - from.y) * i / 8});
    await until(hers, (key) => document.querySelector(`.board-column[data-column="${key}"]`)
        .classList.contains('over'), into);
    await touch('touchEnd');
    await lies(hers, ids[1], 'Waiting');
    await lies(alder, ids[1], 'Waiting');
    await cdp.send('Emulation.setTouchEmulationEnabled', {enabled: false});
    await cdp.detach();
  },

  async 'after a reload without the room her own cards are there, said to be from before'() {
    // The page itself comes from a service worker, which serves what it has once it is in charge.
    await until(hers, () => navigator.serviceWorker?.controller !== null);
    // What she has seen is on the disk a moment later.
    const waiting = await group(hers, 'Waiting');
    await until(hers, (key, note, group) => new Promise((resolve) => {
      const opening = indexedDB.open('lessonwalk');
      opening.onsuccess = () => {
        const asking = opening.result.transaction('values').objectStore('values').get(key);
        asking.onsuccess = () => {
          opening.result.close();
          resolve(asking.result?.items.some((one) => one.note === note && one.group === group));
        };
      };
    }), `board:${walk}`, ids[1], waiting);
    room.wire.set(true);
    await hers.reload();
    await until(hers, (count) => document.querySelectorAll('.board-card').length === count, words.length);
    assert.match(await text(hers, 'lw-board .notice'), /from before/);
    await lies(hers, ids[1], 'Waiting');
    // What was moved meanwhile goes out as soon as the room is there, and the notice with it.
    await hers.focus(`.board-card[data-note="${ids[1]}"]`);
    await hers.waitForSelector(`.board-card[data-note="${ids[1]}"] select[name=move]`);
    await hers.select(`.board-card[data-note="${ids[1]}"] select[name=move]`, await group(hers, 'Student talk'));
    await lies(hers, ids[1], 'Student talk');
    room.wire.set(false);
    await lies(alder, ids[1], 'Student talk');
    await until(hers, () => document.querySelector('lw-board') && !document.querySelector('lw-board .notice'));
  },

  async 'the same cards by time, by lens and by who is spoken of'() {
    await press(alder, '[data-arrange=time]');
    await until(alder, () => document.querySelector('[data-arrangement=time] h3')?.textContent.includes('0:00'));
    assert.equal(await alder.$$eval('.board-card', (all) => all.length), words.length);
    await press(alder, '[data-arrange=lens]');
    await until(alder, () => document.querySelector('[data-arrangement=lens] h3')?.textContent === 'No lens named');
    await press(alder, '[data-arrange=about]');
    // Its tag says so.
    await lies(alder, ids[2], 'Some students');
    await alder.focus(`.board-card[data-note="${ids[0]}"]`);
    await alder.waitForSelector(`.board-card[data-note="${ids[0]}"] select[name=move]`);
    await alder.select(`.board-card[data-note="${ids[0]}"] select[name=move]`, 'student');
    await lies(alder, ids[0], 'One student');
    await press(hers, '[data-arrange=about]');
    await lies(hers, ids[0], 'One student');
    // Where it lay by hand, it still lies.
    await press(alder, '[data-arrange=hand]');
    await lies(alder, ids[0], 'Student talk');
    await press(hers, '[data-arrange=hand]');
  },

  async 'only what is on the focus, where that is asked for'() {
    await press(alder, 'input[name=focus-only]');
    await until(alder, () => document.querySelectorAll('.board-card').length === 3);
    await press(alder, 'input[name=focus-only]');
    await until(alder, () => document.querySelectorAll('.board-card').length === 5);
  },

  async 'a card plays its moment'() {
    await press(alder, `.board-card[data-note="${ids[3]}"] .time`);
    await until(alder, () => document.querySelector('video')?.currentTime >= 2);
    await alder.$eval('video', (video) => video.pause());
    await hers.focus(`.board-card[data-note="${ids[0]}"]`);
    await hers.keyboard.press('Enter');
    await until(hers, () => document.querySelector('video')?.currentTime >= 0.5);
    await hers.$eval('video', (video) => video.pause());
  },

  async 'an outcome rests on at least one card, and is everybody’s'() {
    await alder.$eval('lw-board', (board) => { board.selected = null; });
    await press(alder, '[data-act=add-asset]');
    await fill(alder, '.outcome-form textarea', 'Students give reasons with drawings.');
    assert.equal(await alder.$eval('.outcome-form .primary', (button) => button.disabled), true);
    await press(alder, `.board-card[data-note="${ids[0]}"] input[name=cite]`);
    await press(alder, `.board-card[data-note="${ids[1]}"] input[name=cite]`);
    await look(alder, 'citing', [1366, 860]);
    await press(alder, '.outcome-form .primary');
    await until(hers, () => document.querySelector('.outcome .note-text')?.textContent ===
        'Students give reasons with drawings.');
    const [outcome] = await items('outcome');
    assert.deepEqual(new Set(outcome.cites), new Set([ids[0], ids[1]]));
    await room.call(token, 'POST', `walks/${walk}/board`, {changes: [
      {type: 'outcome', id: randomUUID(), kind: 'need', text: 'Time to answer one another.', cites: [ids[2]]},
      {type: 'outcome', id: randomUUID(), kind: 'wondering', text: 'What would happen if drawings came first? ـ ماذا لو؟',
       cites: [ids[4]]}]});
    await until(alder, () => document.querySelectorAll('.outcome').length === 3);
    assert.deepEqual(alder.errors, []);
    assert.deepEqual(hers.errors, []);
  },

  async 'as a table it is safe to open, and names nobody where that is asked for'() {
    const table = async (query) => (await fetch(`${room.url}/api/walks/${walk}/board.csv${query}`,
        {headers: {Authorization: `Bearer ${token}`}})).text();
    const named = await table(''), nameless = await table('?names=false');
    assert.ok(named.includes(LONG) && !nameless.includes(LONG));
    assert.ok(named.includes(`"'=HYPERLINK(""http://example.org"")`));
    assert.ok(named.split('\r\n').length > words.length && named.includes('"Student talk"'));
    assert.ok(named.includes('هل كل'));
  },

  async 'it is a page to print: outcomes first, no buttons, and no names unless wanted'() {
    await look(alder, 'light', ...SIZES);
    if (name === 'chromium') {
      await alder.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
      await look(alder, 'dark', ...SIZES);
      await alder.emulateMediaFeatures([]);
      await alder.evaluate(() => { document.documentElement.dir = 'rtl'; });
      await look(alder, 'rtl', [1366, 860], [390, 844]);
      await alder.evaluate(() => { document.documentElement.dir = 'ltr'; });
      const shown = (selector) => alder.$$eval(selector, (all) => all.filter(
          (one) => one.checkVisibility()).length);
      await alder.emulateMediaType('print');
      assert.equal(await shown('.note-by .name'), words.length * 1);
      await alder.$eval('lw-board', (board) => { board.names = false; });
      await until(alder, () => document.querySelector('.board.nameless'));
      assert.equal(await shown('.note-by .name'), 0);
      assert.equal(await shown('button:not(.time), video, select, .bar'), 0);
      assert.equal(await shown('.print-only h1'), 1);
      const pdf = await alder.pdf({format: 'A4', printBackground: true});
      assert.equal(Buffer.from(pdf.slice(0, 5)).toString(), '%PDF-');
      assert.equal(Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1);
      writeFileSync(path.join(PICTURES, 'board.pdf'), pdf);
      await look(alder, 'paper', [718, 1000]);
      await alder.emulateMediaType('screen');
    }
  },

  async 'next steps at every level: the teacher’s waits for her word, and the walk for every level'() {
    await setSize(alder, 1366, 860);
    await room.call(birch.token, 'POST', `walks/${walk}/board`, {changes: [
      {type: 'step', id: randomUUID(), level: 'teacher', text: 'Let drawings come first.', due: '2026-12-01'}]});
    await press(alder, '[data-level=coach] [data-act=add-step]');
    await fill(alder, '.steps textarea', 'Plan the next lesson together. ـ معًا');
    await press(alder, '.steps .outcome-form .primary');
    await until(hers, () => document.querySelectorAll('.steps .outcome').length === 2);
    assert.equal(await hers.$('[data-act=agree]'), null);
    await look(alder, 'steps', ...SIZES);
    const close = () => room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'closed'});
    await assert.rejects(close(), /409.*“Principal”, “District leader”, “Superintendent”/);
    for (const level of ['principal', 'district-leader', 'superintendent'])
      await room.call(token, 'POST', `walks/${walk}/board`, {changes: [
        {type: 'step', id: randomUUID(), level, text: 'Free an hour for it.', owner_name: LONG}]});
    // Of the teacher’s there is one, and she has not agreed.
    await assert.rejects(close(), /409.*“Teacher” herself/);
    await press(alder, '[data-act=agree]');
    await until(hers, () => document.querySelector('[data-level=teacher] .step-agreed').textContent.includes('agreed'));
    await press(alder, '[data-level=coach] [data-act=tell]');
    await alder.select('.steps select[name=state]', 'trying');
    await press(alder, '.steps .outcome-form .primary');
    await until(hers, () => document.querySelector('.follow')?.textContent.includes('Trying'));
  },

  async 'coach and teacher speak about the whole walk, and nobody else reads it'() {
    await alder.$eval('.talk', (one) => { one.open = true; });
    await fill(alder, '.talk textarea', 'Which moment would you see again?');
    await press(alder, '.talk .primary');
    await until(alder, () => document.querySelector('[data-message] .note-text')?.textContent.startsWith('Which'));
    await press(alder, '[data-message] button');
    await fill(alder, '[data-message] textarea', 'The one with the drawing.');
    await press(alder, '[data-message] .primary');
    await until(alder, () => document.querySelector('[data-message] [data-message] .note-text') &&
        document.querySelector('.kept').dataset.state === 'kept');
    assert.equal((await items('message')).length, 2);
    assert.equal((await items('message', birch.token)).length, 0);
    assert.equal(await hers.$('.talk'), null);
  },

  async 'what is half written outlasts a page that is gone, for her alone, until it is given up'() {
    await press(alder, '[data-act=add-need]');
    await press(alder, `.board-card[data-note="${ids[3]}"] input[name=cite]`);
    await fill(alder, '.outcome-form textarea', 'More time to');
    await press(alder, '[data-level=coach] [data-act=add-step]');
    await fill(alder, '.steps textarea[name=text]', 'Ask Mateo whe');
    await fill(alder, '.talk > form textarea', 'And what if');
    await until(alder, async () => {
      const database = await new Promise((resolve) => {
        const request = indexedDB.open('lessonwalk');
        request.onsuccess = () => resolve(request.result);
      });
      const kept = await new Promise((resolve) => {
        const request = database.transaction('values').objectStore('values').getAll();
        request.onsuccess = () => resolve(request.result);
      });
      database.close();
      const all = JSON.stringify(kept.filter(({key}) => key.startsWith('typed:')));
      return ['More time to', 'Ask Mateo whe', 'And what if'].every((words) => all.includes(words));
    });
    await alder.reload();
    await until(alder, () => ['.outcomes textarea', '.steps textarea', '.talk > form textarea'].map(
        (one) => document.querySelector(one)?.value).join() === 'More time to,Ask Mateo whe,And what if');
    assert.equal(await alder.$eval(`.board-card[data-note="${ids[3]}"] input[name=cite]`, (box) => box.checked), true);
    for (const part of ['.outcomes', '.steps'])
      await press(alder, `${part} .outcome-form button[type=button]`);
    await fill(alder, '.talk > form textarea', '');
    await until(alder, () => !document.querySelector('.outcomes form, .steps form'));
    await alder.reload();
    await alder.waitForSelector('.talk > form textarea');
    assert.equal(await alder.$('.outcomes form, .steps form'), null);
  },

  async 'the next walk begins with what this one left open'() {
    const cut = (title) => room.call(token, 'POST', `segments/${segment}/clips`,
                                     {start: 5e8, end: 15e8, title});
    const shown = await cut('The drawing first'), kept = await cut('For myself alone');
    await room.call(token, 'POST', `clips/${shown.id}/shares`, {audience: 'The next walk'});
    for (const {id} of [shown, kept]) {
      while ((await room.call(token, 'GET', `segments/${segment}/clips`)).clips
          .find((one) => one.id === id).state === 'making')
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await alder.$eval('details.menu:has([data-act=next-walk])', (one) => { one.open = true; });
    await press(alder, '[data-act=next-walk]');
    await alder.waitForSelector('.before');
    const next = await alder.evaluate(() => location.hash.match(/walk=([^&]+)/)[1]);
    assert.notEqual(next, walk);
    await alder.$eval('.before', (one) => { one.open = true; });
    const said = await text(alder, '.before');
    for (const words of ['What would happen if drawings came first?', 'Plan the next lesson together.', 'Trying',
                         'The drawing first'])
      assert.ok(said.includes(words), words);
    assert.ok(!said.includes('Students give reasons') && !said.includes('For myself alone'));
    await look(alder, 'next', ...SIZES);
    // She was a guest: she gets a link of her own, in the same part.
    await press(alder, '.toast button');
    const link = await alder.waitForSelector('lw-invite-dialog .people-again input');
    const again = await room.join(await link.evaluate((one) => one.value), LONG);
    assert.equal(again.walk, next);
    assert.deepEqual((await room.call(again.token, 'GET', `walks/${next}`)).my_roles, ['walker']);
    // What she may not watch in the walk before, as none of its people, she is not told of.
    assert.deepEqual(await room.call(again.token, 'GET', `walks/${next}/before`), {});
    await press(alder, 'lw-invite-dialog .dialog-close');
    await alder.evaluate((hash) => { location.hash = hash; }, place);
    await alder.waitForSelector('lw-board .board-card');
  },

  async 'a trend rests on two visits, and a practice has its year'() {
    await alder.evaluate(() => { location.hash = 'trends'; });
    await press(alder, '[data-act=new-practice]');
    await fill(alder, '.practice-form input[name=title]', 'Asking for reasons');
    await press(alder, '.practice-form button.primary');
    await alder.waitForSelector('.practice [data-act=decide]');
    const practice = await alder.evaluate(() => location.hash.match(/practice=([^&]+)/)[1]);
    const second = await secondRound(practice);
    await alder.reload();
    await alder.waitForSelector('[data-act=add-asset]');
    await press(alder, '[data-act=add-asset]');
    await fill(alder, '.outcome-form textarea', 'They ask each other why');
    await press(alder, `.trend-choice input[value="${ids[0]}"]`);
    await press(alder, '.outcome-form button.primary');
    await until(alder, () => document.querySelector('lw-trend-list [role=alert]')?.textContent.includes('two visits'));
    await alder.select('.outcome-form select[name=from]', second.walk);
    await press(alder, `.trend-choice input[value="${second.note}"]`);
    await press(alder, '.outcome-form button.primary');
    await until(alder, () => document.querySelectorAll('.trend-evidence li').length === 2);
    await until(alder, () => document.querySelectorAll('.coverage-grid').length === 2 &&
        document.querySelectorAll('lw-year .run-mark').length > 1);
    await alder.focus('lw-year .run-picture');
    await alder.keyboard.press('ArrowRight');
    await until(alder, () => document.querySelector('lw-year .run-said').textContent.includes('noticing'));
    assert.match(await alder.$eval('lw-year .run-table tfoot td', (cell) => cell.textContent), /^[0-9.]+$/);
    await press(alder, '[data-act=decide]');
    await press(alder, '.decisions input[value=strengthen]');
    await fill(alder, '.practice-form textarea[name=why]', 'Both classes gave more reasons.');
    await press(alder, '.practice-form button.primary');
    await until(alder, () => document.querySelector('.practice-decision')?.textContent.includes('Strengthen'));
    await look(alder, 'trends', ...SIZES);
    await alder.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
    await look(alder, 'trends-dark', [1366, 860]);
    await alder.emulateMediaFeatures([]);
    await press(alder, 'input[name=hide]');
    await until(alder, () => document.querySelector('lw-coverage')?.textContent.includes('Classroom A'));
    assert.ok(!(await text(alder, 'lw-trends')).includes('Room 7'));
    await press(alder, `.trend-evidence a[href*="${second.segment}"]`);
    await until(alder, (segment) => document.querySelector('lw-walk lw-player') &&
        location.hash.includes(segment), second.segment);
    await alder.evaluate((hash) => { location.hash = hash; }, place);
    await alder.waitForSelector('lw-board .board-card');
  },

  async 'when the phase closes the notes, no word of them is on the page'() {
    await open('visit');
    await until(alder, () => !document.querySelector('lw-board'));
    assert.ok(!(await text(alder, 'lw-walk')).includes('two thirds'));
    await assert.rejects(room.call(birch.token, 'GET', `walks/${walk}/board`), /403/);
    assert.deepEqual(alder.errors, []);
    assert.deepEqual(hers.errors, []);
  },
}, async () => `${alder?.errors} ${hers?.errors} ${await alder?.evaluate(() => document.body.innerText)}`);

await chosen.close();
await room.close();
process.exit(failed ? 1 : 0);
