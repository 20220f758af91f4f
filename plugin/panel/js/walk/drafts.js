// SPDX-License-Identifier: LGPL-2.1-or-later
/* What one person has begun to write in one walk and not kept yet: on this machine's disk, by time. */
export class Drafts {
  #keep;
  #walk;
  #person;
  all = [];

  constructor(keep, walk, person) {
    this.#keep = keep;
    this.#walk = walk;
    this.#person = person;
  }

  async load() {
    const all = await this.#keep.all('drafts');
    this.all = all.filter((draft) => draft.walk === this.#walk && draft.person === this.#person)
        .sort((a, b) => a.note.start - b.note.start);
  }

  async put(note, original) {
    await this.#keep.put('drafts', {id: note.id, walk: this.#walk, person: this.#person, note, original});
    await this.load();
  }

  async drop(id) {
    await this.#keep.delete('drafts', id);
    await this.load();
  }
}
