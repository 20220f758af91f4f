// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A debrief board with 1,000 cards in Chromium: until it is painted, and until a moved card is; beside
 * a floor, the same page's cards put into the same columns as bare elements, without a panel.
 */
import {randomUUID} from 'node:crypto';
import {openAs, openBrowser, setSize, until} from '../../e2e/room/browser.mjs';
import {Room} from '../../e2e/room/room.mjs';

const CARDS = 1000, GROUPS = 8, MOVES = 20;
const room = await Room.open();
const chosen = await openBrowser('chromium', {whole: true});
const {token, walk, segment} = await room.beginWalk(process.env.LESSONWALK_FILM);
const {id: track} = await room.call(token, 'POST', `segments/${segment}/track`, {});
await room.call(token, 'PUT', `walks/${walk}/me`, {norms: true}).catch(() => {});
await room.call(token, 'POST', `walks/${walk}/phase`, {phase: 'debrief'});
const ids = Array.from({length: CARDS}, () => randomUUID());
const groups = Array.from({length: GROUPS}, () => randomUUID());
const inSlices = async (all, send) => {
  for (let i = 0; i < all.length; i += 250) {
    const {results} = await send(all.slice(i, i + 250));
    if (!results.every(({status}) => status === 'kept'))
      throw new Error(JSON.stringify(results.find(({status}) => status !== 'kept')));
  }
};
await inSlices(ids, (some) => room.call(token, 'POST', `walks/${walk}/changes`, {changes: some.map((id, i) => ({
  op: 'put', note: {id, track, kind: i % 3 ? 'noticing' : 'wondering', start: i * 1e7,
                    text: `Student ${i} says how she knows, and another one answers her with a drawing.`}}))}));
await inSlices([...groups.map((id, i) => ({type: 'group', id, title: `Group ${i}`, position: i})),
                ...ids.map((note, i) => ({type: 'card', note, group: groups[i % GROUPS], position: i}))],
               (changes) => room.call(token, 'POST', `walks/${walk}/board`, {changes}));

const page = await openAs(chosen.browser, room, token, `walk=${walk}`);
await setSize(page, 1366, 860);
await until(page, (count) => document.querySelectorAll('.note').length === count, CARDS);

/* In the page: milliseconds from @act until what it does is painted. */
const measure = `async (act, done) => {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const from = performance.now();
  act();
  while (!done())
    await painted();
  await painted();
  return performance.now() - from;
}`;
const run = (body) => page.evaluate(`(async () => { const measure = ${measure}; ${body} })()`);

/* Milliseconds of the page's own thread, which a busy machine makes no more of. */
const cdp = await page.createCDPSession();
await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
const spent = async (act) => {
  const read = async () => (await cdp.send('Performance.getMetrics')).metrics
      .find(({name}) => name === 'ThreadTime').value * 1000;
  const before = await read(), made = await act();
  return [made, await read() - before];
};

const [first, firstCpu] = await spent(() => run(`return measure(() => { location.hash += '&view=board'; },
    () => document.querySelectorAll('.board-card').length === ${CARDS});`));
const [moves, movesCpu] = await spent(() => run(`
  const board = document.querySelector('lw-board'), times = [];
  for (let i = 0; i < ${MOVES}; i++) {
    const card = board.querySelector('.board-card:nth-child(' + (i + 2) + ')').dataset.note;
    const key = board.board.groups[(i + 3) % ${GROUPS}].id;
    times.push(await measure(() => board.moveByMenu(board.board.cards().find(({id}) => id === card), key),
        () => board.querySelector('[data-note="' + card + '"]').closest('.board-column').dataset.column === key));
  }
  return times.sort((a, b) => a - b);`));
const [floor, floorCpu] = await spent(() => run(`
  const html = document.querySelector('.board-columns').outerHTML;
  document.querySelector('lw-panel').remove();
  const place = document.createElement('div');
  document.body.append(place);
  const first = await measure(() => { place.innerHTML = html; }, () => true);
  const times = [];
  for (let i = 0; i < ${MOVES}; i++) {
    const columns = [...place.querySelectorAll('.board-column ul')];
    times.push(await measure(() => columns[(i + 3) % ${GROUPS}].append(columns[i % ${GROUPS}].children[1]), () => true));
  }
  return {first, moves: times.sort((a, b) => a - b)};`));
const middle = (times) => times[times.length >> 1].toFixed(1);
console.log(`board of ${CARDS} cards: first paint ${first.toFixed(1)} ms (floor ${floor.first.toFixed(1)} ms), ` +
    `a move ${middle(moves)} ms, slowest ${moves.at(-1).toFixed(1)} ms (floor ${middle(floor.moves)} ms); of the page's thread: ` +
    `${firstCpu.toFixed(0)} ms, ${(movesCpu / MOVES).toFixed(0)} ms a move (floor of all ${floorCpu.toFixed(0)} ms)`);
await chosen.close();
await room.close();
process.exit(0);
