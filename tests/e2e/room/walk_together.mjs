// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A walk as a school does it, from its focus to the next cycle: a facilitator, a teacher, a coach and
 * a walker in Chromium, a walker in Firefox and one in the desktop player's window. In each phase, each
 * sees exactly what it allows: as the protocol says, as the room answers, and as the page shows.
 */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import {isDeepStrictEqual} from 'node:util';
import {
  fill, openBrowser, openPage, press, readNorms, setSize, text, until, WAIT_MS,
} from './browser.mjs';
import {Room, Wire} from './room.mjs';
import {run} from './tap.mjs';

const {LESSONWALK_FILM: film, LESSONWALK_BUILD_ROOT: build} = process.env;
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const PICTURES = path.join(build, 'tests/e2e/pictures');
const {phases} = JSON.parse(readFileSync(
    path.join(here, '../../../annotations/protocols/recorded-walk.json')));

/* ---- the desktop player ---- */

class Desktop {
  constructor() {
    this.home = mkdtempSync(path.join(tmpdir(), 'lw-walk-'));
    this.process = spawn(path.join(here, 'desktop_window.py'), [this.home],
                         {stdio: ['pipe', 'pipe', 'inherit']});
    this.lines = readline.createInterface({input: this.process.stdout})[Symbol.asyncIterator]();
    this.ready = this.#hear();
  }

  async #hear() {
    const {value, done} = await this.lines.next();
    assert.ok(!done, 'the desktop player is not there');
    const {answer, error} = JSON.parse(value);
    if (error)
      throw new Error(`the window: ${error}`);
    return answer;
  }

  async tell(what, words = {}) {
    await this.ready;
    this.process.stdin.write(`${JSON.stringify({do: what, ...words})}\n`);
    return this.#hear();
  }

  /* All that is on its disk. */
  bytes() {
    return Buffer.concat(readdirSync(this.home).filter((name) => name.startsWith('notes.db'))
        .map((name) => readFileSync(path.join(this.home, name))));
  }

  async close() {
    const over = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.stdin.end();
    await over;
    rmSync(this.home, {recursive: true, force: true});
  }
}

/* ---- who is there ---- */

/* Hers is a wire of her own, so that she can be away while the others are here. */
const herWire = new Wire();
await herWire.listen();
const herUrl = `http://127.0.0.1:${herWire.port}`;
const desktop = new Desktop();
const [chromium, firefox, room] = await Promise.all(
    [openBrowser('chromium', {whole: true}), openBrowser('firefox'), Room.open([`origins=${herUrl}`])]);
herWire.target = room.wire.target;

const people = {
  'Ms. Alder': {role: 'facilitator'},
  'Mr. Birch': {role: 'host'},
  'Dr. Osei': {role: 'coach'},
  'Ines Okafor': {role: 'walker'},  // in Firefox
  'Henrik Dahl': {role: 'walker'},  // in Chromium
  'Mai Tran': {role: 'walker', inWindow: true},
};
const [alder, birch, osei, ines, henrik, mai] = Object.values(people);
const pages = Object.values(people).filter((one) => !one.inWindow);
const written = []; // {by, text}: whatever reached the room
let walk, phase = 'prepare';

/* ---- what each may see ---- */

function mayOf(role) {
  const now = phases.find((one) => one.id === phase);
  const has = (what) => now[what].includes(role);
  const isOneOf = (...roles) => roles.includes(role);
  return {
    watch: has('watch'), see_notes: has('see_notes'), write: has('write_notes'),
    reply: has('reply'), progress: has('mark_progress'),
    set_focus: isOneOf('host', 'facilitator'), lead: isOneOf('facilitator'),
    upload: isOneOf('host', 'facilitator'), keep_time: isOneOf('facilitator', 'timekeeper'),
  };
}

const textsFor = (person) => written
    .filter((note) => note.by === person || mayOf(person.role).see_notes)
    .map((note) => note.text).sort();

/* The room's own decision. */
async function checkRoom(person, who) {
  const {may} = await room.call(person.token, 'GET', `walks/${walk}`);
  assert.deepEqual(may, mayOf(person.role), `${who} in ${phase}`);
  const {notes} = await room.call(person.token, 'GET', `walks/${walk}/notes`);
  assert.deepEqual(notes.filter(({kind}) => kind !== 'answer').map((note) => note.text).sort(),
                   textsFor(person), `${who} in ${phase}`);
}

/* What stands on the page, once it does; and that it says nothing else. */
async function checkPage(person, who) {
  const may = mayOf(person.role);
  const {title} = phases.find((one) => one.id === phase);
  await until(person.page, (wanted) =>
    document.querySelector('.phase').textContent.trim() === wanted.title &&
    JSON.stringify([...document.querySelectorAll('.note-text')].map((one) => one.textContent)
        .sort()) === JSON.stringify(wanted.texts), {title, texts: textsFor(person)});
  const expected = {watch: may.watch, write: may.write,
                    replies: may.reply ? textsFor(person).length : 0, lead: may.lead,
                    upload: may.upload};
  const read = () => person.page.evaluate(() => ({
    watch: document.querySelector('video') !== null,
    write: document.querySelector('.pin.noticing') !== null,
    replies: document.querySelectorAll('.note [aria-label=Reply]').length,
    lead: document.querySelector('[data-act=next-phase], [data-act=next-step]') !== null,
    upload: document.querySelector('[data-act=upload]') !== null,
  }));
  // A film that opens again is asked for first.
  const end = Date.now() + WAIT_MS;
  let seen = await read();
  while (!isDeepStrictEqual(seen, expected) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = await read();
  }
  assert.deepEqual(seen, expected, `${who} in ${phase}`);
}

/* What was given to a machine stays there: @texts, where that is more than is open now. */
async function checkWindow(texts = textsFor(mai)) {
  const {title} = phases.find((one) => one.id === phase);
  const end = Date.now() + WAIT_MS;
  let rows, line;
  do {
    line = await desktop.tell('line');
    rows = (await desktop.tell('rows')).map((row) => row.replace(/^.*? by [^:]*: /, '')).sort();
  } while ((!line.startsWith(`Phase: ${title}.`) || String(rows) !== String(texts)) &&
           Date.now() < end);
  assert.deepEqual(rows, texts, `the window in ${phase}`);
  assert.match(line, new RegExp(`^Phase: ${title}\\.`));
}

async function checkAll() {
  await Promise.all(Object.entries(people).map(([who, person]) => checkRoom(person, who)));
  await Promise.all(Object.entries(people).map(([who, person]) =>
    person.inWindow ? null : checkPage(person, who)));
}

/* ---- what each does ---- */

const tokenOf = (page) => page.evaluate(() => localStorage.getItem('lessonwalk.token'));

async function invite(role) {
  await press(alder.page, '[data-act=invite]');
  await alder.page.select('lw-invite-dialog select[name=role]', role);
  await press(alder.page, 'lw-invite-dialog button.primary');
  await alder.page.waitForSelector('lw-invite-dialog input[readonly]');
  const url = await alder.page.$eval('lw-invite-dialog input[readonly]', (input) => input.value);
  await press(alder.page, 'lw-invite-dialog .dialog-close');
  return url;
}

async function join(who, browser, url) {
  const person = people[who];
  person.page = await openPage(await browser.createBrowserContext(), url);
  await fill(person.page, 'input[name=name]', who);
  await press(person.page, 'button.primary');
  await person.page.waitForSelector('.focus-banner');
  person.token = await tokenOf(person.page);
}

async function openPhase(id) {
  await press(alder.page, '.phase');
  await press(alder.page, '[data-act=next-phase]');
  await until(alder.page, () => !document.querySelector('lw-phase-dialog dialog[open]'));
  phase = id;
}

async function type(person, key, words) {
  await person.page.bringToFront();
  await person.page.focus('.scrub');
  await person.page.keyboard.press(key);
  await person.page.waitForSelector('.composer textarea:focus');
  await person.page.keyboard.type(words);
  await person.page.keyboard.press('Enter');
}

const inRoom = (person, words) => until(person.page, (wanted) =>
    [...document.querySelectorAll('.note[data-state=room] .note-text')].some(
        (one) => one.textContent === wanted), words);

async function pin(person, key, words) {
  await type(person, key, words);
  await inRoom(person, words);
  written.push({by: person, text: words});
}

async function pinInWindow(words) {
  await desktop.tell('pin', {text: words});
  written.push({by: mai, text: words});
}

/* Each part of the form rests on the moment on screen, or on what she pinned. */
async function handIn(person, noticing) {
  await person.page.bringToFront();
  await press(person.page, '[data-act=form]');
  await person.page.waitForSelector('lw-form-dialog dialog[open] textarea');
  await fill(person.page, 'lw-form-dialog [name=noticings]', noticing);
  await person.page.evaluate(() => {
    for (const part of document.querySelectorAll('lw-form-dialog .part')) {
      if (!part.querySelector('input[type=checkbox]:checked'))
        part.querySelector('input[type=checkbox]').click();
    }
  });
  await press(person.page, 'lw-form-dialog .primary');
  await until(person.page, () => !document.querySelector('lw-form-dialog dialog').open &&
      document.querySelector('[data-act=form]').textContent.trim().endsWith(': handed in'));
}

const look = (person, view) => person.page.evaluate((hash) => { location.hash = hash; },
                                                     `walk=${walk}${view ? `&view=${view}` : ''}`);

async function writeStep(person, level, words) {
  await press(person.page, `[data-level=${level}] [data-act=add-step]`);
  await fill(person.page, '.steps textarea', words);
  await press(person.page, '.steps .outcome-form .primary');
  await until(person.page, (where, wanted) => [...document.querySelectorAll(
      `[data-level=${where}] .outcome:not(.waiting) .note-text`)].some(
      (one) => one.textContent === wanted), level, words);
}

/* ---- the walk ---- */

const failed = await run({
  'a facilitator begins a walk, and a teacher joins it by her link': async () => {
    alder.page = await openPage(chromium.browser, `${room.url}/panel/#sign-in=${room.code}`);
    await press(alder.page, '.empty button');
    await fill(alder.page, 'dialog[open] input[name=title]', 'Pressing for evidence');
    await press(alder.page, 'dialog[open] button.primary');
    await alder.page.waitForSelector('.focus-banner');
    walk = await alder.page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('walk'));
    alder.token = await tokenOf(alder.page);
    await join('Mr. Birch', chromium.browser, await invite('host'));
  },

  'the teacher sets the focus and uploads a lesson, which plays': async () => {
    await press(birch.page, '.focus-banner button.primary');
    await fill(birch.page, 'textarea[name=focus]', 'Students say how they know.');
    await fill(birch.page, 'textarea[name=inquiry]', 'In what ways am I pressing for evidence?');
    await press(birch.page, 'lw-focus-dialog button.primary');
    await until(birch.page, () =>
      document.querySelector('.focus-text').textContent === 'Students say how they know.');
    await press(birch.page, '.stage-empty button');
    const input = await birch.page.waitForSelector('lw-uploads dialog[open] input[type=file]');
    await input.uploadFile(film);
    await until(birch.page, () => document.querySelector('lw-uploads input[name=title]').value);
    await press(birch.page, 'lw-uploads dialog[open] button.primary');
    await until(birch.page, () => document.querySelector('video')?.readyState >= 2);
    people.lesson = (await room.call(birch.token, 'GET', `walks/${walk}`)).visits[0].segments[0];
  },

  'three walkers and a coach join: in Firefox, in Chromium, in the desktop player': async () => {
    const {lesson} = people;
    delete people.lesson;
    const asCoach = await invite('coach'), asWalker = await invite('walker');
    await Promise.all([
      join('Dr. Osei', chromium.browser, asCoach),
      join('Ines Okafor', firefox.browser, asWalker.replace(room.url, herUrl)),
      join('Henrik Dahl', chromium.browser, asWalker),
      desktop.tell('join', {link: asWalker, name: 'Mai Tran'}),
    ]);
    mai.token = await desktop.tell('token');
    for (const person of pages)
      await until(person.page, () => document.querySelectorAll('.presence .face').length > 0);
    await checkAll();
    await openPhase('visit');
    // Nobody watches before that, but whose lesson it is; of others' he would have to, too.
    await Promise.all(pages.filter((one) => one !== birch).map((one) => readNorms(one.page)));
    assert.ok(await birch.page.$('video'));
    await room.call(birch.token, 'PUT', `walks/${walk}/me`, {norms: true});
    await desktop.tell('prepare', {walk: 'Pressing for evidence', intention: 'Who answers whom?'});
    const {me} = await room.call(mai.token, 'GET', `walks/${walk}`);
    assert.ok(me.norms && me.intention === 'Who answers whom?', JSON.stringify(me));
    await desktop.tell('open', {title: lesson.title});
    await checkAll();
  },

  'each pins, and has the own alone': async () => {
    const maiPins = pinInWindow('Mai: they turn to each other.');
    await pin(ines, 'n', 'Ines: both say "the same size".');
    await pin(henrik, 'w', 'Henrik: who has not spoken yet?');
    await pin(osei, 'n', 'Osei: she waits four seconds.');
    await pin(birch, 'w', 'Birch: did I answer for him?');
    await maiPins;
    await checkWindow();
    await checkAll();
    const bytes = desktop.bytes();
    for (const {by, text: words} of written)
      assert.equal(bytes.includes(words), by === mai, words);
  },

  'one hands in the form, begun with the own pins; the facilitator sees that, and not who': async () => {
    await handIn(henrik, 'Two of them point at the line.');
    const ask = async () => (await room.call(alder.token, 'GET', `walks/${walk}`)).forms;
    const end = Date.now() + WAIT_MS; // it is on its way
    let forms = await ask();
    while (forms.lessons[0].handed_in !== 1 && Date.now() < end)
      forms = await ask();
    assert.equal(forms.lessons[0].handed_in, 1);
    assert.ok(!JSON.stringify(forms).includes('point at the line'));
    await checkAll();
  },

  'one goes away, writes, and returns; the others go on': async () => {
    herWire.set(true);
    await until(ines.page, () => document.querySelector('.kept').dataset.state === 'away');
    await type(ines, 'n', 'Ines: written while away.');
    await ines.page.waitForSelector('.note[data-state=waiting]');
    assert.match(await text(ines.page, '.kept'), /1 note kept here only/);
    await pin(henrik, 'n', 'Henrik: meanwhile, at the board.');
    await checkRoom(ines, 'Ines Okafor');
    herWire.set(false);
    await inRoom(ines, 'Ines: written while away.');
    written.push({by: ines, text: 'Ines: written while away.'});
    await until(ines.page, () => document.querySelector('.kept').dataset.state === 'kept');
    await checkAll();
  },

  'the facilitator opens the debrief: everybody reads everybody, and one replies': async () => {
    await openPhase('debrief');
    await Promise.all([checkAll(), checkWindow()]);
    await henrik.page.bringToFront();
    await henrik.page.evaluate(() => [...document.querySelectorAll('.note')].find(
        (one) => one.textContent.includes('they turn to each other'))
        .querySelector('[aria-label=Reply]').click());
    await henrik.page.waitForSelector('.composer textarea:focus');
    await henrik.page.keyboard.type('Henrik: so they do, and twice.');
    await henrik.page.keyboard.press('Enter');
    await inRoom(henrik, 'Henrik: so they do, and twice.');
    written.push({by: henrik, text: 'Henrik: so they do, and twice.'});
    await Promise.all([checkAll(), checkWindow()]);
    assert.ok((await desktop.tell('rows')).some((row) => /^Reply .*and twice\.$/.test(row)));
  },

  'it fits three widths': async () => {
    mkdirSync(PICTURES, {recursive: true});
    // The teacher's page was open all along: what was made of the lesson meanwhile is there.
    await until(birch.page, () => document.querySelector('lw-timeline').film &&
                                  !document.querySelector('lw-uploads [role=progressbar]'));
    for (const [person, width, height] of [[ines, 390, 844], [osei, 820, 1180], [birch, 1440, 900]]) {
      await person.page.bringToFront();
      await setSize(person.page, width, height);
      await until(person.page, (wanted) => innerWidth === wanted &&
                  document.documentElement.scrollWidth <= innerWidth, width);
      await person.page.screenshot({path: path.join(PICTURES, `walk-${width}.png`)});
    }
    await desktop.tell('picture', {name: 'walk-window'});
  },

  'in the feedback teacher and coach go on, and the walkers keep their own': async () => {
    const given = textsFor(mai);
    // What students did was considered, and then what it means.
    await room.openPhase(alder.token, walk, 'debrief');
    await until(osei.page, () => document.querySelector('lw-walk').model.walk.step === 'implications');
    await look(osei, 'board');
    await press(osei.page, '[data-act=add-wondering]');
    await fill(osei.page, '.outcome-form textarea', 'Who would answer if nobody were called?');
    await press(osei.page, '.board-card input[name=cite]');
    await press(osei.page, '.outcome-form .primary');
    await until(osei.page, () => document.querySelector('.outcome:not(.waiting) .note-text'));
    await look(osei, '');
    await until(alder.page, () => document.querySelector('lw-walk').model.walk.step === 'implications');
    await openPhase('feedback');
    await checkAll();
    await pin(osei, 'w', 'Osei: what would you ask next time?');
    await checkAll();
    // What the debrief gave it stays on a machine; what the feedback says does not come there.
    await checkWindow(given);
    assert.ok(!desktop.bytes().includes('next time?'));
  },

  'each level writes a next step, the teacher her own, and only then the walk closes': async () => {
    await openPhase('next-steps');
    await checkAll();
    await Promise.all([look(birch, 'board'), look(alder, 'board')]);
    await writeStep(birch, 'teacher', 'I wait until two have answered.');
    await writeStep(alder, 'coach', 'Plan the question together.');
    const close = () => room.call(alder.token, 'POST', `walks/${walk}/phase`, {phase: 'closed'});
    await assert.rejects(close(), /409.*“Principal”, “District leader”, “Superintendent”/);
    for (const level of ['principal', 'district-leader', 'superintendent'])
      await writeStep(alder, level, `What the ${level} does.`);
    await openPhase('closed');
    // Who came by a link alone has left with it.
    await until(alder.page, () => document.querySelector('.phase').textContent.trim() === 'Closed');
    await assert.rejects(room.call(birch.token, 'GET', `walks/${walk}`), /404/);
  },

  'the next cycle begins with what this one left open, and with the same people': async () => {
    await look(alder, 'board');
    await alder.page.$eval('details.menu:has([data-act=next-walk])', (one) => { one.open = true; });
    await press(alder.page, '[data-act=next-walk]');
    await alder.page.waitForSelector('.before');
    const next = await alder.page.evaluate(() => location.hash.match(/walk=([^&]+)/)[1]);
    assert.notEqual(next, walk);
    await alder.page.$eval('.before', (one) => { one.open = true; });
    const said = await text(alder.page, '.before');
    for (const words of ['Who would answer if nobody were called?', 'I wait until two have answered.',
                         'What the superintendent does.'])
      assert.ok(said.includes(words), words);
    await press(alder.page, '.toast button');
    await alder.page.waitForSelector('lw-invite-dialog .people-again input');
    assert.equal((await alder.page.$$('lw-invite-dialog .people-again input')).length, 5);
  },

  'nothing broke on the way': async () => {
    assert.deepEqual(pages.flatMap((one) => one.page.errors), []);
  },
}, async () => JSON.stringify({
  phase, written: written.map((note) => note.text),
  pages: await Promise.all(pages.map(async (one) => one.page && [one.role, await one.page.evaluate(
      () => document.body.innerText.slice(0, 700)).catch(String)])),
}));

await Promise.all([chromium.close(), firefox.close(), desktop.close(), room.close()]);
herWire.set(true);
herWire.server.close();
process.exit(failed ? 1 : 0);
