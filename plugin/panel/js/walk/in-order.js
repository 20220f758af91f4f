// SPDX-License-Identifier: LGPL-2.1-or-later
/* The notes of a segment (of @all, by id) as a list shows them: by time, replies after what they
 * answer, each with its `depth` and how many `replies` it has. Answers in forms and codes are elsewhere. */
const order = (a, b) => a.start - b.start || Date.parse(a.created) - Date.parse(b.created) || (a.id < b.id ? -1 : 1);

export function inOrder(all, segment) {
  // An answer is where what it answers is, also where that was brought to another recording.
  const placeOf = (note) => note.kind === 'reply' && all.has(note.reply_to) ? placeOf(all.get(note.reply_to)) : note.segment;
  const notes = [...all.values()].filter((note) => !['answer', 'code'].includes(note.kind) && placeOf(note) === segment);
  const answers = new Map();
  const first = [];
  for (const note of notes.sort(order)) {
    if (note.kind === 'reply' && all.has(note.reply_to))
      answers.set(note.reply_to, [...answers.get(note.reply_to) ?? [], note]);
    else
      first.push(note);
  }
  const out = [];
  const add = (note, depth) => {
    out.push({...note, depth, replies: answers.get(note.id)?.length ?? 0});
    for (const answer of answers.get(note.id) ?? [])
      add(answer, depth + 1);
  };
  for (const note of first)
    add(note, 0);
  return out;
}
