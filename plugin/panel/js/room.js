// SPDX-License-Identifier: LGPL-2.1-or-later
/* Speaks with the room (plugin/room/API.md). No cookies: the session is a header. */
import {t} from './i18n.js';
import {recall, remember} from './keep.js';

/* The room said no: a sentence for people, and what programs need. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/* The room did not answer at all. */
export class Away extends Error {
  constructor() {
    super(t('error.network'));
  }
}

const ANSWER_MS = 30000;

class Room extends EventTarget {
  constructor() {
    super();
    this.token = recall('token');
    this.person = recall('person');
    this.reachable = true;
  }

  get signedIn() {
    return this.token !== null;
  }

  begin(session) {
    this.token = session.token;
    this.person = session.person;
    remember('token', session.token);
    remember('person', session.person);
  }

  end() {
    this.token = null;
    remember('token', null);
  }

  #setReachable(reachable) {
    if (reachable === this.reachable)
      return;
    this.reachable = reachable;
    this.dispatchEvent(new Event('reachable'));
  }

  /* The answer's JSON, or null for one without a body. Rejects with Away or Refusal. @body: to be
   * written as JSON; text goes as it is. @credentials:
   * "same-origin" where the answer binds something to this browser. */
  async call(method, path, body, credentials = 'omit') {
    const headers = {};
    if (this.token)
      headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined)
      headers['Content-Type'] = 'application/json';
    const abort = new AbortController();
    const watchdog = setTimeout(() => abort.abort(), ANSWER_MS);
    const token = this.token;
    let answer, text;
    try {
      answer = await fetch(`../api/${path}`, {
        method, headers, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        credentials, cache: 'no-store', signal: abort.signal});
      text = await answer.text();
    } catch {
      this.#setReachable(false);
      throw new Away();
    } finally {
      clearTimeout(watchdog);
    }
    let json = null, unreadable = false;
    try {
      json = text === '' ? null : JSON.parse(text);
    } catch {
      unreadable = true;
    }
    // A proxy whose room is gone answers in its place.
    if (answer.status >= 502 && answer.status <= 504 && !json?.error?.code) {
      this.#setReachable(false);
      throw new Away();
    }
    this.#setReachable(true);
    if (unreadable)
      throw new Refusal(answer.status, 'unreadable', t('error.unknown', {status: answer.status}));
    if (answer.ok)
      return json;
    const error = json?.error ?? {};
    if (answer.status === 401 && token !== null && token === this.token) {
      this.end();
      this.dispatchEvent(new Event('session-over'));
    }
    throw new Refusal(answer.status, error.code ?? 'unknown',
                      error.message ?? t('error.unknown', {status: answer.status}));
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body = {}) {
    return this.call('POST', path, body);
  }
}

export const room = new Room();
