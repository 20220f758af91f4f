// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The walk's clock: from visit to visit, with everybody. Cases for a room and a browser that are there
 * already.
 */
import assert from 'node:assert/strict';
import {openAs, press, text, until} from './browser.mjs';

const ROOMS = ['Room 1', 'Room 2', 'Room 3'];
const MINUTE_MS = 60000;

/* Waits until that page shows the visit in @place. */
const isAt = (page, place) => until(page, (wanted) =>
    document.querySelector('#clock-title')?.textContent.trim() === wanted, place);
const clockSays = (page, wanted) => until(page, (words) =>
    document.querySelector('.turn-where')?.textContent.includes(words), wanted);

/* As if the room had said that so much is left of what the clock is at. */
const leave = (page, left_ms) => page.evaluate((left) => {
  const {model} = document.querySelector('lw-walk');
  model.hearTimers([...model.timers.values()].map((one) => ({...one, left_ms: left, ran_ms: 0})));
}, left_ms);

/* @look: takes pictures of a page under a name. */
export function turnCases({room, chosen, token, look}) {
  let walk, invitation, keeper, walker, birch;

  const clock = (fields) => room.call(token, 'POST', `walks/${walk}/clock`, fields);
  const visits = async () => (await room.call(token, 'GET', `walks/${walk}`)).visits.map(({id}) => id);
  const ready = async (session) => {
    await room.call(session.token, 'PUT', `walks/${walk}/me`,
                    {norms: true, lens_name: 'Student talk', intention: 'Who speaks to whom?'});
    return session;
  };

  return {
    async 'one clock is started, and everybody is at the first visit'() {
      ({id: walk} = await room.call(token, 'POST', 'walks', {title: 'Three rooms', protocol: 'live-walk@2'}));
      await room.call(token, 'PATCH', `walks/${walk}`, {focus: 'Reasons', inquiry: 'How do I press for them?'});
      await room.call(token, 'POST', `walks/${walk}/visits`, {visits: ROOMS.map((classroom) => ({classroom, school: 'Oak'}))});
      const invite = async (roles) => (await room.call(token, 'POST', `walks/${walk}/invitations`, {roles, uses: 9})).url;
      invitation = await invite(['walker']);
      const ito = await room.join(await invite(['timekeeper']), 'Mr. Ito');
      birch = await room.join(invitation, 'Ms. Birch');
      await ready(ito);
      await ready(birch);
      await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'visit'});
      keeper = await openAs(await chosen.browser.createBrowserContext(), room, ito.token, `walk=${walk}`);
      walker = await openAs(await chosen.browser.createBrowserContext(), room, birch.token, `walk=${walk}`);
      await walker.waitForSelector('lw-clock');
      assert.equal(await walker.$('.walk-clock'), null);
      await keeper.waitForSelector('form.walk-clock');
      await look(keeper, 'turn-begin');
      assert.deepEqual(await keeper.$$eval('form.walk-clock input', (all) => all.map((one) => one.value)), ['12', '5']);
      await press(keeper, '[data-act=clock-start]');
      for (const page of [keeper, walker]) {
        await page.waitForSelector('.walk-clock[data-state=visit]');
        await clockSays(page, 'visit 1 of 3');
      }
      assert.equal(await walker.$('.turn-acts'), null);
    },

    async 'when a visit is over her form opens; what she puts off is said to her, and the walk takes her on'() {
      await isAt(walker, 'Room 1, Oak');
      await walker.keyboard.press('n');
      await walker.waitForSelector('.composer textarea:focus');
      await walker.keyboard.type('Two of them say how they know.');
      await walker.keyboard.press('Enter');
      await until(walker, () => !document.querySelector('.composer'));
      await press(keeper, '[data-act=clock-move]');
      await walker.waitForSelector('lw-form-dialog dialog[open]');
      assert.match(await walker.$eval('lw-form-dialog textarea', (field) => field.value), /Two of them say/);
      // Who keeps the time has one, too.
      await press(keeper, 'lw-form-dialog [data-act=later]');
      await press(keeper, '[data-act=clock-move]');
      await isAt(keeper, 'Room 2, Oak');
      await clockSays(walker, 'visit 2 of 3');
      // She is in the middle of it.
      await until(walker, () => document.querySelector('lw-form-dialog .said').textContent.includes('goes on in Room 2'));
      await press(walker, 'lw-form-dialog [data-act=later]');
      await isAt(walker, 'Room 2, Oak');
      assert.match(await text(walker, '.turn-form'), /Your form on Room 1 is not finished/);
      await look(walker, 'turn-walker');
      await look(keeper, 'turn-keeper');
      await press(walker, '.turn-form');
      await walker.waitForSelector('lw-form-dialog dialog[open]');
      assert.match(await walker.$eval('lw-form-dialog textarea', (field) => field.value), /Two of them say/);
      await press(walker, 'lw-form-dialog [data-act=later]');
    },

    async 'who looks back at something else stays, and goes with the walk by one button'() {
      await isAt(walker, 'Room 1, Oak');
      const [, , last] = await visits();
      await clock({act: 'move', visit: last});
      await clockSays(walker, 'visit 3 of 3');
      await walker.waitForSelector('[data-act=with-walk]');
      await isAt(walker, 'Room 1, Oak');
      assert.equal(await walker.$('lw-form-dialog dialog[open]'), null);
      await press(keeper, 'lw-form-dialog [data-act=later]');
      await isAt(keeper, 'Room 3, Oak');
      await press(walker, '[data-act=with-walk]');
      await isAt(walker, 'Room 3, Oak');
      assert.equal(await walker.$('[data-act=with-walk]'), null);
    },

    async 'who comes late is where the others are, with as much time left'() {
      const [, second] = await visits();
      await clock({act: 'move', visit: second});
      await clock({act: 'extend', minutes: 5});
      const dale = await ready(await room.join(invitation, 'Mr. Dale'));
      const late = await openAs(await chosen.browser.createBrowserContext(), room, dale.token, `walk=${walk}`);
      await isAt(late, 'Room 2, Oak');
      await isAt(walker, 'Room 2, Oak');
      const left = (page) => page.evaluate(async () => {
        const {turnOf} = await import('./js/clock/walk-clock.js');
        return turnOf(document.querySelector('lw-walk').model).left_ms;
      });
      const before = await left(late);
      // The least there is between two looks, one after the other: what passes in between is counted.
      assert.ok(await left(walker) <= before + 1000 && await left(walker) > 15 * MINUTE_MS, `${before}`);
      assert.deepEqual(late.errors, []);
      await late.close();
    },

    async 'it stands for all, goes on, says when two minutes are left, and moves by itself'() {
      await press(keeper, '[data-act=clock-pause]');
      await walker.waitForSelector('.walk-clock[data-state=stands]');
      await press(keeper, '[data-act=clock-go-on]');
      await walker.waitForSelector('.walk-clock[data-state=visit]');
      await leave(walker, 2 * MINUTE_MS + 400);
      await until(walker, () => /Two minutes are left in Room 2/.test(
          document.querySelector('lw-walk-clock [role=status]').textContent));
      await walker.waitForSelector('.walk-clock[data-state=nearly]');
      await leave(walker, 400);
      await walker.waitForSelector('lw-form-dialog dialog[open]');
      await walker.waitForSelector('.walk-clock[data-state=writing]');
      assert.match(await text(walker, '.turn-where'), /Write down what you saw in Room 2/);
      await press(walker, 'lw-form-dialog [data-act=later]');
      await look(walker, 'turn-writing');
      // The time to write is over, too.
      await leave(walker, 400 - 5 * MINUTE_MS);
      await isAt(walker, 'Room 3, Oak');
      await press(keeper, '[data-act=clock-end]');
      await until(walker, () => !document.querySelector('.walk-clock'));
      assert.deepEqual([...keeper.errors, ...walker.errors], []);
      await keeper.close();
      await walker.close();
    },
  };
}
