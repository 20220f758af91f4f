// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Student work beside a lesson, and erasing for good:  node work.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fill, openAs, openBrowser, press, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ' +
                        'RU5ErkJggg==', 'base64');
const PDF = Buffer.from(`%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>> endobj
trailer <</Root 1 0 R>>
%%EOF`);

const room = await Room.open();
const lesson = await room.beginWalk(process.env.LESSONWALK_FILM);
const {token, walk, segment} = lesson;
const folder = mkdtempSync(path.join(tmpdir(), 'lw-work-'));
const chosen = await openBrowser(name);
const {browser} = chosen;
let page, walker, reader;

const work = async () => (await room.call(token, 'GET', `segments/${segment}`)).work;
const notes = async (as = token) => (await room.call(as, 'GET', `walks/${walk}/notes`)).notes;
const words = (at) => at.$$eval('.note-text', (all) => all.map((one) => one.textContent));

async function write(as, start, said) {
  const {id: track} = await room.call(as, 'POST', `segments/${segment}/track`, {});
  const id = randomUUID();
  const {results} = await room.call(as, 'POST', `walks/${walk}/changes`, {changes: [{op: 'put', note:
    {id, track, kind: 'noticing', start, end: start, text: said}}]});
  assert.equal(results[0].status, 'kept', JSON.stringify(results));
  return id;
}

/* All that the panel keeps in that browser, as text. */
const kept = (at) => at.evaluate(async () => {
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await ask(indexedDB.open('lessonwalk'));
  const all = [];
  for (const store of database.objectStoreNames)
    all.push(await ask(database.transaction(store).objectStore(store).getAll()));
  database.close();
  for (const cache of await caches.keys()) {
    for (const request of await (await caches.open(cache)).keys())
      all.push(request.url);
  }
  return JSON.stringify([all, Object.entries(localStorage)]);
});

async function more(at, said) {
  await until(at, (one) => [...document.querySelectorAll('.note')].some(
      (row) => row.textContent.includes(one)), said);
  await at.evaluate((one) => [...document.querySelectorAll('.note')].find(
      (row) => row.textContent.includes(one)).querySelector('[aria-label^=More]').click(), said);
  await at.waitForSelector('lw-note-dialog dialog[open]');
}

async function attach(file, bytes, title) {
  const whole = path.join(folder, file);
  writeFileSync(whole, bytes);
  const input = await page.waitForSelector('dialog.attach[open] input[type=file]');
  await input.uploadFile(whole);
  await until(page, () => document.querySelector('dialog.attach [name=title]').value);
  await fill(page, 'dialog.attach [name=title]', title);
  await press(page, 'dialog.attach button.primary');
}

const failed = await run({
  'a teacher attaches a picture to the lesson and looks at it': async () => {
    await write(token, 3e9, 'She draws two bars.');
    page = await openAs(browser, room, token, `walk=${walk}`);
    await until(page, () => document.querySelector('video')?.readyState >= 2);
    await press(page, '.bar .menu summary');
    await press(page, '[data-act=attach]');
    await attach('scan.png', PNG, 'Mateo’s drawing');
    await press(page, '.work-row button[aria-label="Look at Mateo’s drawing"]');
    await until(page, () => document.querySelector('dialog.viewer[open] img')?.naturalWidth === 1);
    await page.keyboard.press('Escape');
    await until(page, () => !document.querySelector('.viewer img'));
    const [one] = await work();
    assert.equal(one.type, 'image/png');
    assert.equal(one.at, undefined);
  },

  'a PDF is attached to the moment of a note, and opens apart, where nothing of it can run': async () => {
    await more(page, 'She draws two bars.');
    await press(page, 'lw-note-dialog [data-act=attach]');
    await attach('page.pdf', PDF, 'Exit slip');
    await page.waitForSelector('.work-row a');
    const link = await page.$eval('.work-row a', (a) => ({target: a.target, rel: a.rel, href: a.href}));
    assert.equal(link.target, '_blank');
    assert.equal(link.rel, 'noopener noreferrer');
    const got = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return {...Object.fromEntries(answer.headers), status: answer.status};
    }, link.href);
    assert.equal(got.status, 200);
    assert.equal(got['content-type'], 'application/pdf');
    assert.equal(got['x-content-type-options'], 'nosniff');
    assert.match(got['content-security-policy'], /default-src 'none'.*sandbox/);
    assert.equal(got['content-disposition'], "inline; filename*=UTF-8''Exit%20slip.pdf");
    assert.equal((await work())[1].at, 3e9);
    await press(page, '.work-row .time');
    await until(page, () => Math.abs(document.querySelector('lw-player').now() - 3e9) < 0.1e9);
  },

  'what is no PDF or picture is refused in a sentence': async () => {
    await press(page, '.bar .menu summary');
    await press(page, '[data-act=attach]');
    await attach('trap.pdf', '<script>window.xss = 1</script>', 'A trap');
    await page.waitForSelector('.work-trouble');
    assert.match(await text(page, '.work-trouble'), /“A trap” is not a whole PDF, PNG or JPEG/);
    assert.equal((await work()).length, 2);
    await press(page, '.work-trouble button');
  },

  'walkers find the work and attach none': async () => {
    walker = await room.join(lesson.invitation, 'Ines Okafor');
    await write(walker.token, 4e9, 'A walker saw this.');
    reader = await openAs(await browser.createBrowserContext(), room, walker.token, `walk=${walk}`);
    await reader.waitForSelector('.work-row a');
    assert.equal((await reader.$$('.work-row')).length, 2);
    assert.equal(await reader.$('[data-act=attach]'), null);
    const href = await reader.$eval('.work-row a', (a) => a.href);
    const alone = await fetch(href.replace(/ticket=.*/, 'ticket=none'));
    assert.equal(alone.status, 403);
  },

  'a sample is removed for good after a question, by a teacher alone': async () => {
    assert.equal(await reader.$('.work-remove'), null);
    await press(page, '.work-remove[aria-label="Remove Mateo’s drawing"]');
    await page.waitForSelector('dialog.remove[open]');
    assert.match(await text(page, 'dialog.remove'), /for everybody, and does not come back/);
    await press(page, 'dialog.remove button[type=button]');
    await until(page, () => !document.querySelector('dialog.remove[open]'));
    assert.equal((await work()).length, 2);
    await press(page, '.work-remove[aria-label="Remove Mateo’s drawing"]');
    await press(page, 'dialog.remove .danger');
    await until(page, () => document.querySelectorAll('.work-row').length === 1);
    assert.deepEqual((await work()).map((one) => one.title), ['Exit slip']);
  },

  'an author erases a note, after a question that says what that means': async () => {
    const secret = 'Zebrawood, which must go.';
    await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'debrief'});
    await page.bringToFront();
    await page.focus('.scrub');
    await page.keyboard.press('n');
    await page.waitForSelector('.composer textarea:focus');
    await page.keyboard.type(secret);
    await page.keyboard.press('Enter');
    await until(reader, (said) => [...document.querySelectorAll('.note-text')].some(
        (one) => one.textContent === said), secret);
    await until(page, () => document.querySelector('.kept').dataset.state === 'kept');
    await more(page, secret);
    await page.focus('lw-note-dialog [data-act=erase]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-act=cancel]:focus');
    assert.match(await text(page, 'lw-note-dialog'), /cannot be undone/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-act=erase]:focus');
    assert.ok((await words(page)).includes(secret));
    await page.keyboard.press('Enter');
    await press(page, '[data-act=erase-now]');
    await until(page, (said) => !document.body.textContent.includes(said), secret);
    await until(reader, (said) => !document.body.textContent.includes(said), secret);
    assert.ok(!(await notes()).some((one) => one.text === secret));
    assert.ok(!(await kept(page)).includes('Zebrawood'));
    // Undo does not bring it back.
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    await until(page, () => /nothing to undo/.test(document.querySelector('.toast').textContent));
    assert.ok(!(await notes()).some((one) => one.text === secret));
  },

  'without the room nothing is erased, and that is said': async () => {
    await more(reader, 'A walker saw this.');
    await press(reader, 'lw-note-dialog [data-act=erase]');
    room.wire.set(true);
    await press(reader, '[data-act=erase-now]');
    await until(reader, () => /Nothing was erased/.test(
        document.querySelector('lw-note-dialog [role=alert]')?.textContent));
    room.wire.set(false);
    await press(reader, 'lw-note-dialog .dialog-close');
    assert.equal((await notes(walker.token)).filter((one) => one.author === walker.person).length, 1);
    await until(reader, () => document.querySelector('.kept').dataset.state === 'kept');
  },

  'the teacher erases the lesson: gone for everybody, from pages and from what browsers keep':
    async () => {
      await until(page, () => document.querySelector('.kept').dataset.state === 'kept');
      await reader.bringToFront();
      await reader.focus('.scrub');
      await reader.keyboard.press('w');
      await reader.waitForSelector('.composer textarea:focus');
      await reader.keyboard.type('Half a thought on Zebrawood');
      await until(reader, async () => {
        const {drafts} = document.querySelector('lw-walk').model;
        return drafts.some((draft) => draft.note.text.includes('Zebrawood'));
      });
      const href = await page.$eval('.work-row a', (a) => a.href);
      await press(page, '.bar .menu summary');
      await press(page, '[data-act=erase-lesson]');
      await page.waitForSelector('lw-erase-dialog dialog[open]');
      assert.match(await text(page, '#erase-what'), /recording.*notes.*clips.*student work.*backups/);
      assert.ok(await page.$eval('lw-erase-dialog .danger', (button) => button.disabled));
      await press(page, 'lw-erase-dialog input[type=checkbox]');
      await press(page, 'lw-erase-dialog .danger:not(:disabled)');
      for (const at of [page, reader]) {
        await at.waitForSelector('.stage-empty');
        await until(at, () => !/bars|walker saw|Zebrawood/.test(document.body.innerText));
      }
      await until(reader, () => !document.querySelector('lw-walk').model.drafts.length);
      for (const at of [page, reader]) {
        const all = await kept(at);
        assert.ok(!/bars|walker saw|Zebrawood/.test(all), all);
        assert.ok(!all.includes(segment), all);
      }
      assert.ok([403, 404].includes((await fetch(href)).status));
      assert.deepEqual(await notes(), []);
    },

  // All of coding is tried in the other browser (coding.mjs).
  ...name === 'firefox' && {async 'a code is put by its key, and drawn below the one that it overlaps'() {
    const {id} = await room.call(token, 'POST', 'walks', {title: 'Pairs', protocol: 'small-test-of-change@2'});
    const call = (method, place, body) => room.call(token, method, `walks/${id}${place}`, body);
    await call('PATCH', '', {focus: 'Students give reasons.', inquiry: 'How do I press for them?'});
    await call('PUT', `/members/${lesson.me}`, {roles: ['facilitator', 'host']});
    await call('PUT', '/me', {norms: true});
    const {visits} = await call('POST', '/visits', {host: lesson.me});
    const {segment: coded} = await room.upload(token, id, process.env.LESSONWALK_FILM,
                                               {visit: visits[0].id, title: 'Monday', purpose: 'lesson'});
    for (const phase of ['plan', 'try', 'code'])
      await call('POST', '/phase', {phase});
    await page.evaluate((hash) => { location.hash = hash; }, `walk=${id}&segment=${coded}&view=code`);
    await press(page, '[data-tab=code]');
    await until(page, () => {
      const player = document.querySelector('lw-player');
      return player?.state === 'ready' && player.frame !== null && player.frames;
    });
    await page.keyboard.press('2');
    await until(page, () => /why it works, at 0:00/.test(document.querySelector('.coding-said')?.textContent));
    const codes = async () => (await call('GET', '/notes?kind=code')).notes;
    await until(page, () => document.querySelector('.kept').dataset.state === 'kept');
    const [point] = await codes();
    assert.deepEqual([point.tags, point.start], [['discussion/why'], 0]);
    const {code_sheets: [sheet]} = await call('GET', '/protocol');
    const long = sheet.codes.filter(({measure}) => measure === 'duration');
    await call('POST', '/changes', {changes: [[1, 6], [2, 7], [6, 8]].map(([from, to], i) => ({op: 'put', note: {
      id: randomUUID(), track: point.track, kind: 'code', start: from * 1e9, end: to * 1e9, text: '',
      tags: [`discussion/${long[i % long.length].id}`]}}))});
    await until(page, () => document.querySelector('lw-code-lanes')?.laid?.height === 9 + 2 * 5);
    assert.equal(await page.$eval('lw-code-lanes canvas', (one) => one.clientHeight), 19);
  }},

  'every control of it has a name, and nothing broke on the way': async () => {
    assert.deepEqual([...page.errors, ...reader.errors], []);
    const nameless = await page.$$eval('button, input, a[href], summary', (all) =>
      all.filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() ||
          [...one.labels ?? []].map((label) => label.textContent.trim()).join('')))
        .map((one) => one.outerHTML));
    assert.deepEqual(nameless, []);
    assert.equal(await page.evaluate(() => window.xss), undefined);
  },
}, () => page.evaluate(() => JSON.stringify({dialog: document.querySelector('dialog[open]')?.innerText,
  toast: document.querySelector('.toast')?.textContent, page: document.body.innerText.slice(0, 2000)})));

await chosen.close();
await room.close();
rmSync(folder, {recursive: true, force: true});
process.exit(failed ? 1 : 0);
