// SPDX-License-Identifier: LGPL-2.1-or-later
/* The course of a walk: where it stands, where it can go on to, and which round a note belongs to. */
import {say} from '../element.js';
import {number, t} from '../i18n.js';
import {Refusal, room} from '../room.js';

const ROUND = 'round:';

export function phaseNow(walk) {
  return walk.phases.find((one) => one.id === walk.phase) ?? walk.phases[0];
}

/* The step of the phase that the walk is at; null where the phase is of one piece. */
export function stepNow(walk) {
  return phaseNow(walk).steps?.find((one) => one.id === walk.step) ?? null;
}

/* Where who leads can go on to: {act, phase, step?, next_round?, title, label}. */
export function waysOn(walk) {
  const index = walk.phases.indexOf(phaseNow(walk)), phase = walk.phases[index];
  const step = phase.steps?.[phase.steps.indexOf(stepNow(walk)) + 1];
  const next = walk.phases[index + 1];
  const ways = [];
  if (step)
    return [{act: 'next-step', phase: phase.id, step: step.id, title: step.title,
             label: t('step.next', {title: step.title})}];
  if (phase.next_round) {
    const first = walk.phases.find((one) => one.id === phase.next_round);
    ways.push({act: 'next-round', phase: first.id, next_round: true, title: first.title,
               label: t('round.begin', {number: number(walk.round + 1), title: first.title})});
  }
  if (next)
    ways.push({act: 'next-phase', phase: next.id, title: next.title,
               label: t('phase.next', {title: next.title})});
  return ways;
}

/* What the room is to find before it moves: somebody else may have pressed meanwhile. */
export function expected({phase, step, round}) {
  return {phase, ...step ? {step} : {}, round};
}

/* Opens a phase, a step or a round. Where somebody else was first, what is shown becomes what is. */
export async function moveTo(model, {phase, step, next_round, title}) {
  try {
    await room.post(`walks/${model.id}/phase`, {phase, step, next_round, expected: expected(model.walk)});
  } catch (error) {
    if (error instanceof Refusal && error.code === 'moved')
      await model.refresh();
    throw error;
  }
  say(t('phase.opened', {title}));
  await model.refresh();
}

/* The stretches of phases that there are once a round: [{from, to}], indexes. */
export function roundsOf(walk) {
  return walk.phases.flatMap((phase, to) => phase.next_round
    ? [{from: walk.phases.findIndex((one) => one.id === phase.next_round), to}] : []);
}

/* ---- which round a note belongs to ---- */

export function roundTags(walk) {
  return walk.round > 1 ? [`${ROUND}${walk.round}`] : [];
}

export function roundOf(note) {
  const tag = note.tags.find((one) => /^round:[1-9]\d*$/.test(one));
  return tag ? Number(tag.slice(ROUND.length)) : 1;
}

/* Those that people write themselves. */
export function ownTags(note) {
  return note.tags.filter((tag) => !tag.startsWith(ROUND));
}

/* A tag as people read it. */
export function tagLabel(tag) {
  return /^round:[1-9]\d*$/.test(tag) ? t('round.name', {number: number(Number(tag.slice(ROUND.length)))}) : `#${tag}`;
}
