// SPDX-License-Identifier: LGPL-2.1-or-later
/* A real room in a folder of its own, behind a wire that can be cut. */
import {spawn, execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const BUILD = process.env.LESSONWALK_BUILD_ROOT ?? 'build';
const PROGRAM = process.env.LESSONWALK_ROOM ?? path.join(BUILD, 'plugin/room/lessonwalk-room');

/* Carries bytes between browser and room, or lets no byte through. */
export class Wire {
  constructor() {
    this.target = 0;
    this.cut = false;
    this.deaf = null; // a text: who sends it is heard by the room, and hears nothing
    this.sockets = new Set();
    this.server = net.createServer((client) => this.#carry(client));
  }

  listen() {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => {
      this.port = this.server.address().port;
      resolve();
    }));
  }

  #carry(client) {
    client.on('error', () => {});
    if (this.cut) {
      client.destroy();
      return;
    }
    const room = net.connect(this.target, '127.0.0.1');
    let muted = false;
    for (const socket of [client, room]) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        room.destroy();
      });
      socket.on('error', () => {});
    }
    client.on('data', (bytes) => {
      if (this.deaf && bytes.includes(this.deaf)) {
        this.deaf = null;
        muted = true;
      }
      room.write(bytes);
    });
    room.on('data', (bytes) => {
      if (muted)
        client.destroy(); // the room has done it; nobody hears so
      else
        client.write(bytes);
    });
  }

  set(isCut) {
    this.cut = isCut;
    if (isCut) {
      for (const socket of this.sockets)
        socket.destroy();
    }
  }
}

export class Room {
  /* @settings: an array, or what makes it of the address that the room will have. */
  static async open(settings = []) {
    const room = new Room();
    // A test that breaks down must not leave it behind, with the output of the test held open.
    process.once('exit', () => room.process?.kill('SIGKILL'));
    room.folder = mkdtempSync(path.join(tmpdir(), 'lw-panel-'));
    room.wire = new Wire();
    await room.wire.listen();
    room.url = `http://127.0.0.1:${room.wire.port}`;
    room.sets = [`data=${room.folder}/data`, 'listen=127.0.0.1:0', `public-url=${room.url}`,
                 ...typeof settings === 'function' ? await settings(room.url) : settings].flatMap((one) => ['--set', one]);
    room.code = execFileSync(PROGRAM, [...room.sets, 'setup', '--name', 'Ms. Alder'])
        .toString().match(/#sign-in=(\S+)/)[1];
    await room.start();
    return room;
  }

  async start() {
    this.process = spawn(PROGRAM, [...this.sets, 'serve'], {stdio: ['ignore', 'pipe', 'inherit']});
    this.wire.target = await new Promise((resolve, reject) => {
      let text = '';
      this.process.stdout.on('data', (bytes) => {
        text += bytes;
        const port = text.match(/listening on [0-9.]+:(\d+)/)?.[1];
        if (port)
          resolve(Number(port));
      });
      this.process.on('exit', (code) => reject(new Error(`the room ended: ${code}`)));
    });
  }

  async close() {
    this.wire.set(true);
    this.wire.server.close();
    if (this.process.exitCode === null) {
      const over = new Promise((resolve) => this.process.on('exit', resolve));
      this.process.kill('SIGTERM');
      await Promise.race([over, sleep(15000).then(() => this.process.kill('SIGKILL'))]);
    }
    rmSync(this.folder, {recursive: true, force: true});
  }

  async call(token, method, place, body) {
    const answer = await fetch(`http://127.0.0.1:${this.wire.target}/api/${place}`, {
      method, headers: token ? {Authorization: `Bearer ${token}`} : {},
      body: body === undefined ? undefined : JSON.stringify(body)});
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} ${place}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /* A phase at its last step; what a board is waited for to show is put there first. */
  async openPhase(token, walk, phase) {
    const {phases} = await this.call(token, 'GET', `walks/${walk}`);
    const steps = phases.find((one) => one.id === phase).steps ?? [{}];
    for (const {id: step} of steps) {
      try {
        await this.call(token, 'POST', `walks/${walk}/phase`, {phase, step});
      } catch (error) {
        if (!/"evidence"/.test(error.message))
          throw error;
        await this.call(token, 'POST', `walks/${walk}/phase`, {phase: 'debrief'});
        const {notes} = await this.call(token, 'GET', `walks/${walk}/notes`);
        const note = notes.find(({kind}) => ['noticing', 'wondering', 'progress'].includes(kind));
        await this.call(token, 'POST', `walks/${walk}/board`, {changes: [
          {type: 'card', note: note.id, position: 0, about: 'student'}]});
        await this.call(token, 'POST', `walks/${walk}/phase`, {phase, step});
      }
    }
  }

  /* Somebody new, who has read the norms: they stand before the first lesson. */
  async join(url, name) {
    const session = await this.call(null, 'POST', 'join', {code: url.split('#join=')[1], name});
    await this.call(session.token, 'PUT', `walks/${session.walk}/me`, {norms: true});
    return session;
  }

  /* A whole file by tus, until the room is done with it: the upload, as the walk lists it. */
  async upload(token, walk, file, metadata) {
    const bytes = typeof file === 'string' ? readFileSync(file) : file;
    const tus = {Authorization: `Bearer ${token}`, 'Tus-Resumable': '1.0.0'};
    const pairs = Object.entries({walk, ...metadata}).map(([name, value]) =>
        `${name} ${Buffer.from(String(value)).toString('base64')}`).join(',');
    const base = `http://127.0.0.1:${this.wire.target}`;
    const begun = await fetch(`${base}/api/uploads`, {method: 'POST', headers: {
      ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': pairs}});
    const where = begun.headers.get('Location');
    if (begun.status !== 201)
      throw new Error(`upload: ${begun.status} ${await begun.text()}`);
    await fetch(base + where, {method: 'PATCH', body: bytes, headers: {
      ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream'}});
    for (;;) {
      const {uploads} = await this.call(token, 'GET', `walks/${walk}/uploads`);
      const upload = uploads.find((one) => where.endsWith(one.id));
      if (!['receiving', 'checking', 'making'].includes(upload.state))
        return upload;
      await sleep(100);
    }
  }

  /* A walk in the visit phase whose teacher is Ms. Alder, who leads it, too: {token, me, walk,
   * segment, invitation}. */
  async beginWalk(film) {
    const {token, person} = await this.call(null, 'POST', 'sign-in/link', {code: this.code});
    const {id: walk} = await this.call(token, 'POST', 'walks', {title: 'Pressing for evidence'});
    await this.call(token, 'PATCH', `walks/${walk}`,
                    {focus: 'Students say how they know.', inquiry: 'How am I pressing for it?'});
    await this.call(token, 'PUT', `walks/${walk}/members/${person}`,
                    {roles: ['facilitator', 'host']});
    await this.call(token, 'PUT', `walks/${walk}/me`, {norms: true});
    const {visits} = await this.call(token, 'POST', `walks/${walk}/visits`, {host: person});
    const {segment} = await this.upload(token, walk, film,
                                        {visit: visits[0].id, title: 'Fractions', purpose: 'lesson'});
    await this.call(token, 'POST', `walks/${walk}/phase`, {phase: 'visit'});
    const {url: invitation} = await this.call(token, 'POST', `walks/${walk}/invitations`,
                                              {roles: ['walker']});
    return {token, me: person, walk, segment, invitation};
  }
}
