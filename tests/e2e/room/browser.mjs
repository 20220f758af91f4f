// SPDX-License-Identifier: LGPL-2.1-or-later
/* A real browser: Chromium by its own protocol, Firefox by WebDriver BiDi. */
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import puppeteer from 'puppeteer-core';

export const WAIT_MS = 60000; // a watchdog on a busy machine, not a claim

/* The shell is the same engine, and a good deal cheaper; it heeds no preferences. */
const CHROMIUM = {whole: '/usr/bin/chromium', shell: '/usr/bin/chromium-headless-shell'};

/* A camera that shows @film (Y4M) over and over, and a microphone. To a room on this machine. */
function cameraFlags(film) {
  return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
          `--use-file-for-fake-video-capture=${film}`, '--allow-loopback-in-peer-connection',
          '--disable-features=WebRtcHideLocalIpsWithMdns'];
}

/* @options: blockThirdParty, textSize (in pixels), whole: with all that people have around a page,
 * camera: a film that its camera shows (Chromium; in Firefox a camera of its own) */
export async function openBrowser(name, {blockThirdParty = false, textSize = 16, whole = false,
                                         camera = null} = {}) {
  const chromium = CHROMIUM[whole || blockThirdParty || textSize !== 16 ? 'whole' : 'shell'];
  const profile = mkdtempSync(path.join(tmpdir(), `lw-${name}-`));
  let browser;
  if (name === 'chromium') {
    mkdirSync(path.join(profile, 'Default'), {recursive: true});
    writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify({
      profile: blockThirdParty ? {block_third_party_cookies: true, cookie_controls_mode: 1} : {},
      webkit: {webprefs: {default_font_size: textSize}},
    }));
    browser = await puppeteer.launch({
      executablePath: chromium, userDataDir: profile, headless: true, timeout: WAIT_MS,
      protocolTimeout: WAIT_MS, defaultViewport: null,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--mute-audio',
             '--autoplay-policy=no-user-gesture-required', ...(camera ? cameraFlags(camera) : [])],
    });
  } else {
    browser = await puppeteer.launch({
      browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, timeout: WAIT_MS,
      protocolTimeout: WAIT_MS, defaultViewport: null, userDataDir: profile,
      extraPrefsFirefox: {
        'network.cookie.cookieBehavior': blockThirdParty ? 1 : 5,
        'font.size.variable.x-western': textSize, 'font.size.variable.x-unicode': textSize,
        'media.autoplay.default': 0, 'media.volume_scale': '0.0',
        ...(camera ? {'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true,
                      'media.peerconnection.ice.loopback': true,
                      'media.peerconnection.ice.obfuscate_host_addresses': false} : {}),
      },
    });
  }
  return {
    browser, name,
    async close() {
      await browser.close();
      if (existsSync(profile))
        rmSync(profile, {recursive: true, force: true, maxRetries: 5});
    },
  };
}

export async function setSize(page, width, height) {
  try {
    await page.setViewport({width, height});
  } catch (error) {
    // An older Firefox takes the size and knows no screen that turns, which puppeteer asks of it too.
    if (!/setScreenOrientationOverride.*unknown command/.test(error.message))
      throw error;
    await until(page, (wanted) => innerWidth === wanted, width);
  }
}

/* A page whose every error is heard; `errors` has them. */
export async function openPage(context, url, {width = 1280, height = 860} = {}) {
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.errors = [];
  page.on('pageerror', (error) => {
    // Firefox calls it an error that a page which is loaded again cuts its socket.
    if (!/was interrupted while the page was loading/.test(error.message))
      page.errors.push(error.stack ?? error.message);
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text()))
      page.errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    page.errors.push(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await setSize(page, width, height);
  if (url)
    await page.goto(url);
  return page;
}

/* Waits until @condition, which runs in the page, holds. (Not by puppeteer's own way to wait: that
 * makes a function of a text inside the page, which a page's Content-Security-Policy forbids, and
 * Firefox up to 140 heeds it there.) What breaks while a page is loaded is not an answer. */
export async function until(page, condition, ...values) {
  for (const end = Date.now() + WAIT_MS; ;) {
    let why;
    try {
      // By a handle: an element does not come out of the page, and counts all the same.
      const answer = await page.evaluateHandle(condition, ...values);
      const holds = await answer.evaluate((value) => Boolean(value));
      await answer.dispose();
      if (holds)
        return;
    } catch (error) {
      why = error;
    }
    if (Date.now() > end)
      throw new Error(`waited in vain for ${condition}`, {cause: why});
    await sleep(100);
  }
}

export function text(page, selector) {
  return page.$eval(selector, (element) => element.textContent.replace(/\s+/g, ' ').trim());
}

/* Presses what has that name for a screen reader. */
export async function press(page, selector) {
  await page.waitForSelector(selector, {visible: true});
  await page.$eval(selector, (element) => element.click());
}

export async function fill(page, selector, value) {
  await page.waitForSelector(selector, {visible: true});
  await page.$eval(selector, (element) => { element.focus(); element.select?.(); });
  await page.keyboard.type(value);
}

/* What stands before the first lesson, in a routine that asks for the norms alone. */
export async function readNorms(page) {
  await press(page, 'lw-prepare input[name=norms]');
  await press(page, 'lw-prepare .primary');
  await until(page, () => !document.querySelector('.prepare-page'));
}

/* A page of somebody who is signed in, at @hash. */
export async function openAs(context, room, token, hash = '') {
  const {url} = await room.call(token, 'POST', 'me/link', {});
  const page = await openPage(context, url);
  await page.waitForSelector('lw-walk-list');
  await page.evaluate((place) => { location.hash = place; }, hash);
  return page;
}
