// SPDX-License-Identifier: LGPL-2.1-or-later
/* What this person did to her notes while the page is open, so that it can be taken back: steps
 * {op, note}, each with the one that goes back. */
export class History {
  #undo = [];
  #redo = [];
  #perform;

  /* @perform: does a step; resolves when this machine has it. */
  constructor(perform) {
    this.#perform = perform;
  }

  add(step, back) {
    this.#undo.push({step, back});
    this.#redo = [];
  }

  get canUndo() {
    return this.#undo.length > 0;
  }

  /* Resolves to whether there was anything. */
  async undo() {
    const entry = this.#undo.pop();
    if (!entry)
      return false;
    await this.#perform(entry.back);
    this.#redo.push(entry);
    return true;
  }

  async redo() {
    const entry = this.#redo.pop();
    if (!entry)
      return false;
    // What was undone by deleting comes back by restoring.
    await this.#perform(entry.back.op === 'delete' ? {op: 'restore', note: entry.step.note} : entry.step);
    this.#undo.push(entry);
    return true;
  }

  /* Of notes that are erased nothing comes back. */
  forget(is) {
    this.#undo = this.#undo.filter(({step}) => !is(step.note));
    this.#redo = this.#redo.filter(({step}) => !is(step.note));
  }
}
