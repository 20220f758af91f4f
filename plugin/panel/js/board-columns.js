// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which card lies in which column of the board, for each way to arrange it. */
import {ABOUT, byPosition} from './board-model.js';
import {t} from './i18n.js';
import {formatTime, SECOND} from './time.js';

const MINUTES = [1, 2, 3, 5, 10, 15, 30, 60];
const WINDOWS_MOST = 6; // of one lesson

/* [{key, title, cards, group?}]: what nobody has placed stands by time. */
export function columnsOf(arrangement, cards, model) {
  const lessons = new Map(model.segments.map((segment, i) => [segment.id, i]));
  const byTime = (a, b) => (lessons.get(a.note.segment) ?? 0) - (lessons.get(b.note.segment) ?? 0) ||
      a.note.start - b.note.start || (a.id < b.id ? -1 : 1);
  const sorted = [...cards].sort(byTime);
  switch (arrangement) {
  case 'time':
    return byWindow(sorted, model);
  case 'lens':
    return byLens(sorted, model);
  case 'about':
    return fill([...ABOUT, ''].map((key) => ({key, title: t(`about.${key || 'none'}`), cards: []})),
                sorted, (card) => card.about);
  default: {
    const columns = [{key: '', title: t('board.ungrouped'), cards: []},
                     ...model.board.groups.map((group) =>
                       ({key: group.id, title: group.title, cards: [], group}))];
    fill(columns, sorted, (card) => card.group);
    for (const column of columns.slice(1))
      column.cards.sort(byPosition);
    return columns;
  }
  }
}

/* What has no column of its own goes into the one of "". */
function fill(columns, cards, keyOf) {
  const all = new Map(columns.map((column) => [column.key, column]));
  for (const card of cards)
    (all.get(keyOf(card)) ?? all.get('')).cards.push(card);
  return columns;
}

function byLens(cards, model) {
  const columns = model.walk.lenses.map((lens) => ({key: lens.id, title: lens.name, cards: []}));
  const tracks = new Map(model.segments.flatMap((segment) => segment.tracks.map(
      (track) => [`${segment.id} ${track.person}`, track.lens])));
  const none = {key: '', title: t('board.no-lens'), cards: []};
  fill([...columns, none], cards,
       ({note}) => note.lens ?? tracks.get(`${note.segment} ${note.author}`) ?? '');
  return [...columns.filter((column) => column.cards.length), none];
}

function byWindow(cards, model) {
  const columns = [];
  for (const [i, segment] of model.segments.entries()) {
    const here = cards.filter(({note}) => note.segment === segment.id);
    const end = Math.max(segment.duration ?? 0, ...here.map(({note}) => note.start + 1));
    const step = (MINUTES.find((one) => end / (one * 60 * SECOND) <= WINDOWS_MOST) ??
                  Math.ceil(end / (WINDOWS_MOST * 60 * SECOND))) * 60 * SECOND;
    for (let from = 0; from < end; from += step) {
      const title = t('board.minutes', {title: segment.title || t('lesson.untitled', {number: i + 1}),
                                        from: formatTime(from), to: formatTime(Math.min(end, from + step))});
      columns.push({key: `${segment.id} ${from}`, title, cards: here.filter(
          ({note}) => note.start >= from && note.start < from + step)});
    }
  }
  return columns;
}
