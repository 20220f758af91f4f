// SPDX-License-Identifier: LGPL-2.1-or-later
/* A real room in a folder of its own, behind a wire that can be cut. */
import {spawn, execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const BUILD = process.env.LESSONWALK_BUILD_ROOT ?? 'build';
const PROGRAM = process.env.LESSONWALK_ROOM ?? path.join(BUILD, 'plugin/room/lessonwalk-room');

/* Carries bytes between browser and room, or lets no byte through. */
class Wire {
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
  static async open(settings = []) {
    const room = new Room();
    room.folder = mkdtempSync(path.join(tmpdir(), 'lw-panel-'));
    room.wire = new Wire();
    await room.wire.listen();
    room.url = `http://127.0.0.1:${room.wire.port}`;
    room.sets = [`data=${room.folder}/data`, 'listen=127.0.0.1:0', `public-url=${room.url}`,
                 ...settings].flatMap((one) => ['--set', one]);
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

  async join(url, name) {
    return this.call(null, 'POST', 'join', {code: url.split('#join=')[1], name});
  }
}
