// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The wording nudge: where a note praises, corrects, prescribes, judges or infers. The rules are the
 * data of annotations/language, one file a language; this reads a text with them as
 * annotations/language/lw-wording-tokens.c and lw-wording-check.c do, step by step: change both, a
 * test compares them. Nothing here keeps, counts or sends anything.
 */
export const KINDS = ['praise', 'correction', 'prescription', 'judgement', 'inference'];

const MARK = 1, QUOTE = 2, CAPITAL = 4, NUMBER = 8, COMMA = 16;
const BUILT_IN = new Map(Object.entries({mark: MARK, quote: QUOTE, capital: CAPITAL, number: NUMBER}));
const QUESTION = 1;
const NEAR = 3; // words

/* ---- characters: the same as in C ---- */

const WORD = /[\p{L}\p{N}\p{M}]/u;
const COMBINING = /\p{M}/u;
const UPPER = /\p{Lu}/u;
const NUMERIC = /\p{N}/u;
const APOSTROPHES = new Set("'\u2019\u02bc");
const NEWLINES = new Set('\n\v\f\r\u0085\u2028\u2029');
const SPACE = /[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000\n\v\f\r\u0085\u2028\u2029]/u;
const IGNORED = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
// Scripts that put no spaces between words: each letter is a word.
const ALONE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const SYMBOL = /[\u2190-\u2bff\u{1f000}-\u{1faff}]/u;
const SENTENCE_ENDS = new Set('.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964');
const QUESTIONS = new Set('?\uff1f\u061f');
const MARKS = new Map([
  ...[...',\u060c\u3001\uff0c'].map((c) => [c, ',']), ...[...';\u061b\uff1b'].map((c) => [c, ';']),
  ...[...':\uff1a'].map((c) => [c, ':']), ...[...'([{'].map((c) => [c, '(']),
  ...[...')]}'].map((c) => [c, ')']), ...[...'-\u2010\u2011\u2013\u2014'].map((c) => [c, '-']),
]);
const HYPHENS = new Set('-\u2010\u2011');

function fold(c, keepAccents) {
  if (c < '\u0080')
    return c.toLowerCase();
  if (APOSTROPHES.has(c))
    return "'";
  const parts = String.fromCodePoint(c.toLowerCase().codePointAt(0)).normalize('NFD');
  return keepAccents ? parts : parts.replace(/[\u0300-\u036f]/g, '');
}

function charAt(text, at) {
  return at < text.length ? String.fromCodePoint(text.codePointAt(at)) : '\n';
}

function charBefore(text, at) {
  if (at <= 0)
    return '\n';
  const low = text.charCodeAt(at - 1);
  return at > 1 && low >= 0xdc00 && low < 0xe000 ? charAt(text, at - 2) : text[at - 1];
}

/* ---- a text in tokens and sentences ---- */

class Reader {
  constructor(rules, text) {
    this.rules = rules;
    this.text = text;
    this.tokens = [];
    this.sentences = [];
    this.word = null;
    this.sentence = this.line = 0;
    this.unclosed = rules.quotes.map(() => 0);
    for (let at = 0; at < text.length;)
      at = this.read(at);
    this.endWord();
    this.endLine();
  }

  add(word, start, end, flags) {
    this.tokens.push({start, end, entry: this.rules.entryOf(word), flags});
  }

  /* The word that was read, in up to three parts: "l'", "élève", "'s". */
  endWord() {
    const {word} = this;
    if (!word)
      return;
    this.word = null;
    let {text, start} = word;
    const {end, flags, first, last} = word;
    let from = 0;
    if (first && this.rules.clitics.has(text.slice(0, first.folded))) {
      this.add(text.slice(0, first.folded), start, first.at, flags);
      from = first.folded;
      start = first.at;
    }
    if (last && last.folded > from && this.rules.clitics.has(text.slice(last.folded))) {
      this.add(text.slice(from, last.folded), start, last.at, flags);
      this.add(text.slice(last.folded), last.at, end, 0);
    } else {
      this.add(text.slice(from), start, end, flags);
    }
  }

  beginWord(at, c) {
    this.word = {text: '', start: at, end: at, first: null, last: null,
                 flags: (UPPER.test(c) ? CAPITAL : 0) | (NUMERIC.test(c) ? NUMBER : 0)};
  }

  addChar(at, c) {
    this.word.text += fold(c, this.rules.keepAccents);
    this.word.end = at + c.length;
  }

  endSentence(question) {
    const sentence = {first: this.sentence, end: this.tokens.length, lineEnd: 0,
                      contexts: question ? QUESTION : 0};
    if (sentence.end === sentence.first) {
      if (question && this.sentences.length > this.line)
        this.sentences.at(-1).contexts |= QUESTION;
      return;
    }
    this.sentences.push(sentence);
    this.sentence = sentence.end;
  }

  endLine() {
    this.endSentence(false);
    for (let i = this.line; i < this.sentences.length; i++)
      this.sentences[i].lineEnd = this.tokens.length;
    this.line = this.sentences.length;
  }

  /* {close, lineEnd}; close is -1 where none comes in this line. */
  findClose(pair, from) {
    const {close} = this.rules.quotes[pair];
    if (from < this.unclosed[pair])
      return {close: -1, lineEnd: this.unclosed[pair]};
    let at = from;
    while (at < this.text.length) {
      const c = charAt(this.text, at);
      if (NEWLINES.has(c))
        break;
      if (c === close && (!APOSTROPHES.has(close) || (!SPACE.test(charBefore(this.text, at)) &&
          !WORD.test(charAt(this.text, at + c.length)))))
        return {close: at, lineEnd: 0};
      at += c.length;
    }
    this.unclosed[pair] = at;
    return {close: -1, lineEnd: at};
  }

  /* Where the quotation ends that begins at @at; -1: none does. */
  quoted(at, c) {
    const next = at + c.length;
    for (let i = 0; i < this.rules.quotes.length; i++) {
      const quotes = this.rules.quotes[i];
      if (c !== quotes.open)
        continue;
      if (quotes.open === quotes.close &&
          (WORD.test(charBefore(this.text, at)) || SPACE.test(charAt(this.text, next))))
        continue;
      const {close, lineEnd} = this.findClose(i, next);
      if (close < 0 && APOSTROPHES.has(quotes.close))
        continue;
      const end = close < 0 ? lineEnd : close + quotes.close.length;
      this.endWord();
      this.add('"', at, end, QUOTE);
      return end;
    }
    return -1;
  }

  readWordChar(at, c) {
    if (ALONE.test(c) && !COMBINING.test(c)) {
      this.endWord();
      this.beginWord(at, c);
      this.addChar(at, c);
      this.endWord();
      return;
    }
    if (!this.word)
      this.beginWord(at, c);
    this.addChar(at, c);
  }

  readOther(at, c, next, after) {
    const mark = MARKS.get(c);
    const hyphen = HYPHENS.has(c) && this.word && WORD.test(after);
    this.endWord();
    if (mark && !hyphen) {
      this.add(mark, at, next, mark === ',' ? MARK | COMMA : MARK);
    } else if (SYMBOL.test(c)) {
      this.beginWord(at, c);
      this.word.text = c;
      this.word.end = next;
      this.endWord();
    }
  }

  read(at) {
    const c = charAt(this.text, at);
    const next = at + c.length;
    const after = charAt(this.text, next);
    if (WORD.test(c)) {
      this.readWordChar(at, c);
      return next;
    }
    if (IGNORED.test(c))
      return next;
    if (APOSTROPHES.has(c) && this.word && WORD.test(after)) {
      const {word} = this;
      word.last = {at, folded: word.text.length};
      word.text += "'";
      word.first ??= {at: next, folded: word.text.length};
      return next;
    }
    const close = this.quoted(at, c);
    if (close >= 0)
      return close;
    if (SENTENCE_ENDS.has(c)) {
      const inside = c === '.' && (WORD.test(after) ||
          (this.word && this.rules.abbreviations.has(this.word.text)));
      this.endWord();
      if (!inside)
        this.endSentence(QUESTIONS.has(c));
    } else if (NEWLINES.has(c)) {
      this.endWord();
      this.endLine();
    } else {
      this.readOther(at, c, next, after);
    }
    return next;
  }
}

/* ---- rules, made ready ---- */

const FIXED = new Map(Object.entries({'^': 'begin', '$': 'end', '[': 'open', ']': 'close', '~': 'rest', '~~': 'line'}));

class Entry {
  tests = new Set();
}

class Rules {
  constructor(data) {
    this.language = data.language;
    this.keepAccents = data.accents === 'keep';
    this.clitics = new Set(data.clitics ?? []);
    this.abbreviations = new Set(data.abbreviations ?? []);
    this.quotes = (data.quotes ?? []).map((pair) => {
      const [open, close] = pair;
      return {open, close};
    });
    this.kinds = data.kinds;
    this.words = new Map();
    this.stems = new Map();
    this.stemLengths = [];
    this.classes = new Map();
    this.tests = new Map();
    this.patterns = [];
    this.byFirst = [];
    this.byFlags = [];
    for (const [name, words] of Object.entries(data.classes))
      this.classes.set(name, this.readWords(words, ' ').words);
    this.often = this.test('@often').test;
    this.readPatterns(data);
    this.finish();
  }

  readPatterns(data) {
    const bits = new Map([['question', QUESTION]]);
    for (const [name, patterns] of Object.entries(data.contexts ?? {})) {
      bits.set(name, 1 << bits.size);
      this.addPatterns(patterns, {use: 'context', context: bits.get(name)});
    }
    this.addPatterns(data.speech ?? [], {use: 'allow', kinds: KINDS.map((_, kind) => kind)});
    for (const {kinds, patterns} of data.allow ?? [])
      this.addPatterns(patterns, {use: 'allow', kinds: (kinds?.length ? kinds : KINDS)
          .map((kind) => KINDS.indexOf(kind))});
    this.rules = (data.rules ?? []).map((rule, index) => {
      this.addPatterns(rule.patterns, {use: 'rule', rule: index});
      const words = this.kinds[rule.kind];
      return {id: rule.id, kind: KINDS.indexOf(rule.kind), name: words.name,
              reason: rule.reason ?? words.reason, instead: rule.instead ?? words.instead,
              unless: (rule.unless ?? []).reduce((all, name) => all | bits.get(name),
                                                 bits.get('speech') ?? 0)};
    });
  }

  readWords(text, by) {
    const words = [];
    let flags = 0;
    for (const part of text.split(by)) {
      if (part.startsWith('@') && this.classes.has(part.slice(1))) {
        words.push(...this.classes.get(part.slice(1)));
      } else if (part.startsWith('@')) {
        flags |= BUILT_IN.get(part.slice(1));
      } else if (part) {
        const stem = part.length > 1 && part.endsWith('*');
        const plain = stem ? part.slice(0, -1) : part;
        words.push([...plain].map((c) => fold(c, this.keepAccents)).join('') + (stem ? '*' : ''));
      }
    }
    return {words, flags};
  }

  /* The number of a test: "good|great|@fine". */
  test(alternatives) {
    const {words, flags} = this.readWords(alternatives, '|');
    if (!this.tests.has(alternatives)) {
      this.tests.set(alternatives, this.tests.size);
      for (const word of words) {
        const stem = word.endsWith('*');
        const table = stem ? this.stems : this.words;
        const plain = stem ? word.slice(0, -1) : word;
        if (!table.has(plain))
          table.set(plain, new Entry());
        table.get(plain).tests.add(this.tests.get(alternatives));
      }
    }
    return {test: this.tests.get(alternatives), flags};
  }

  readItem(text) {
    if (FIXED.has(text))
      return {type: FIXED.get(text)};
    if (text[0] === '*')
      return {type: 'gap', gap: Number(text[1])};
    const plain = text[0] === '!' || text[0] === '?' ? text.slice(1) : text;
    const [alternatives, but] = plain.split('!');
    return {type: text[0] === '!' ? 'other' : 'word', optional: text[0] === '?',
            but: but === undefined ? -1 : this.test(but).test, ...this.test(alternatives)};
  }

  addPatterns(texts, like) {
    for (const text of texts) {
      const items = text.split(' ').flatMap((part) => {
        const opens = part.length > 1 && part.startsWith('[');
        const closes = part.length > 1 && part.endsWith(']');
        const plain = part.slice(opens ? 1 : 0, closes ? -1 : undefined);
        return [...opens ? ['['] : [], ...plain ? [plain] : [], ...closes ? [']'] : []];
      });
      this.patterns.push({...like, items: items.map((item) => this.readItem(item))});
    }
  }

  finish() {
    this.stemLengths = [...new Set([...this.stems.keys()].map((stem) => stem.length))]
        .sort((a, b) => b - a);
    for (const table of [this.words, this.stems]) {
      for (const [word, entry] of table) {
        for (const length of this.stemLengths) {
          const stem = word.length >= length ? this.stems.get(word.slice(0, length)) : null;
          stem?.tests.forEach((test) => entry.tests.add(test));
        }
      }
    }
    this.patterns.forEach((pattern, index) => {
      for (const {type, test, flags, optional} of pattern.items) {
        if (type !== 'word')
          continue;
        (this.byFirst[test] ??= []).push(index);
        if (flags)
          this.byFlags.push(index);
        if (!optional)
          break;
      }
    });
  }

  entryOf(word) {
    const entry = this.words.get(word);
    if (entry)
      return entry;
    for (const length of this.stemLengths) {
      const stem = word.length >= length ? this.stems.get(word.slice(0, length)) : null;
      if (stem)
        return stem;
    }
    return null;
  }
}

export function makeRules(data) {
  return new Rules(data);
}

/* ---- rules over a text ---- */

class Check {
  constructor(rules, text) {
    this.rules = rules;
    const {tokens, sentences} = new Reader(rules, text);
    this.tokens = tokens;
    this.cover = KINDS.map(() => new Int32Array(tokens.length + 1));
    this.candidates = [];
    this.failed = new Uint32Array(32);
    for (this.sentence of sentences) {
      for (let at = this.sentence.first; at < this.sentence.end; at++)
        this.tryToken(at);
      for (let at = this.sentence.first; at < this.sentence.end; at++)
        tokens[at].contexts = this.sentence.contexts;
    }
  }

  passes(item, token) {
    return ((token.flags & item.flags) !== 0 || (token.entry?.tests.has(item.test) ?? false)) &&
        !(item.but >= 0 && token.entry?.tests.has(item.but));
  }

  match(items, i, at) {
    if (i === items.length) {
      this.to = at;
      return true;
    }
    if (this.failed[i] >>> at - this.start & 1)
      return false;
    const item = items[i];
    const inside = at < this.sentence.end;
    const token = this.tokens[at];
    const spoken = inside && !(token.flags & (MARK | QUOTE));
    let done = false;
    switch (item.type) {
      case 'word':
        done = inside && this.passes(item, token) && this.match(items, i + 1, at + 1);
        if (!done && item.optional)
          done = this.match(items, i + 1, at);
        break;
      case 'other':
        done = spoken && !this.passes(item, token) && this.match(items, i + 1, at + 1);
        break;
      case 'gap':
        for (let n = 0; !done && n <= item.gap; n++) {
          done = this.match(items, i + 1, at + n);
          if (at + n >= this.sentence.end || this.tokens[at + n].flags & (MARK | QUOTE))
            break;
        }
        break;
      case 'begin':
        done = (at === this.sentence.first ||
            (this.tokens[at - 1].flags & (MARK | COMMA)) === MARK) && this.match(items, i + 1, at);
        break;
      case 'end':
        done = (!inside || (token.flags & MARK) !== 0) && this.match(items, i + 1, at);
        break;
      case 'open':
        done = this.match(items, i + 1, at);
        if (done)
          this.from = at;
        break;
      case 'close':
        done = this.match(items, i + 1, at);
        if (done)
          this.to = at;
        break;
      case 'rest':
        this.to = this.sentence.end;
        return true;
      case 'line':
        this.to = this.sentence.lineEnd;
        return true;
    }
    if (!done)
      this.failed[i] |= 1 << at - this.start;
    return done;
  }

  tryPattern(pattern, at) {
    this.failed.fill(0);
    this.start = this.from = at;
    if (!this.match(pattern.items, 0, at) || this.from >= this.to)
      return;
    if (pattern.use === 'context') {
      this.sentence.contexts |= pattern.context;
    } else if (pattern.use === 'allow') {
      for (const kind of pattern.kinds) {
        this.cover[kind][this.from]++;
        this.cover[kind][this.to]--;
      }
    } else {
      this.candidates.push({from: this.from, to: this.to, rule: pattern.rule,
                            sentence: this.sentence.first});
    }
  }

  tryToken(at) {
    const {entry, flags} = this.tokens[at];
    const tryAll = (list) => list?.forEach((index) => this.tryPattern(this.rules.patterns[index], at));
    if (flags)
      tryAll(this.rules.byFlags);
    entry?.tests.forEach((test) => tryAll(this.rules.byFirst[test]));
  }

  marks() {
    const taken = new Uint8Array(this.tokens.length + 1);
    for (const cover of this.cover) {
      for (let i = 1; i < cover.length; i++)
        cover[i] += cover[i - 1];
    }
    this.candidates.sort((a, b) => a.rule - b.rule || a.from - b.from || b.to - a.to);
    const kept = [];
    for (const candidate of this.candidates) {
      const {from, to} = candidate;
      const rule = this.rules.rules[candidate.rule];
      let free = (this.tokens[from].contexts & rule.unless) === 0;
      for (let i = from; free && i < to; i++)
        free = this.cover[rule.kind][i] <= 0 && !taken[i];
      if (!free)
        continue;
      taken.fill(1, from, to);
      kept.push({...candidate, rule});
    }
    return this.joined(kept).map(({from, to, rule}) => ({
      start: this.tokens[from].start, end: this.tokens[to - 1].end, kind: KINDS[rule.kind],
      name: rule.name, reason: rule.reason, instead: rule.instead, rule: rule.id}));
  }

  /* A few words between two of one kind: one mark is enough for her who reads them. */
  joined(kept) {
    const joined = [];
    for (const next of kept.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && last.sentence === next.sentence && next.from - last.to <= NEAR &&
          last.rule.kind === next.rule.kind)
        last.to = next.to;
      else
        joined.push(next);
    }
    return joined;
  }
}

/* The marks of @text in its order, none over another: {start, end, kind, name, reason, instead, rule};
 * start and end count UTF-16 units, as a text field does. */
export function checkWording(rules, text) {
  return new Check(rules, text).marks();
}

/* Of @all rules, those of the language that @text is written in; @preferred where that does not tell. */
export function chooseRules(all, text, preferred) {
  const count = (rules) => new Reader(rules, text).tokens
      .filter(({entry}) => entry?.tests.has(rules.often)).length;
  let best = preferred;
  let most = count(best);
  for (const rules of all) {
    const n = rules === best ? 0 : count(rules);
    if (n > most) {
      best = rules;
      most = n;
    }
  }
  return best;
}
