// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A lesson on its way to the room: tus 1.0 (https://tus.io/protocols/resumable-upload). A broken
 * connection or a closed page costs what was under way in one slice; the room says where to go on.
 */
import {Away, Refusal, room} from './room.js';
import {t} from './i18n.js';

const SLICE_BYTES = 16 * 1024 * 1024;
const RETRY_FIRST_MS = 1000;
const RETRY_MOST_MS = 20000;

const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/* Takes an upload of one's own that was not taken, or not finished, off the room's list. */
export async function dropUpload(id) {
  await fetch(`../api/uploads/${id}`, {method: 'DELETE', credentials: 'omit', headers: {
    Authorization: `Bearer ${room.token}`, 'Tus-Resumable': '1.0.0'}}).catch(() => {});
}

export class Upload extends EventTarget {
  #file;
  #keep;
  #metadata;
  #url = null;
  #stopped = false;
  #request = null;
  sent = 0;
  state = 'new'; // sending, waiting, stopped, sent, failed
  message = '';

  /* @metadata: walk, visit, title … */
  constructor(file, metadata, keep) {
    super();
    this.#file = file;
    this.#keep = keep;
    this.#metadata = {filename: file.name, ...metadata};
  }

  get size() {
    return this.#file.size;
  }

  get percent() {
    return this.size ? Math.floor(this.sent / this.size * 100) : 0;
  }

  get #key() {
    const {name, size, lastModified} = this.#file;
    const {walk, segment = '', at = ''} = this.#metadata;
    return `upload:${walk}:${segment}:${at ?? ''}:${name}:${size}:${lastModified}`;
  }

  /* The room's id of it, once it was begun. */
  get id() {
    return this.#url?.split('/').at(-1) ?? null;
  }

  stop() {
    this.#stopped = true;
    this.#request?.abort();
  }

  async run() {
    let wait = RETRY_FIRST_MS;
    this.#url = (await this.#keep.get('values', this.#key))?.url ?? null;
    while (!this.#stopped) {
      const before = this.sent;
      try {
        this.#set('sending');
        if (await this.#sendOn()) {
          await this.#keep.delete('values', this.#key);
          this.#set('sent');
          return;
        }
        wait = RETRY_FIRST_MS;
      } catch (error) {
        if (this.#stopped)
          break;
        if (error instanceof Refusal && error.status !== 409 && error.status !== 423 &&
            error.status !== 460 && error.status < 500) {
          await this.#keep.delete('values', this.#key);
          this.message = error.message;
          this.#set('failed');
          return;
        }
        if (this.sent > before)
          wait = RETRY_FIRST_MS;
        this.#set('waiting');
        await new Promise((resolve) => {
          setTimeout(resolve, wait);
          window.addEventListener('online', resolve, {once: true});
        });
        wait = Math.min(wait * 2, RETRY_MOST_MS);
      }
    }
    this.#set('stopped');
  }

  #set(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }

  /* Whether all is there. */
  async #sendOn() {
    if (this.#url !== null) {
      const answer = await this.#ask('HEAD', this.#url, {});
      if (answer.status === 404 || answer.status === 410) {
        this.#url = null;
      } else {
        this.#check(answer);
        this.sent = Number(answer.header('Upload-Offset'));
      }
    }
    if (this.#url === null)
      await this.#create();
    while (this.sent < this.size && !this.#stopped) {
      const answer = await this.#ask('PATCH', this.#url, {
        'Upload-Offset': this.sent, 'Content-Type': 'application/offset+octet-stream',
      }, this.#file.slice(this.sent, this.sent + SLICE_BYTES), this.sent);
      this.#check(answer);
      this.sent = Number(answer.header('Upload-Offset'));
      this.#set('sending');
    }
    return this.sent === this.size;
  }

  async #create() {
    const metadata = Object.entries(this.#metadata)
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => `${name} ${encode(value)}`).join(',');
    const answer = await this.#ask('POST', new URL('../api/uploads', document.baseURI).href,
                                   {'Upload-Length': this.size, 'Upload-Metadata': metadata});
    this.#check(answer);
    this.sent = 0;
    // Behind a proxy the room may not know its scheme: only the path counts.
    const location = new URL(answer.header('Location'), document.baseURI);
    this.#url = new URL(location.pathname, document.baseURI).href;
    await this.#keep.put('values', {key: this.#key, url: this.#url});
  }

  #check(answer) {
    if (answer.status >= 200 && answer.status < 300)
      return;
    let error;
    try {
      error = JSON.parse(answer.text).error;
    } catch {
      error = null;
    }
    throw new Refusal(answer.status, error?.code ?? 'unknown',
                      error?.message ?? t('error.unknown', {status: answer.status}));
  }

  /* XMLHttpRequest, as fetch() tells nothing of what is sent so far. */
  #ask(method, url, headers, body = null, base = 0) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open(method, url);
      request.setRequestHeader('Authorization', `Bearer ${room.token}`);
      request.setRequestHeader('Tus-Resumable', '1.0.0');
      for (const [name, value] of Object.entries(headers))
        request.setRequestHeader(name, String(value));
      if (body)
        request.upload.onprogress = ({loaded}) => {
          this.sent = base + loaded;
          this.dispatchEvent(new Event('change'));
        };
      request.onload = () => resolve({status: request.status, text: request.responseText,
                                      header: (name) => request.getResponseHeader(name)});
      request.onerror = request.onabort = request.ontimeout = () => {
        this.sent = base;
        reject(new Away());
      };
      request.send(body);
    });
  }
}
