// What another user of the computer can put in the way of the socket: nothing is sent to them, and nothing is taken from them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {run} from './support/programs.mjs';
import {STRANGER, canBeSomebodyElse, runAsStranger} from './support/stranger.mjs';
import {binary, makeWorld} from './support/world.mjs';

test('I19 a socket that another user serves gets no call', async (t) => {
  if (!canBeSomebodyElse()) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'latchkey-stranger-'));
  t.after(() => fs.rmSync(folder, {recursive: true}));
  fs.chmodSync(folder, 0o777);
  const world = makeWorld(t);
  const socket = path.join(folder, 'latchkey.sock');
  const stranger = runAsStranger(world, `
    require('node:net').createServer((caller) => {
      let bytes = 0;
      caller.on('data', (data) => { bytes += data.length; }).on('end', () => console.log('got ' + bytes));
    }).listen(process.argv[1], () => console.log('serves'));
  `, socket);
  await stranger.says('stdout', /serves/);
  complains(await run(binary('latchkey'), ['token', 'acme'], {...world.env, LATCHKEY_SOCKET: socket}), 6,
      new RegExp(`another user \\(uid ${STRANGER}\\)`));
  assert.equal((await stranger.says('stdout', /got (\d+)/))[1], '0');
});

test('I19 a runtime folder of another user: the daemon makes no socket in it, and says what to do', async (t) => {
  if (!canBeSomebodyElse()) return;
  const world = makeWorld(t);
  const ours = path.dirname(world.socket);
  fs.mkdirSync(ours, {mode: 0o700});
  fs.chownSync(ours, STRANGER, STRANGER);
  complains(await run(binary('latchkeyd'), [], world.env), 2, /belongs to another user: run chown 0 /);
  assert.deepEqual(fs.readdirSync(ours), []);
});

test('I19 without XDG_RUNTIME_DIR the daemon and the command name what is missing', async (t) => {
  const world = makeWorld(t);
  const {XDG_RUNTIME_DIR, ...bare} = world.env;
  assert.ok(XDG_RUNTIME_DIR);
  complains(await run(binary('latchkeyd'), [], bare), 2, /XDG_RUNTIME_DIR.*LATCHKEY_SOCKET/s);
  complains(await run(binary('latchkey'), ['list'], bare), 6, /XDG_RUNTIME_DIR/);
});
