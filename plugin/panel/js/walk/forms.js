// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The forms of a walk's routine as this person fills them in: which is hers now, what she answered, and
 * whether it is handed in. What it is made of (walk, protocol, me, allNotes) the model has.
 */
import {isPast} from '../clock/walk-clock.js';
import {roundOf} from '../phase/course.js';

export class WalkForms extends EventTarget {
  /* The form of the routine that this person fills in now, or filled in last; null if none. In her
   * own lesson a teacher is the host, whatever else she does in the walk. */
  formOn(segment) {
    const {phases, phase, my_roles} = this.walk;
    const roles = segment?.is_mine ? ['host'] : my_roles;
    // Where the walk's clock has gone on from this visit, it is time for what follows it.
    const next = segment && this.isPast(segment) ? 2 : 1;
    const forms = phases.slice(0, phases.findIndex((one) => one.id === phase) + next).map((one) =>
        this.protocol?.forms?.find((form) => form.id === one.form)).filter((form) =>
        form?.for.some((role) => roles.includes(role)));
    return forms.at(-1) ?? null;
  }

  /* Whether the walk's clock has gone on from the lesson's visit. */
  isPast({visit}) {
    return isPast(this, visit);
  }

  /* Answers on a lesson: one's own, and those of others where they are open. */
  answersOf(segment) {
    return [...this.allNotes.values()].filter((note) => note.segment === segment &&
                                                      note.kind === 'answer');
  }

  /* What this person answered to a field in this round; null if nothing. */
  answerTo(tag, segment) {
    return this.answersOf(segment).find((note) => note.author === this.me.person &&
        note.tags.includes(tag) && roundOf(note) === (this.walk.round ?? 1)) ?? null;
  }

  /* On a moment, or on a note of the writer's that is still there. */
  rests(note) {
    const all = this.allNotes;
    return note.tags.some((tag) => {
      const cited = tag.startsWith('cites:') ? all.get(tag.slice('cites:'.length)) : null;
      return /^at:\d+$/.test(tag) || (cited?.kind !== 'answer' && cited?.author === this.me.person);
    });
  }

  /* Whether each field that the form requires is answered by this person, and each that cites rests
   * on something: as the room counts it. */
  isHandedIn(form, segment) {
    let answered = 0;
    for (const field of form.fields) {
      const note = this.answerTo(`${form.id}/${field.id}`, segment);
      const isAnswered = Boolean(note?.text);
      if (isAnswered ? field.cites && !this.rests(note) : field.required)
        return false;
      answered += isAnswered;
    }
    return answered > 0;
  }
}
