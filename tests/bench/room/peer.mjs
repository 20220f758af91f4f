// SPDX-License-Identifier: LGPL-2.1-or-later
// The same service in Node: a WebSocket server that keeps each pin durably and tells those who are
// here. node peer.mjs DATABASE prints its port.
import Database from 'better-sqlite3';
import { WebSocketServer } from 'ws';

const db = new Database(process.argv[2]);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE note (id TEXT PRIMARY KEY, track TEXT, kind TEXT, start INTEGER, text TEXT)');
const add = db.prepare('INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?)');
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 1024 });

server.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const message = JSON.parse(bytes);
    if (message.type !== 'changes') return;
    for (const { note } of message.changes) add.run(note.id, note.track, note.kind, note.start, note.text);
    socket.send(JSON.stringify({ type: 'kept', request: message.request, results: [{ status: 'kept' }] }));
    if (!message.everybody) return;
    const news = JSON.stringify({ type: 'notes', notes: message.changes.map((c) => c.note), gone: [], seq: 1 });
    for (const other of server.clients) other.send(news);
  });
  socket.send(JSON.stringify({ type: 'hello' }));
});
server.on('listening', () => console.log(server.address().port));
