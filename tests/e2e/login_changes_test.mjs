// C9: the configuration changes while a person is at their login.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {beginLogin, loginFails} from './support/login.mjs';
import {within} from './support/programs.mjs';
import {follow} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

async function loginUnderWay(t) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  return {sandbox, world, login: await beginLogin(world, 'acme'), file: path.join(world.config, 'latchkey', 'accounts', 'acme.toml')};
}

/** Changes the account's file by hand, and completes once the daemon shows the change. */
async function edit(world, file, from, to) {
  const text = fs.readFileSync(file, 'utf8');
  assert.ok(text.includes(from), text);
  fs.writeFileSync(file, text.replaceAll(from, to));
  const shown = async () => { while (!JSON.stringify(await world.latchkeyJson('show', 'acme')).includes(to)); };
  await within(shown(), `change to ${to}`);
}

const grantsOf = (world) => filesBelow(world.state).map((each) => each.path).filter((at) => /acme/.test(at));

test('C9 another client in the account file: the code is not sent, and the person is told to log in again', async (t) => {
  const {sandbox, world, login, file} = await loginUnderWay(t);
  await edit(world, file, 'demo-client', 'other-client');
  await follow(login.url);
  await loginFails(login, 1, /changed while its login was under way.*latchkey login acme/s);
  assert.equal((await sandbox.counters()).token_requests, 0);
  assert.deepEqual(grantsOf(world), []);
});

test('C9 the account is removed: its login ends without a grant', async (t) => {
  const {sandbox, world, login} = await loginUnderWay(t);
  await world.latchkeyDone('remove', 'acme', '--yes');
  await follow(login.url);
  await loginFails(login, 1, /was removed while its login was under way/);
  assert.equal((await sandbox.counters()).token_requests, 0);
  assert.deepEqual(grantsOf(world), []);
});

test('C9 a shorter time limit and another log level leave a login under way alone', async (t) => {
  const {world, login} = await loginUnderWay(t);
  world.writeConfig('[login]\ntimeout_seconds = 10\n[log]\nlevel = "info"\n');
  world.daemon.child.kill('SIGHUP');
  await world.daemon.says('stderr', /configuration read again/);
  await follow(login.url);
  assert.equal((await login.program.end()).code, 0, login.program.stderr);
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
});

test('C9 a broken config.toml leaves a login under way alone', async (t) => {
  const {world, login} = await loginUnderWay(t);
  world.writeConfig('[login\n');
  world.daemon.child.kill('SIGHUP');
  await world.daemon.says('stderr', /goes on with the configuration it had/);
  await follow(login.url);
  assert.equal((await login.program.end()).code, 0, login.program.stderr);
});
