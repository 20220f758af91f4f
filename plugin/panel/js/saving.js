// SPDX-License-Identifier: LGPL-2.1-or-later
/* When what is typed goes to the disk: a quarter of a second after the last key, and when the page or
 * the element it stands in goes away. */
const SAVE_MS = 250;

export class Saving {
  #save;
  #timer = null;

  /* @save: called as often as it is due, with no argument. */
  constructor(host, save) {
    this.#save = save;
    this.onHide = () => this.now();
    host.addController(this);
  }

  hostConnected() {
    window.addEventListener('pagehide', this.onHide);
    document.addEventListener('visibilitychange', this.onHide);
  }

  hostDisconnected() {
    window.removeEventListener('pagehide', this.onHide);
    document.removeEventListener('visibilitychange', this.onHide);
    this.now();
  }

  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), SAVE_MS);
  }

  /* What is still to be saved is not saved by this any more. */
  stop() {
    clearTimeout(this.#timer);
  }

  now() {
    this.stop();
    return this.#save();
  }
}

/* What is being written for a walk and is part of nothing yet. It is on this machine's disk until it
 * is forgotten, and comes back as it was when the page does: @found is called with it. */
export class Typed {
  #host;
  #what;
  #found;
  #saving;
  #value = null;
  #isNew = false;
  #isAsked = false;

  /* @host: has a `board`, whose walk it is written for; @what: one of a kind in the walk. */
  constructor(host, what, found) {
    this.#host = host;
    this.#what = what;
    this.#found = found;
    this.#saving = new Saving(host, () => this.#write());
    host.addController(this);
  }

  async hostUpdate() {
    if (this.#isAsked || !this.#host.board.loaded)
      return;
    this.#isAsked = true;
    const value = await this.#host.board.readTyped(this.#what);
    // What was begun in the meantime is not taken from anybody's hands.
    if (value && !this.#isNew)
      this.#found(value);
  }

  set(value) {
    this.#value = value;
    this.#isNew = true;
    this.#saving.soon();
  }

  forget() {
    this.set(null);
    return this.#saving.now();
  }

  async #write() {
    if (this.#isNew)
      await this.#host.board.keepTyped(this.#what, this.#value);
  }
}
