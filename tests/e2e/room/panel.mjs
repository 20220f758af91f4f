// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The panel as people use it, in a real browser with a real room:  node panel.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import http from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import {fill, openBrowser, openPage, press, readNorms, setSize, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';
import {CORPUS} from './xss-corpus.mjs';

const [name] = process.argv.slice(2);
const film = process.env.LESSONWALK_FILM;
const FRAME_NS = 1e9 / Number(process.env.LESSONWALK_FILM_RATE ?? 25);

const outer = http.createServer((request, answer) => {
  // A meeting's page: strict itself, of another site, on another port.
  answer.setHeader('Content-Security-Policy', `default-src 'none'; frame-src ${outer.inner}`);
  answer.setHeader('Content-Type', 'text/html');
  answer.end(`<!doctype html><title>meeting</title><iframe width="1200" height="800"
    src="${outer.inner}${decodeURIComponent(request.url.slice(1))}"></iframe>`);
});
await new Promise((resolve) => outer.listen(0, '127.0.0.1', resolve));
const outerUrl = `http://localhost:${outer.address().port}`;

const room = await Room.open([`frame-ancestors='self' ${outerUrl}`]);
outer.inner = room.url;
const chosen = await openBrowser(name);
const {browser} = chosen;
let page, token, me, walk, segment, invitation;

const notes = async (as = token) => (await room.call(as, 'GET', `walks/${walk}/notes`)).notes;
const roomHas = async (count) => {
  for (let i = 0; i < 200 && (await notes()).length !== count; i++)
    await sleep(100);
  assert.equal((await notes()).length, count);
};
/* Waits until a note with those words stands there as one that the room has. */
const inRoom = (words, at = page) => until(at, (wanted) =>
    [...document.querySelectorAll('.note[data-state=room] .note-text')].some(
        (one) => one.textContent === wanted), words);
const noteTexts = (at) => at.$$eval('.note-text', (all) => all.map((one) => one.textContent));

async function pin(at, key, words) {
  await at.keyboard.press(key);
  await at.waitForSelector('.composer textarea:focus');
  await at.keyboard.type(words);
}

async function signedIn(at) {
  return at.evaluate(() => localStorage.getItem('lessonwalk.token'));
}

const failed = await run({
  'a sign-in link opens once and leaves no code in the address': async () => {
    page = await openPage(browser, `${room.url}/panel/#sign-in=${room.code}`);
    await until(page, () => document.querySelector('lw-walk-list .empty'));
    assert.equal(await page.evaluate(() => location.hash), '');
    token = await signedIn(page);
    me = await room.call(token, 'GET', 'me');
    assert.equal(await page.evaluate(() => document.cookie), '');
    const again = await openPage(await browser.createBrowserContext(),
                                 `${room.url}/panel/#sign-in=${room.code}`);
    await again.waitForSelector('[role=alert]');
    assert.equal(await again.$('lw-walk-list'), null);
    await again.close();
  },

  'a person stays signed in when the page is loaded again': async () => {
    await page.reload();
    await page.waitForSelector('lw-walk-list .empty');
  },

  'a facilitator begins a walk and sets focus and inquiry': async () => {
    await press(page, '.empty button');
    await fill(page, 'dialog[open] input[name=title]', 'Pressing for evidence');
    await press(page, 'dialog[open] button.primary');
    await until(page, () => /walk=/.test(location.hash) && document.querySelector('.focus-banner'));
    walk = await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('walk'));
    await room.call(token, 'PUT', `walks/${walk}/members/${me.person}`,
                    {roles: ['facilitator', 'host']});
    await press(page, '.focus-banner button.primary');
    await fill(page, 'textarea[name=focus]', 'Students say how they know.');
    await fill(page, 'textarea[name=inquiry]', 'In what ways am I pressing for evidence?');
    await press(page, 'lw-focus-dialog button.primary');
    await until(page, () =>
      document.querySelector('.focus-text').textContent === 'Students say how they know.' &&
      document.querySelector('.focus-inquiry').textContent.includes('pressing'));
  },

  'a lesson is uploaded with the panel and plays': async () => {
    await press(page, '.stage-empty button');
    const input = await page.waitForSelector('lw-uploads dialog[open] input[type=file]');
    await input.uploadFile(film);
    await until(page, () => document.querySelector('lw-uploads input[name=title]').value);
    await press(page, 'lw-uploads dialog[open] button.primary');
    await until(page, () => document.querySelector('video')?.readyState >= 2);
    segment = (await room.call(token, 'GET', `walks/${walk}`)).visits[0].segments[0].id;
  },

  'the facilitator opens the next phase and makes an invitation': async () => {
    await press(page, '.phase');
    await press(page, '[data-act=next-phase]');
    await until(page, () => document.querySelector('.pin.noticing'));
    await press(page, '.bar .menu summary');
    await press(page, '[data-act=invite]');
    await press(page, 'lw-invite-dialog button.primary');
    await page.waitForSelector('lw-invite-dialog input[readonly]');
    invitation = await page.$eval('lw-invite-dialog input[readonly]', (input) => input.value);
    assert.match(invitation, /\/panel\/#join=.{16,}/);
    await press(page, 'lw-invite-dialog .dialog-close');
  },

  'N pins the frame on screen, and the note reaches the room': async () => {
    // Nothing was played before: what the room says of the frames is all that is known.
    await until(page, () => document.querySelector('lw-player').frames);
    await page.focus('.scrub');
    await page.evaluate(() => document.querySelector('lw-player').seek(1.21e9));
    await until(page, () => Math.abs(document.querySelector('video').currentTime - 1.21) < 0.1 &&
                            !document.querySelector('video').seeking);
    await sleep(500);
    await pin(page, 'n', 'Mateo says "both are missing one piece".');
    await page.keyboard.press('Enter');
    await inRoom('Mateo says "both are missing one piece".');
    const [note] = await notes();
    assert.equal(note.kind, 'noticing');
    assert.equal(note.text, 'Mateo says "both are missing one piece".');
    // The start of the frame that holds 1.21 s, not 1.21 s.
    const expected = Math.floor(1.21e9 / FRAME_NS) * FRAME_NS;
    assert.ok(Math.abs(note.start - expected) < 10, `${note.start} is not ${expected}`);
  },

  'I and O make a range for W, and letters do nothing while one types': async () => {
    await page.keyboard.press('i');
    await page.keyboard.press('ArrowRight');
    await until(page, () => document.querySelector('lw-player').now() > 2e9);
    await page.keyboard.press('o');
    await pin(page, 'w', 'now in winter');
    await page.keyboard.press('Enter');
    await inRoom('now in winter');
    const note = (await notes()).find((one) => one.kind === 'wondering');
    assert.equal(note.text, 'now in winter');
    assert.ok(note.end > note.start);
    await page.keyboard.press('x');
  },

  'comma and period step by one frame': async () => {
    const now = () => page.evaluate(() => document.querySelector('lw-player').now());
    await page.evaluate(() => document.querySelector('lw-player').seek(1.0e9));
    await sleep(1000);
    const before = await now();
    await page.keyboard.press('.');
    await until(page, (from) => document.querySelector('lw-player').now() > from, before);
    assert.ok(Math.abs(await now() - before - FRAME_NS) < 1e6, `${before} to ${await now()}`);
    await page.keyboard.press(',');
    await until(page, (from) => document.querySelector('lw-player').now() <= from + 1e6, before);
    assert.ok(Math.abs(await now() - before) < 1e6);
  },

  'a note is changed, deleted, and comes back by undo': async () => {
    await page.focus('.note[tabindex="0"]');
    await page.keyboard.press('F2');
    await page.waitForSelector('.composer textarea:focus');
    await page.keyboard.type(' Yes.');
    await page.keyboard.press('Enter');
    await inRoom('now in winter Yes.');
    await page.focus('.note[tabindex="0"]');
    await page.keyboard.press('Delete');
    await until(page, () => document.querySelectorAll('.note').length === 1);
    await roomHas(1);
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    await until(page, () => document.querySelectorAll('.note').length === 2);
    await roomHas(2);
    assert.ok((await notes()).some((one) => one.text.endsWith('Yes.')));
  },

  'search and filter show what fits': async () => {
    await page.focus('.scrub');
    await page.keyboard.press('/');
    await page.keyboard.type('winter');
    await until(page, () => document.querySelectorAll('.note').length === 1);
    await page.keyboard.press('Escape');
    await until(page, () => document.querySelectorAll('.note').length === 2);
  },

  'what is typed while the network is away outlasts a reload and is sent once': async () => {
    await until(page, () => navigator.serviceWorker?.controller);
    const before = (await notes()).length;
    room.wire.set(true);
    await until(page, () => document.querySelector('.kept').dataset.state === 'away');
    await page.focus('.scrub');
    await pin(page, 'n', 'Written while the network was away.');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.note[data-state=waiting]');
    assert.match(await text(page, '.note[data-state=waiting]'), /not in the room yet/);
    assert.match(await text(page, '.kept'), /1 note kept here only/);
    await pin(page, 'w', 'Only half of a wond');
    await sleep(600); // a quarter of a second and the disk
    await page.reload();
    await page.waitForSelector('.note[data-state=waiting]');
    assert.equal(await text(page, '.note[data-state=waiting] .note-text'),
                 'Written while the network was away.');
    assert.match(await text(page, '.draft'), /Only half of a wond/);
    assert.equal((await notes()).length, before);
    // The first answer is lost on the way: the room has it, the panel does not know, sends again.
    room.wire.deaf = '/changes';
    room.wire.set(false);
    await until(page, () => document.querySelector('.kept').dataset.state === 'kept' &&
                            !document.querySelector('.note[data-state=waiting]'));
    const there = (await notes()).filter((one) => one.text.startsWith('Written while'));
    assert.equal(there.length, 1);
    assert.equal(room.wire.deaf, null, 'no answer was lost');
    await press(page, '.draft button');
    await page.waitForSelector('.composer textarea:focus');
    await page.keyboard.type('ering');
    await page.keyboard.press('Enter');
    await inRoom('Only half of a wondering');
    assert.ok((await notes()).some((one) => one.text === 'Only half of a wondering'));
    assert.equal((await notes()).length, before + 2);
  },

  'a walker joins by the link, writes, and sees only her own notes': async () => {
    const context = await browser.createBrowserContext();
    const walker = page.walker = await openPage(context, invitation);
    await fill(walker, 'input[name=name]', 'Ines Okafor');
    await press(walker, 'button.primary');
    await readNorms(walker);
    await until(walker, () => document.querySelector('video')?.readyState >= 2);
    assert.equal((await noteTexts(walker)).length, 0);
    await pin(walker, 'n', 'A walker saw this.');
    await walker.keyboard.press('Enter');
    await inRoom('A walker saw this.', walker);
    await sleep(1000);
    assert.ok(!(await noteTexts(page)).includes('A walker saw this.'));
  },

  'two people see one another and one another’s notes at once when the phase opens them':
    async () => {
      const {walker} = page;
      await until(page, () => document.querySelector('.presence .face'));
      await press(page, '.phase');
      await press(page, '[data-act=next-phase]');
      await until(page, () => [...document.querySelectorAll('.note-text')].some(
          (one) => one.textContent === 'A walker saw this.'));
      await until(walker, () => document.querySelectorAll('.note').length > 3);
      await walker.focus('.scrub');
      await pin(walker, 'n', 'Said while both were there.');
      await walker.keyboard.press('Enter');
      await until(page, () => [...document.querySelectorAll('.note-text')].some(
          (one) => one.textContent === 'Said while both were there.'));
      assert.equal(await page.$eval('lw-walk', (one) => one.model.way), 'live');
    },

  'a reply stands below what it answers': async () => {
    await page.bringToFront();
    await page.evaluate(() => [...document.querySelectorAll('.note')].find(
        (one) => one.textContent.includes('A walker saw this.'))
        .querySelector('[aria-label=Reply]').click());
    await page.waitForSelector('.composer textarea:focus');
    await page.keyboard.type('So did I.');
    await page.keyboard.press('Enter');
    await inRoom('So did I.');
    await until(page.walker, () => {
      const rows = [...document.querySelectorAll('.note')];
      const i = rows.findIndex((row) => row.textContent.includes('A walker saw this.'));
      return rows[i + 1]?.textContent.includes('So did I.');
    });
  },

  'on the board a card is moved by keys, and an outcome rests on it': async () => {
    await press(page, '.board-link');
    await press(page, '[data-act=new-group]');
    await fill(page, '.group-form input', 'Reasons');
    await page.keyboard.press('Enter');
    await until(page, () => document.querySelectorAll('.board-column').length === 2);
    const card = await page.$eval('.board-card', (one) => one.dataset.note);
    await page.focus(`.board-card[data-note="${card}"]`);
    await page.keyboard.press(' ');
    await page.waitForSelector('.board-card.taken');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await until(page, (id) => document.querySelector(`.board-card[data-note="${id}"]`)
        .closest('.board-column').querySelector('h3')?.textContent === 'Reasons', card);
    await press(page, '[data-act=add-asset]');
    await fill(page, '.outcome-form textarea', 'Students answer one another.');
    await press(page, '.outcome-form .primary');
    await until(page, () => document.querySelector('.outcome .note-text')?.textContent ===
        'Students answer one another.');
    await until(page, () => document.querySelector('.kept').dataset.state === 'kept');
    const walk = await page.evaluate(() => location.hash.match(/walk=([^&]+)/)[1]);
    const {items} = await room.call(token, 'GET', `walks/${walk}/board`);
    assert.deepEqual(items.map(({type}) => type).sort(), ['card', 'group', 'outcome']);
    assert.deepEqual(items.find(({type}) => type === 'outcome').cites, [card]);
    await press(page, '.board-link');
    await page.waitForSelector('lw-notes .note');
  },

  'hostile words are shown as words, and nothing of them runs': async () => {
    const other = await room.join(invitation, '<img src=x onerror=window.xss=1>Mallory');
    const {id: track} = await room.call(other.token, 'POST', `segments/${segment}/track`, {});
    const changes = CORPUS.map((words, i) => ({op: 'put', note: {
      id: randomUUID(), track, kind: 'noticing', start: i * 1e7, end: i * 1e7, text: words,
      tags: [words.slice(0, 100).replace(/,/g, ' ').trim() || 'tag']}}));
    const {results} = await room.call(other.token, 'POST', `walks/${walk}/changes`, {changes});
    assert.ok(results.every((one) => one.status === 'kept'), JSON.stringify(results));
    await until(page, (count) => document.querySelectorAll('.note').length > count, CORPUS.length);
    const shown = await noteTexts(page);
    for (const words of CORPUS)
      assert.ok(shown.includes(words), `not shown as it is: ${words}`);
    await page.evaluate(() => document.querySelector('lw-notes').reveal(''));
    await page.$$eval('.note', (rows) => rows.forEach((row) => {
      row.scrollIntoView();
      row.click();
    }));
    await sleep(1500);
    assert.equal(await page.evaluate(() => window.xss), undefined);
    assert.deepEqual(await page.$$eval('lw-walk :is(script, iframe, object, embed, style, base, ' +
        'img, a[href^="javascript" i], [onerror], [onload], [onclick])',
        (all) => all.map((one) => one.outerHTML)), []);
    assert.deepEqual(page.errors, []);
  },

  'every control has a name, and the page its landmarks': async () => {
    const nameless = await page.$$eval('button, input, select, textarea, summary, a[href], video',
      (all) => all.filter((one) => {
        if (one.closest('[aria-hidden=true]') || one.closest('dialog:not([open])'))
          return false;
        const name = one.getAttribute('aria-label') || one.textContent.trim() ||
            [...one.labels ?? []].map((label) => label.textContent.trim()).join('');
        return !name;
      }).map((one) => one.outerHTML.slice(0, 200)));
    assert.deepEqual(nameless, []);
    assert.equal(await page.$$eval('main', (all) => all.length), 1);
    assert.equal(await page.$$eval('h1', (all) => all.length), 1);
    assert.ok(await page.$('[role=status]'));
  },

  'phone, tablet and desktop widths hold it, focus in view, in both directions': async () => {
    const url = await page.evaluate(() => location.hash);
    for (const direction of ['ltr', 'rtl']) {
      await page.goto(`${room.url}/panel/?dir=${direction}${url}`);
      await page.waitForSelector('.note');
      for (const [width, height] of [[390, 844], [820, 1180], [1440, 900]]) {
        await setSize(page, width, height);
        await sleep(400);
        const seen = await page.evaluate(() => {
          const list = document.querySelector('.note:last-child');
          list.scrollIntoView({block: 'end'});
          const box = document.querySelector('.focus-text').getBoundingClientRect();
          return {over: document.documentElement.scrollWidth - innerWidth,
                  focus: box.top >= 0 && box.bottom <= innerHeight};
        });
        assert.ok(seen.over <= 0, `${width} ${direction}: ${seen.over} pixels too wide`);
        assert.ok(seen.focus, `${width} ${direction}: the focus left the screen`);
      }
    }
    await page.goto(`${room.url}/panel/${url}`);
  },

  'twice the text size fits a phone and a desktop': async () => {
    const large = await openBrowser(name, {textSize: 32});
    try {
      const {url} = await room.call(token, 'POST', 'me/link', {});
      const at = await openPage(large.browser, url);
      await at.waitForSelector('lw-walk-list');
      await at.goto(`${room.url}/panel/#walk=${walk}`);
      await at.waitForSelector('.note');
      assert.equal(await at.evaluate(() => getComputedStyle(document.documentElement).fontSize),
                   '32px');
      for (const [width, height] of [[390, 844], [1440, 900]]) {
        await setSize(at, width, height);
        await sleep(400);
        assert.ok(await at.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
                  `too wide at ${width}`);
      }
    } finally {
      await large.close();
    }
  },

  'it works in another site’s frame that may store nothing': async () => {
    const strict = await openBrowser(name, {blockThirdParty: true});
    try {
      const {url} = await room.call(token, 'POST', 'me/link', {});
      const at = await openPage(strict.browser,
          `${outerUrl}/${encodeURIComponent(new URL(url).pathname + new URL(url).hash)}`);
      const frame = await at.waitForFrame((one) => one.url().startsWith(room.url));
      await frame.waitForSelector('.walk-row');
      await frame.$eval('.walk-row', (row) => row.click());
      await frame.waitForSelector('.note');
      const before = (await notes()).length;
      await frame.$eval('.pin.noticing', (button) => button.click());
      await frame.waitForSelector('.composer textarea:focus');
      await frame.type('.composer textarea', 'From inside a meeting.');
      await frame.$eval('.composer button.primary', (button) => button.click());
      await inRoom('From inside a meeting.', frame);
      assert.equal((await notes()).length, before + 1);
      if (name === 'firefox')
        assert.match(await text(frame, '.notice.memory'), /keep nothing on this machine/);
    } finally {
      await strict.close();
    }
  },

  'a site that is not listed cannot frame it': async () => {
    const stranger = http.createServer((request, answer) => {
      answer.setHeader('Content-Type', 'text/html');
      answer.end(`<!doctype html><iframe src="${room.url}/panel/"></iframe>`);
    });
    await new Promise((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const at = await openPage(browser, `http://localhost:${stranger.address().port}`);
    await sleep(1500);
    for (const frame of at.frames().slice(1))
      assert.equal(await frame.$('lw-panel').catch(() => null), null);
    await at.close();
    stranger.close();
  },

  'nothing broke on the way': async () => {
    const csp = [...page.errors, ...page.walker?.errors ?? []];
    assert.deepEqual(csp, []);
  },
}, () => page.evaluate(() => JSON.stringify({
  kept: document.querySelector('.kept')?.outerHTML, here: document.querySelector('.kept-here')?.textContent,
  toast: document.querySelector('.toast')?.textContent, page: document.body.innerText.slice(0, 1500)})));

await chosen.close();
await room.close();
outer.close();
process.exit(failed ? 1 : 0);
