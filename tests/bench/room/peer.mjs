// SPDX-License-Identifier: LGPL-2.1-or-later
// The same service in Node: a WebSocket server that keeps each pin durably and tells those who are
// here. node peer.mjs DATABASE prints its port.
import Database from 'better-sqlite3';
import { WebSocketServer } from 'ws';

const db = new Database(process.argv[2]);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE note (id TEXT PRIMARY KEY, track TEXT, kind TEXT, start INTEGER, text TEXT)');
db.exec('CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER, action TEXT, target TEXT)');
const add = db.prepare('INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?)');
const audit = db.prepare('INSERT INTO audit VALUES (NULL, ?, ?, ?)');
// One commit for the note and for the line that says it was made.
const keep = db.transaction((note) => {
  add.run(note.id, note.track, note.kind, note.start, note.text);
  audit.run(Date.now(), 'pinned', note.id);
});
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 1024 });

server.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const message = JSON.parse(bytes);
    if (message.type !== 'changes') return;
    for (const { note } of message.changes) keep(note);
    socket.send(JSON.stringify({ type: 'kept', request: message.request, results: [{ status: 'kept' }] }));
    const news = JSON.stringify({ type: 'notes', notes: message.changes.map((c) => c.note), gone: [], seq: 1 });
    // As in a visit, where a note is told to its writer alone; or in a debrief, to all.
    for (const other of message.everybody ? server.clients : [socket]) other.send(news);
  });
  socket.send(JSON.stringify({ type: 'hello' }));
});
server.on('listening', () => console.log(server.address().port));
