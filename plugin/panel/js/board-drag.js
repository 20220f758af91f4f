// SPDX-License-Identifier: LGPL-2.1-or-later
/* Cards under a pointer: with the mouse by the whole card, with a finger by its grip, so that the
 * page can still be moved. Where the card would lie shows while it is dragged. */
const FAR_PX = 6;
const EDGE_PX = 48;
const SCROLL_PX = 14;

export class BoardDrag {
  #board;
  #card = null;
  #from = null;
  #ghost = null;
  #at = null;
  #frame = null;

  constructor(board) {
    this.#board = board;
    this.onMove = (event) => this.#move(event);
    this.onUp = () => this.#end(true);
    this.onCancel = () => this.#end(false);
    this.onKey = (event) => {
      if (event.key === 'Escape' && this.#ghost) {
        event.preventDefault();
        event.stopPropagation();
        this.#end(false);
      }
    };
  }

  begin(event, card) {
    const onGrip = event.target.closest('.grip');
    if (!this.#board.mayMove || event.button !== 0 || this.#card ||
        event.target.closest('button, select, input, label') ||
        (event.pointerType !== 'mouse' && !onGrip))
      return;
    this.#card = card;
    this.#from = {x: event.clientX, y: event.clientY, element: event.target.closest('.board-card')};
    window.addEventListener('pointermove', this.onMove);
    window.addEventListener('pointerup', this.onUp);
    window.addEventListener('pointercancel', this.onCancel);
    window.addEventListener('keydown', this.onKey, true);
  }

  #move(event) {
    const {x, y, element} = this.#from;
    if (!this.#ghost) {
      if (Math.hypot(event.clientX - x, event.clientY - y) < FAR_PX)
        return;
      getSelection().removeAllRanges();
      const box = element.getBoundingClientRect();
      this.#ghost = element.cloneNode(true);
      this.#ghost.classList.add('ghost');
      this.#ghost.style.inlineSize = `${box.width}px`;
      this.#ghost.removeAttribute('data-note');
      this.#from.dx = x - box.left;
      this.#from.dy = y - box.top;
      document.body.append(this.#ghost);
      document.body.classList.add('dragging');
    }
    event.preventDefault();
    this.#at = {x: event.clientX, y: event.clientY};
    this.#ghost.style.transform =
        `translate(${event.clientX - this.#from.dx}px, ${event.clientY - this.#from.dy}px)`;
    this.#frame ??= requestAnimationFrame(() => this.#look());
  }

  #look() {
    this.#frame = null;
    if (!this.#ghost)
      return;
    const {x, y} = this.#at;
    const column = document.elementFromPoint(x, y)?.closest('.board-column');
    this.#scroll(x, y);
    if (!column || !this.#board.contains(column))
      return;
    const others = [...column.querySelectorAll('.board-card')].filter(
        (one) => one.dataset.note !== this.#card.id);
    let index = others.findIndex((one) => {
      const box = one.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (index < 0)
      index = others.length;
    const now = this.#board.preview;
    if (now?.column !== column.dataset.column || now.index !== index)
      this.#board.preview = {card: this.#card.id, column: column.dataset.column, index};
  }

  #scroll(x, y) {
    const columns = this.#board.querySelector('.board-columns');
    const box = columns.getBoundingClientRect();
    const step = x < box.left + EDGE_PX ? -SCROLL_PX : x > box.right - EDGE_PX ? SCROLL_PX : 0;
    if (step)
      columns.scrollLeft += step;
    const up = y < EDGE_PX * 2 ? -SCROLL_PX : y > innerHeight - EDGE_PX ? SCROLL_PX : 0;
    if (up) {
      this.#board.scrollTop += up;
      document.scrollingElement.scrollTop += up;
    }
    if (step || up)
      this.#frame ??= requestAnimationFrame(() => this.#look());
  }

  #end(isKept) {
    window.removeEventListener('pointermove', this.onMove);
    window.removeEventListener('pointerup', this.onUp);
    window.removeEventListener('pointercancel', this.onCancel);
    window.removeEventListener('keydown', this.onKey, true);
    document.body.classList.remove('dragging');
    if (this.#frame !== null)
      cancelAnimationFrame(this.#frame);
    const wasDragged = this.#ghost !== null;
    if (wasDragged) {
      this.#frame = null;
      if (isKept)
        this.#look();
      if (this.#frame !== null)
        cancelAnimationFrame(this.#frame);
    }
    this.#frame = null;
    this.#ghost?.remove();
    this.#ghost = null;
    this.#card = null;
    if (!wasDragged)
      return;
    if (isKept && this.#board.preview)
      this.#board.putDown();
    else
      this.#board.leave();
  }
}
