// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What everybody sees of a phase: a part that is for the others, who works with whom, the time that is
 * left, and two who lead at once. Cases for a room and a browser that are there already.
 */
import assert from 'node:assert/strict';
import {openAs, press, text, until} from './browser.mjs';

const HOUR_MS = 3600000;

/* @look: takes pictures of a page under a name. */
export function phaseCases({room, chosen, token, look}) {
  let walk, ward, ito, leads, host, guest;

  const go = (fields) => room.call(token, 'POST', `walks/${walk}/phase`, fields);
  const is = () => room.call(token, 'GET', `walks/${walk}`);

  return {
    async 'in a part that is for the others the host is thanked, and who leads sees that she has left'() {
      ({id: walk} = await room.call(token, 'POST', 'walks', {title: 'Lab in May', protocol: 'learning-lab@2'}));
      await room.call(token, 'PATCH', `walks/${walk}`, {focus: 'Reasons', inquiry: 'How do I press for them?'});
      const invite = async (role) => (await room.call(token, 'POST', `walks/${walk}/invitations`,
                                                      {roles: [role], uses: 9})).url;
      const forGuests = await invite('guest');
      ward = await room.join(await invite('host'), 'Ms. Ward');
      ito = await room.join(forGuests, 'Mr. Ito');
      for (const who of ['Ms. Birch', 'Mx. Rowan', 'Dr. Osei', 'Inés', 'Noor Haddad'])
        await room.join(forGuests, who);
      await go({phase: 'pre-brief'});
      leads = await openAs(chosen.browser, room, token, `walk=${walk}`);
      host = await openAs(await chosen.browser.createBrowserContext(), room, ward.token, `walk=${walk}`);
      await host.waitForSelector('lw-phase-bar');
      await press(leads, 'button.phase');
      await press(leads, '[data-act=next-phase]');
      await host.waitForSelector('lw-out');
      assert.match(await text(host, 'lw-out'), /Thank you.*back with “Observation”/);
      assert.equal(await host.$('lw-phase-bar, lw-notes, lw-board'), null);
      await leads.waitForSelector('.hosts [data-here=true]');
      await look(host, 'host-out');
      await host.close();
      await leads.waitForSelector('.hosts [data-here=false]');
      assert.match(await text(leads, '.hosts'), /Ms. Ward has left/);
    },

    async 'everybody sees with whom they work, and who leads puts them together anew'() {
      guest = await openAs(await chosen.browser.createBrowserContext(), room, ito.token, `walk=${walk}`);
      await guest.waitForSelector('.groups li');
      const groups = async (page) => page.$$eval('.groups li', (all) => all.map((one) => one.textContent));
      assert.deepEqual(await groups(guest), await groups(leads));
      assert.ok(!(await groups(guest)).join().includes('Ms. Ward'));
      assert.match(await text(guest, '.groups summary'), /^You are with/);
      await leads.$eval('.groups', (one) => { one.open = true; });
      await guest.$eval('.groups', (one) => { one.open = true; });
      await look(leads, 'groups');
      const before = (await is()).groups;
      for (let i = 0; i < 20 && JSON.stringify((await is()).groups) === JSON.stringify(before); i++) {
        await press(leads, '[data-act=mix]');
        await until(leads, () => /anew/.test(document.querySelector('.toast')?.textContent ?? ''));
      }
      await until(guest, (wanted) => JSON.stringify(document.querySelector('lw-walk').model.walk.groups) === wanted,
                  JSON.stringify((await is()).groups));
      assert.notDeepEqual((await is()).groups, before);
    },

    async 'the same time is left for all, whatever their clocks say, and is read out as it begins'() {
      // Her machine believes that it is an hour later, and its clock jumps while the time runs.
      await guest.evaluate((by) => {
        const now = Date.now.bind(Date);
        globalThis.jump = by;
        Date.now = () => now() + globalThis.jump;
      }, HOUR_MS);
      await press(leads, '[data-act=timer-start]');
      for (const page of [leads, guest])
        await page.waitForSelector('.timer[data-state=runs]');
      await until(guest, () => /^10 minutes begin now/.test(document.querySelector('lw-timer [role=status]').textContent));
      await guest.evaluate((by) => { globalThis.jump = by; }, -HOUR_MS);
      assert.equal(await guest.$('.timer-acts'), null);
      // What each has counted down to, against the room's own word.
      const left = (page) => page.evaluate(async () => {
        const {leftMs, timerNow} = await import('./js/phase/countdown.js');
        const {model} = document.querySelector('lw-walk');
        return [leftMs(timerNow(model.timers, model.walk)), performance.now()];
      });
      for (const page of [leads, guest]) {
        const asked = performance.now();
        const [mine] = await left(page);
        const {timers} = await is();
        // In between some time passes, which is counted as well.
        assert.ok(Math.abs(mine - timers[0].left_ms) < 1000 + (performance.now() - asked),
                  `${mine} and ${timers[0].left_ms}`);
      }
      await look(leads, 'timer');
      await look(guest, 'timer-guest');
    },

    async 'it stands, gets more, and is over without closing anything'() {
      await press(leads, '[data-act=timer-pause]');
      await guest.waitForSelector('.timer[data-state=stands]');
      const before = (await is()).timers[0].left_ms;
      await press(leads, '[data-act=timer-more-5]');
      await until(guest, (least) => [...document.querySelector('lw-walk').model.timers.values()][0].left_ms === least,
                  before + 300000);
      await press(leads, '[data-act=timer-go-on]');
      await guest.waitForSelector('.timer[data-state=runs]');
      // Nearly over: as if the room had said so.
      await guest.evaluate(() => {
        const {model} = document.querySelector('lw-walk');
        model.hearTimers([...model.timers.values()].map((one) => ({...one, left_ms: 60400})));
      });
      await until(guest, () => /One minute is left/.test(document.querySelector('lw-timer [role=status]').textContent));
      await guest.evaluate(() => {
        const {model} = document.querySelector('lw-walk');
        model.hearTimers([...model.timers.values()].map((one) => ({...one, left_ms: 600})));
      });
      await guest.waitForSelector('.timer[data-state=over]');
      assert.match(await text(guest, 'lw-timer [role=status]'), /Nothing closes/);
      assert.equal((await is()).phase, 'intentions');
      await look(guest, 'timer-over');
      await press(leads, '[data-act=timer-end]');
      await until(guest, () => !document.querySelector('.timer'));
    },

    async 'of two who lead at once the second is told where the walk is, and moves nothing'() {
      await press(leads, 'button.phase');
      await leads.waitForSelector('lw-phase-dialog .routine');
      // As if the news of it had not come yet.
      await leads.evaluate(async () => {
        const {model} = document.querySelector('lw-walk'), dialog = document.querySelector('lw-phase-dialog');
        model.walk = {...model.walk, phase: 'pre-brief'};
        dialog.requestUpdate();
        await dialog.updateComplete;
        dialog.querySelector('[data-phase=observation]').click();
      });
      await leads.waitForSelector('lw-phase-dialog [role=alert]');
      assert.match(await text(leads, 'lw-phase-dialog [role=alert]'), /moved this walk on.*“Intentions”/);
      await until(leads, () => document.querySelector('button.phase').textContent.includes('Intentions'));
      assert.equal((await is()).phase, 'intentions');
      await look(leads, 'moved');
      await press(leads, 'lw-phase-dialog .dialog-close');
    },

    async 'the host is back with the next part'() {
      await press(leads, 'button.phase');
      await press(leads, '[data-act=next-phase]');
      await guest.waitForSelector('.groups');
      const back = await openAs(await chosen.browser.createBrowserContext(), room, ward.token, `walk=${walk}`);
      await back.waitForSelector('lw-phase-bar');
      assert.equal(await back.$('lw-out'), null);
      assert.deepEqual([...leads.errors, ...guest.errors, ...back.errors], []);
      await back.close();
      await guest.close();
      await leads.close();
    },
  };
}
