// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A live lesson in a real browser: sent by RTMP to a real nginx, and from the panel by WHIP; watched,
 * pinned, replayed:
 * node live.mjs chromium|firefox
 */
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {openAs, openBrowser, press, text, until} from './browser.mjs';
import {Room} from './room.mjs';
import {run} from './tap.mjs';

const CUT = 1.4; // seconds that the meeting's own recording lacks
const HEARD = 15; // seconds of the lesson that are sent live at least, to find them in the other by
const spoken = process.env.LESSONWALK_SPOKEN;
const [name] = process.argv.slice(2);
const film = process.env.LESSONWALK_FILM;
const PROGRAM = process.env.LESSONWALK_ROOM ??
    path.join(process.env.LESSONWALK_BUILD_ROOT ?? 'build', 'plugin/room/lessonwalk-room');

const freePort = () => new Promise((resolve) => {
  const server = net.createServer();
  server.listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => resolve(port));
  });
});

const rtmp = await freePort();
const room = await Room.open([`listen=127.0.0.1:${await freePort()}`, `rtmp-listen=127.0.0.1:${rtmp}`]);
const conf = path.join(room.folder, 'nginx.conf');
writeFileSync(conf, execFileSync(PROGRAM, [...room.sets, 'nginx-rtmp']));
const nginx = spawn('nginx', ['-p', '/usr/share/nginx', '-c', conf, '-g',
                              `master_process off;${process.getuid() === 0 ? 'user root;' : ''}`],
                    {stdio: 'ignore', env: {...process.env, PATH: `${process.env.PATH}:/usr/sbin`}});
process.once('exit', () => nginx.kill('SIGKILL'));
for (;;) {
  const there = await new Promise((resolve) => {
    const socket = net.connect(rtmp, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  if (there)
    break;
  await sleep(50);
}

/* The film as a camera sees it, over and over: raw, and no longer than its numbers. */
const camera = path.join(room.folder, 'camera.y4m');
const CAMERA_FRAMES = 300;
execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', film, '-an', '-pix_fmt', 'yuv420p',
                        '-frames:v', String(CAMERA_FRAMES), camera]);

const {browser, close} = await openBrowser(name, {camera});
let token, person, teacher, walk, visit, invitation, source, key, walker, page, segment, publisher, pinned;

function publish(loops) {
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-re', '-stream_loop', String(loops), '-i', film,
    '-ss', '40', '-i', spoken, '-map', '0:v', '-map', '1:a',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-bf', '2', '-c:a', 'aac', '-f', 'flv',
    `rtmp://127.0.0.1:${rtmp}/live/${key}`], {stdio: 'ignore'});
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

/* The number that the picture on screen shows; see tests/fixtures/make_clock_media.py. */
function shown(at) {
  return at.evaluate(() => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.drawImage(video, 0, 0);
    const block = canvas.width / 40, y = Math.round(canvas.height / 12);
    let number = 0;
    for (let bit = 0; bit < 16; bit++) {
      const [light] = context.getImageData(Math.round((12 + bit + 0.5) * block), y, 1, 1).data;
      number = number * 2 + (light > 128);
    }
    return number;
  });
}

const notes = async () => (await room.call(walker.token, 'GET', `walks/${walk}/notes`)).notes;
const notesHere = async () => (await notes()).filter((note) => note.segment === segment);

/* The number of what stays before her while she writes: a busy page hears late of frames that were
 * shown before it held, and then goes back to the one that is pinned. */
async function stays() {
  for (let before = -1; ;) {
    await until(page, () => {
      const {video, staysAt, frame} = document.querySelector('lw-player');
      return video.paused && !video.seeking && Math.abs(video.currentTime - (staysAt ?? frame)) < 0.12;
    });
    const now = await shown(page);
    if (now === before)
      return now;
    before = now;
    await sleep(200);
  }
}

/* What she pins, and the number of the frame that she saw. */
async function pin() {
  await page.keyboard.press('n');
  await page.waitForSelector('.composer textarea:focus');
  await page.keyboard.type('Three of them say how they know.');
  const frame = await stays();
  await page.keyboard.press('Enter');
  for (let i = 0; i < 200 && !(await notesHere()).length; i++)
    await sleep(50);
  const [note] = await notesHere();
  assert.ok(Math.abs(Date.parse(note.wall) - Date.parse(note.created)) < 10000, `${note.wall} ${note.created}`);
  return {frame, note};
}

/* The number of the frame at the pin, when the lesson is an ordinary one. */
async function replay() {
  await until(page, () => {
    const player = document.querySelector('lw-player');
    return player.state === 'ready' && !player.feed && player.video?.readyState >= 2;
  });
  const [note] = await notesHere();
  assert.equal(note.start, pinned.note.start);
  await page.evaluate((time) => document.querySelector('lw-player').seek(time), note.start);
  // A camera on a busy machine has few pictures a second: the pinned time lies in one of them.
  await until(page, (time) => {
    const {video} = document.querySelector('lw-player');
    return !video.seeking && video.readyState >= 2 && Math.abs(video.currentTime * 1e9 - time) < 5e7;
  }, note.start);
  return shown(page);
}

/* The teacher, by her own browser. */
async function openSending() {
  await press(teacher, '[data-act=live]');
  await teacher.waitForSelector('lw-live-dialog select[name=visit]', {visible: true});
  await teacher.select('lw-live-dialog select[name=visit]', visit);
  await press(teacher, 'lw-live-dialog [data-act=send-here]');
  await until(teacher, () => document.querySelector('.send-picture')?.videoWidth > 0);
  await press(teacher, '[data-act=send]:not([disabled])');
  await until(teacher, () => document.querySelector('lw-send-dialog .live-badge'));
}

async function nextSegment() {
  for (let i = 0; i < 600; i++) {
    const {visits: [, {segments}]} = await room.call(token, 'GET', `walks/${walk}`);
    if (segments.length)
      return segments[0].id;
    await sleep(100);
  }
  throw new Error('no picture came');
}

const failed = await run({
  'a walker is told that a live lesson is expected': async () => {
    ({token} = await room.call(null, 'POST', 'sign-in/link', {code: room.code}));
    ({person} = await room.call(token, 'GET', 'me'));
    ({id: walk} = await room.call(token, 'POST', 'walks', {title: 'Pressing for evidence'}));
    await room.call(token, 'PATCH', `walks/${walk}`, {focus: 'Evidence.', inquiry: 'How?'});
    await room.call(token, 'PUT', `walks/${walk}/members/${person}`, {roles: ['facilitator', 'host']});
    await room.call(token, 'PUT', `walks/${walk}/me`, {norms: true});
    ({visits: [{id: visit}]} = await room.call(token, 'POST', `walks/${walk}/visits`, {host: person}));
    await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'visit'});
    ({url: invitation} = await room.call(token, 'POST', `walks/${walk}/invitations`, {roles: ['walker']}));
    ({id: source, key} = await room.call(token, 'POST', `walks/${walk}/visits/${visit}/live`, {title: 'Fractions'}));
    walker = await room.join(invitation, 'Ms. Cedar');
    page = await openAs(browser, room, walker.token, `#walk=${walk}`);
    await page.waitForSelector('.stage-empty[data-live]');
  },

  'the picture comes by itself, and she is told that it is live': async () => {
    publisher = publish(5);
    await until(page, () => document.querySelector('video')?.readyState >= 2 &&
                            document.querySelector('.live-badge'));
    await until(page, () => document.querySelector('lw-player').frame > 2);
    segment = (await room.call(token, 'GET', `walks/${walk}`)).visits[0].segments[0].id;
    // What she sees is what came a moment ago.
    await until(page, () => {
      const {feed} = document.querySelector('lw-player');
      return feed.follows && feed.behind < 2e9;
    });
  },

  'a pin takes the frame that she sees, and the time of day': async () => {
    pinned = await pin();
    assert.ok(pinned.note.wall_uncertainty > 0);
  },

  'she goes back to what went by, and returns to live': async () => {
    await page.keyboard.press('Home');
    await until(page, () => document.querySelector('lw-player').frame < 2);
    await press(page, '[data-act=return-to-live]');
    await until(page, () => {
      const {feed, frame} = document.querySelector('lw-player');
      return feed.follows && frame > 3 && feed.behind < 2e9;
    });
  },

  'a late joiner sees the lesson, too': async () => {
    const late = await room.join(invitation, 'Mr. Dale');
    const other = await openAs(await browser.createBrowserContext(), room, late.token);
    // Hers is a phone, which has MediaSource by another name.
    await other.evaluateOnNewDocument(() => {
      globalThis.ManagedMediaSource = globalThis.MediaSource;
      delete globalThis.MediaSource;
    });
    await other.reload();
    await other.waitForSelector('lw-walk-list');
    await other.evaluate((place) => { location.hash = place; }, `#walk=${walk}`);
    await until(other, () => document.querySelector('lw-player')?.frame > 3);
    // What went by before she came is fetched.
    await other.keyboard.press('Home');
    await until(other, () => document.querySelector('lw-player').frame < 0.5);
    await until(other, () => document.querySelector('lw-player').frame > 1);
    await press(other, '[data-act=return-to-live]');
    await until(other, () => document.querySelector('lw-player').feed.behind < 2e9);
    assert.deepEqual(other.errors, []);
    await other.close();
  },

  'it is said when nothing comes any more': async () => {
    await until(page, (least) => document.querySelector('lw-player').time > least * 1e9, HEARD);
    publisher.kill('SIGKILL');
    await page.waitForSelector('.live-bar[data-state=interrupted]');
    assert.match(await text(page, '.live-bar'), /Interrupted since/);
  },

  'when it is over, the pin is on the frame that she saw': async () => {
    await room.call(token, 'POST', `live/${source}/end`);
    const frame = await replay();
    assert.ok(Math.abs(frame - pinned.frame) <= 1, `${frame} after ${pinned.frame}`);
    assert.deepEqual(page.errors, []);
  },

  'the meeting’s own recording is found by sound, offered, and brought the pin to its frame': async () => {
    // By another codec, quieter, begun later; and as long as what was sent live.
    const own = path.join(room.folder, 'own.mkv');
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-stream_loop', '5', '-i', film, '-ss', '40', '-i', spoken,
      '-map', '0:v', '-map', '1:a', '-ss', String(CUT), '-t', '40', '-c:v', 'libx264', '-preset', 'ultrafast', '-af', 'volume=0.4', '-c:a', 'libopus', '-b:a', '32k', own]);
    const {segment: other} = await room.upload(token, walk, own, {visit, title: 'From the meeting', purpose: 'lesson'});
    const offered = (await room.call(token, 'GET', `walks/${walk}`)).visits[0].segments.find(({id}) => id === other).offers;
    assert.equal(offered.length, 1);
    assert.equal(offered[0].state, 'found', JSON.stringify(offered));
    const lead = await openAs(await browser.createBrowserContext(), room, token, `#walk=${walk}&segment=${other}`);
    await press(lead, '[data-act=align]');
    await lead.waitForSelector('.align-box');
    // Nothing has moved yet.
    assert.equal((await notes())[0].segment, segment);
    const before = await text(lead, '.align-box [role=status]');
    await press(lead, '.align-box .anchor-nudge button:last-child');
    await until(lead, (old) => document.querySelector('.align-box [role=status]').textContent !== old, before);
    await press(lead, '.align-box .anchor-nudge button:first-child');
    await until(lead, (old) => document.querySelector('.align-box [role=status]').textContent === old, before);
    await press(lead, '.align-box .primary');
    await until(lead, () => !document.querySelector('.align-box') && document.querySelector('[data-act=align-back]'));
    const [note] = await notes();
    assert.equal(note.segment, other);
    assert.equal(note.wall, pinned.note.wall);
    await lead.evaluate((time) => document.querySelector('lw-player').seek(time), note.start);
    await until(lead, (time) => {
      const {video, frame} = document.querySelector('lw-player');
      return video.readyState >= 2 && !video.seeking && Math.abs(frame * 1e9 - time) < 4e7;
    }, note.start);
    const frame = await shown(lead);
    assert.ok(Math.abs(frame - pinned.frame) <= 1, `${frame} after ${pinned.frame}`);

    await press(lead, '[data-act=align-back]');
    await until(lead, () => document.querySelector('[data-act=align]'));
    const [back] = await notes();
    assert.equal(back.segment, segment);
    assert.equal(back.start, pinned.note.start);
    assert.deepEqual(lead.errors, []);
    await lead.close();
  },

  'a teacher sends the next lesson from her browser': async () => {
    const {visits} = await room.call(token, 'POST', `walks/${walk}/visits`, {host: person});
    visit = visits[1].id;
    teacher = await openAs(await browser.createBrowserContext(), room, token, `#walk=${walk}`);
    await openSending();
    segment = await nextSegment();
    await page.evaluate((hash) => { location.hash = hash; }, `#walk=${walk}&segment=${segment}`);
    await until(page, (id) => {
      const player = document.querySelector('lw-player');
      return player?.segment?.id === id && player.feed && player.video?.readyState >= 2 && player.frame > 2;
    }, segment);
  },

  'what comes from her camera is pinned, too': async () => {
    pinned = await pin();
    // By the clock of her browser, which is this machine's.
    assert.ok(pinned.note.wall_uncertainty <= 1e9, `${pinned.note.wall_uncertainty}`);
  },

  'it asks before she stops': async () => {
    await press(teacher, 'lw-send-dialog .dialog-close');
    await press(teacher, '[data-act=go-on]');
    await until(teacher, () => document.querySelector('lw-send-dialog .live-badge'));
    assert.deepEqual(teacher.errors, []);
  },

  'a browser that crashes is noticed, and goes on when it is back': async () => {
    const session = await teacher.createCDPSession();
    session.send('Page.crash').catch(() => {});
    await page.waitForSelector('.live-bar[data-state=interrupted]');
    teacher = await openAs(await browser.createBrowserContext(), room, token, `#walk=${walk}`);
    await openSending();
    await page.waitForSelector('.live-bar[data-state=live]');
  },

  'its pin is on the frame that she saw': async () => {
    await press(teacher, '[data-act=ask-end-sending]');
    await press(teacher, '[data-act=end-sending]');
    const frame = await replay();
    const apart = Math.abs(frame - pinned.frame);
    assert.ok(Math.min(apart, CAMERA_FRAMES - apart) <= 1, `${frame} after ${pinned.frame}`);
    assert.deepEqual(page.errors, []);
  },
});
publisher?.kill('SIGKILL');
nginx.kill('SIGTERM');
await close();
await room.close();
process.exit(failed ? 1 : 0);
