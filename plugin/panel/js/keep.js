// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What this browser keeps: changes on their way to the room, drafts, and the last that was seen of a
 * walk. IndexedDB where the browser allows it; in a third-party frame or a private window it may
 * throw, and then memory has to do, and the person is told (`Keep.lasting`).
 */
const NAME = 'lessonwalk';
const STORES = {changes: {keyPath: 'key', autoIncrement: true}, drafts: {keyPath: 'id'},
                values: {keyPath: 'key'}};

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES))
        request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

class Disk {
  constructor(database) {
    this.database = database;
    this.lasting = true;
    database.onversionchange = () => database.close();
  }

  #run(store, mode, act) {
    return new Promise((resolve, reject) => {
      // "strict": on the disk before it is called kept.
      const transaction = this.database.transaction(store, mode, {durability: 'strict'});
      let request;
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      request = act(transaction.objectStore(store));
    });
  }

  all(store) {
    return this.#run(store, 'readonly', (objects) => objects.getAll());
  }

  get(store, key) {
    return this.#run(store, 'readonly', (objects) => objects.get(key));
  }

  put(store, value) {
    return this.#run(store, 'readwrite', (objects) => objects.put(value));
  }

  delete(store, key) {
    return this.#run(store, 'readwrite', (objects) => objects.delete(key));
  }

  clear(store) {
    return this.#run(store, 'readwrite', (objects) => objects.clear());
  }
}

class Memory {
  constructor() {
    this.lasting = false;
    this.stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
    this.last = 0;
  }

  async all(store) {
    return [...this.stores[store].values()].map((value) => structuredClone(value));
  }

  async get(store, key) {
    return structuredClone(this.stores[store].get(key));
  }

  async put(store, value) {
    const copy = structuredClone(value);
    const path = STORES[store].keyPath;
    copy[path] ??= ++this.last;
    this.stores[store].set(copy[path], copy);
    return copy[path];
  }

  async delete(store, key) {
    this.stores[store].delete(key);
  }

  async clear(store) {
    this.stores[store].clear();
  }
}

/* What is kept from page to page; never rejects. */
export async function openKeep() {
  try {
    const database = await Promise.race([
      open(),
      // A browser that neither opens nor refuses must not keep anybody from writing.
      new Promise((_, reject) => setTimeout(() => reject(new Error('silence')), 5000)),
    ]);
    const disk = new Disk(database);
    await settled(database.transaction('values').objectStore('values').count());
    return disk;
  } catch {
    return new Memory();
  }
}

/* Small settings and the session, which must be there before the first await. */
const remembered = new Map();

export function remember(key, value) {
  remembered.set(key, value);
  try {
    if (value === null)
      localStorage.removeItem(`lessonwalk.${key}`);
    else
      localStorage.setItem(`lessonwalk.${key}`, value);
  } catch {
    // Memory has it.
  }
}

export function recall(key) {
  if (remembered.has(key))
    return remembered.get(key);
  try {
    return localStorage.getItem(`lessonwalk.${key}`);
  } catch {
    return null;
  }
}

/* A random UUID, also where the page is not a "secure context". */
export function newId() {
  if (globalThis.crypto.randomUUID)
    return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
