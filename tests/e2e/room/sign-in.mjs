// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Coming in by a password and by a real OpenID provider:  node sign-in.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import http from 'node:http';
import {fileURLToPath} from 'node:url';
import {fill, openBrowser, openPage, press, text, until, WAIT_MS} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const [name] = process.argv.slice(2);
let provider;

async function startProvider(back) {
  const script = fileURLToPath(new URL('oidc-provider.js', import.meta.url));
  provider = spawn(process.execPath, [script, back], {stdio: ['ignore', 'pipe', 'ignore']});
  return new Promise((resolve, reject) => {
    let said = '';
    provider.stdout.on('data', (bytes) => {
      said += bytes;
      if (said.includes('\n'))
        resolve(said.split('\n')[0]);
    });
    provider.on('exit', () => reject(new Error('the provider ended')));
  });
}

const outer = http.createServer((request, answer) => {
  answer.setHeader('Content-Type', 'text/html');
  answer.end(`<!doctype html><title>meeting</title><iframe width="1000" height="700"
    src="${room.url}/panel/#join=${invitation.split('#join=')[1]}"></iframe>`);
});
await new Promise((resolve) => outer.listen(0, '127.0.0.1', resolve));
const outerUrl = `http://localhost:${outer.address().port}`;

const room = await Room.open(async (url) => {
  const issuer = await startProvider(`${url}/api/sign-in/oidc/back`);
  return [`oidc-issuer=${issuer}`, 'oidc-client-id=lessonwalk', 'oidc-name=The District',
          'oidc-client-secret=a secret: with / signs & all', `frame-ancestors='self' ${outerUrl}`];
});
const alder = await room.call(null, 'POST', 'sign-in/link', {code: room.code});
const {id: walk} = await room.call(alder.token, 'POST', 'walks', {title: 'Pressing for evidence'});
const {url: invitation} = await room.call(alder.token, 'POST', `walks/${walk}/invitations`,
                                          {roles: ['walker']});
const chosen = await openBrowser(name);
const {browser} = chosen;
let page, context;

/* The provider's own two pages: who one is, and that the room may know it. */
async function beAtProvider(at, who) {
  await until(at, () => location.pathname.startsWith('/interaction/') &&
                        document.querySelector('input[name=login]'));
  await at.type('input[name=login]', who);
  await at.type('input[name=password]', 'x');
  await at.keyboard.press('Enter');
  await until(at, () => document.querySelector('input[name=prompt]')?.value === 'consent');
  await at.click('button[type=submit]');
}

const failed = await run({
  'a password that is wrong is told, and the right one leads in': async () => {
    await room.call(alder.token, 'POST', 'me/password', {login: 'alder', password: 'a long way to go'});
    page = await openPage(browser, `${room.url}/panel/`);
    await fill(page, 'input[name=login]', 'alder');
    await fill(page, 'input[name=password]', 'a long way');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.sign-in [role=alert]');
    assert.match(await text(page, '.sign-in [role=alert]'), /[a-z]+ [a-z]+/);
    assert.equal(await page.$eval('input[name=login]', (field) => field.value), 'alder');
    await page.$eval('input[name=password]', (field) => { field.value = ''; });
    await fill(page, 'input[name=password]', 'a long way to go');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.walk-row');
    assert.equal(await page.evaluate(() => document.cookie), '');
    assert.deepEqual(page.errors, []);
    await page.close();
  },

  'who comes by the provider without being known is told to open an invitation': async () => {
    context = await browser.createBrowserContext();
    page = await openPage(context, `${room.url}/panel/`);
    await press(page, '[data-act=provider]');
    await beAtProvider(page, 'oak');
    await page.waitForSelector('.sign-in [role=alert]');
    assert.match(await text(page, '.sign-in [role=alert]'), /not known here yet.*invitation/);
    assert.equal(await page.evaluate(() => location.hash), '');
    await page.waitForSelector('[data-act=provider]');
    await context.close();
  },

  'an invitation is taken up with the provider, under the name that the provider knows': async () => {
    context = await browser.createBrowserContext();
    page = await openPage(context, invitation);
    assert.equal(await text(page, '[data-act=provider]').catch(() => '') ||
                 await page.waitForSelector('[data-act=provider]').then(() =>
                     text(page, '[data-act=provider]')), 'Join with The District');
    await press(page, '[data-act=provider]');
    await beAtProvider(page, 'pine');
    await page.waitForSelector('.walk-row');
    assert.match(await text(page, '.walk-row'), /Pressing for evidence.*walker/);
    assert.match(await text(page, 'lw-walk-list'), /Ms\. Pine/);
    assert.equal(await page.evaluate(() => location.hash), '');
  },

  'whoever is signed in joins as that person, without saying a name': async () => {
    const {id} = await room.call(alder.token, 'POST', 'walks', {title: 'The next cycle'});
    const {url} = await room.call(alder.token, 'POST', `walks/${id}/invitations`, {roles: ['coach']});
    const at = await openPage(context, url);
    await until(at, () => /You join as Ms\. Pine/.test(document.body.textContent));
    await press(at, 'form button.primary');
    await until(at, (walkId) => location.hash === `#walk=${walkId}`, id);
    const {members} = await room.call(alder.token, 'GET', `walks/${id}`);
    assert.ok(members.some((one) => one.name === 'Ms. Pine' && one.roles.includes('coach')));
    await at.close();
  },

  'who signed out comes back by the provider as the same person': async () => {
    await page.reload();
    await page.waitForSelector('.walk-row');
    await page.evaluate(() => { localStorage.clear(); });
    await page.goto('about:blank');
    await page.goto(`${room.url}/panel/`);
    await press(page, '[data-act=provider]');
    await page.waitForSelector('.walk-row');
    assert.match(await text(page, 'lw-walk-list'), /Ms\. Pine/);
    assert.deepEqual(page.errors, []);
    await context.close();
  },

  'in another site’s frame the provider has a window of its own, and the frame is signed in':
    async () => {
      context = await browser.createBrowserContext();
      const at = await openPage(context, outerUrl);
      const frame = await at.waitForFrame((one) => one.url().startsWith(room.url));
      await frame.waitForSelector('[data-act=provider]');
      const before = new Set(await context.pages());
      // Where the button lies is added up here: Firefox 140 does not tell where a frame lies.
      const outer = await (await at.$('iframe')).boundingBox();
      const [x, y] = await frame.$eval('[data-act=provider]', (button) => {
        button.scrollIntoView({block: 'center'});
        const box = button.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
      });
      await at.mouse.click(outer.x + x, outer.y + y);
      let own;
      for (let i = 0; i < WAIT_MS / 200 && !own; i++) {
        own = (await context.pages()).find((one) => !before.has(one));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      await beAtProvider(own, 'pine');
      await frame.waitForSelector('.walk-row');
      assert.match(await text(frame, 'lw-walk-list'), /Ms\. Pine.*Pressing for evidence/);
      for (let i = 0; i < WAIT_MS / 200 && !own.isClosed(); i++)
        await new Promise((resolve) => setTimeout(resolve, 200));
      assert.ok(own.isClosed());
      await context.close();
    },

  'a provider that is away is told in a sentence, and other ways stay': async () => {
    // A room that has just begun does not know the provider's pages yet.
    for (const one of [provider, room.process]) {
      const over = new Promise((resolve) => one.on('exit', resolve));
      one.kill();
      await over;
    }
    await room.start();
    context = await browser.createBrowserContext();
    page = await openPage(context, `${room.url}/panel/#sign-in-failed=provider`);
    await page.waitForSelector('[data-act=provider]');
    assert.match(await text(page, '.sign-in [role=alert]'), /provider is in trouble/);
    await press(page, '[data-act=provider]');
    await until(page, () => /provider does not answer/.test(
        document.querySelector('.sign-in [role=alert]')?.textContent));
    assert.ok(await page.$('input[name=password]'));
    assert.deepEqual(page.errors, []);
  },
}, () => page.evaluate(() => JSON.stringify({url: location.href,
                                             page: document.body.innerText.slice(0, 1500)})));

provider.kill();
await chosen.close();
await room.close();
outer.close();
process.exit(failed ? 1 : 0);
