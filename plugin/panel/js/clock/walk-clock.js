// SPDX-License-Identifier: LGPL-2.1-or-later
/* The walk's clock as this browser knows it: at which visit the walk is, and which lesson that is. Like
 * every timer it is counted on from what the room said by a clock that nobody sets. */
import {t} from '../i18n.js';
import {turnAfter, turnAt} from './turn.js';

/* The clock of what the walk does now; null where there is none. */
export function clockOf({walk, timers}) {
  return [...timers.values()].find((one) => one.turn_ms && !one.gone && one.phase === walk?.phase &&
      one.round === walk.round) ?? null;
}

/* {clock, index, visit, writing, over, left_ms, next: {visit, writing} or null}; null without one. */
export function turnOf(model, now = performance.now()) {
  const clock = clockOf(model);
  const {visits} = model.walk ?? {};
  const turn = clock && turnAt(clock, visits, clock.running ? clock.ran_ms + now - clock.at : 0);
  if (!turn)
    return null;
  const after = turnAfter(clock, visits, turn);
  return {...turn, clock, index: turn.visit, visit: visits[turn.visit],
          next: after && {visit: visits[after.visit], writing: after.writing}};
}

/* Whether it has been that visit's turn. */
export function isPast(model, visit) {
  const turn = turnOf(model);
  const index = model.walk.visits.findIndex((one) => one.id === visit);
  return turn !== null && index >= 0 &&
      (index < turn.index || (index === turn.index && (turn.writing || turn.over)));
}

/* The phase of the routine that this walk is in; null until it is known. */
function phaseNow({protocol, walk}) {
  return protocol?.phases.find((one) => one.id === walk.phase) ?? null;
}

/* Whether the phase is there once for each of several visits. */
export function hasTurns(model) {
  return model.walk.visits.length > 1 && phaseNow(model)?.each === 'visit';
}

/* What the routine plans for a visit, and for writing after it, in minutes. */
export function plannedMinutes(model) {
  const {protocol} = model, phase = phaseNow(model);
  const next = protocol?.phases[protocol.phases.indexOf(phase) + 1];
  return {visit: protocol?.visit_minutes ?? phase?.minutes ?? 12,
          after: next?.form && next.each === 'visit' ? next.minutes ?? 5 : phase?.form ? 5 : 2};
}

export function placeName(model, visit) {
  return visit.classroom || (visit.host && model.nameOf(visit.host)) || t('turn.number', {number: visit.order});
}

/* The lesson of a visit: its media rather than the time of day; null where it has none yet. */
export function segmentOf(model, visit) {
  const segments = model.segments.filter((one) => one.visit === visit);
  return segments.find((one) => !one.by_clock) ?? segments[0] ?? null;
}

/* The lesson to show where @id was chosen, or what it was is not there any more: that of the visit at
 * which the walk is, so that who comes late is where the others are. */
export function segmentHere(model, id) {
  const {segments} = model;
  const chosen = segments.find((one) => one.id === id);
  const turn = chosen ? null : turnOf(model);
  if (turn && !turn.over)
    return segmentOf(model, turn.visit.id);
  return chosen ?? segments.find((one) => !one.by_clock) ?? segments[0] ?? null;
}
