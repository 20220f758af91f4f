// SPDX-License-Identifier: LGPL-2.1-or-later
// One pin to many sockets, the same for both. Reads one JSON job from standard input and prints its
// figures: {sockets: [url], writer: {url, track}, pins}.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';

const job = JSON.parse(readFileSync(0));
const quantile = (times, q) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(q * times.length))];

function open(url) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const opened = { socket, on: {} };
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`closed: ${code}`)));
    socket.on('message', (bytes) => {
      const message = JSON.parse(bytes);
      if (message.seq && message.type !== 'hello') socket.send(`{"type":"ack","seq":${message.seq}}`);
      if (message.type === 'hello') resolve(opened);
      opened.on[message.type]?.(message);
    });
  });
}

const note = (track, text) => ({ id: randomUUID(), track, kind: 'noticing', start: 1e9, end: 1e9, text });

function pin(client, track, everybody) {
  return new Promise((resolve, reject) => {
    client.on.kept = (message) => (message.results?.[0]?.status === 'kept' ? resolve() : reject(new Error(JSON.stringify(message))));
    client.socket.send(JSON.stringify({
      type: 'changes', request: 1, everybody, changes: [{ op: 'put', note: note(track, 'A student points at the line and says why') }],
    }));
  });
}

async function fan({ sockets, writer, pins: count }) {
  const readers = [];
  for (let n = 0; n < sockets.length; n += 50)
    readers.push(...await Promise.all(sockets.slice(n, n + 50).map(open)));
  console.log('open');
  const client = await open(writer.url);
  const times = [];
  for (let n = 0; n < count; n++) {
    const before = performance.now();
    const all = readers.map((reader) => new Promise((resolve) => {
      reader.on.notes = () => { times.push(performance.now() - before); resolve(); };
    }));
    await pin(client, writer.track, true);
    await Promise.all(all);
  }
  return { clients: readers.length, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99) };
}

console.log(JSON.stringify(await fan(job)));
process.exit(0);
