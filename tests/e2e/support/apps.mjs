// Other programs of the same person. A copy of the command is another executable, so another app.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import {run} from './programs.mjs';
import {binary} from './world.mjs';

/** Makes an app: its path as the kernel tells it, and what it does. */
export function makeApp(world, name) {
  const at = path.join(fs.realpathSync(world.root), name);
  fs.copyFileSync(binary('latchkey'), at);
  fs.chmodSync(at, 0o755);
  return {
    path: at,
    latchkey: (...args) => run(at, args, world.env),
    token: (account) => run(at, ['token', account], world.env),
  };
}

/** The app got a token: its text. */
export async function tokenOf(app, account) {
  const ended = await app.token(account);
  assert.equal(ended.code, 0, ended.stderr);
  return ended.stdout.trim();
}

/** The app got none, and exits with 4. Gives what it said. */
export async function refused(app, account) {
  const ended = await app.token(account);
  assert.deepEqual([ended.code, ended.stdout], [4, ''], ended.stderr);
  return ended.stderr;
}
