// Grants in the person's keyring (Secret Service). Runs under tests/support/with_keyring.sh: a bus and a keyring of its own.
import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {complains} from './support/complaint.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {run} from './support/programs.mjs';
import {filesBelow} from './support/world.mjs';

const BUS = {DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS};

async function inTheKeyring(t) {
  assert.ok(BUS.DBUS_SESSION_BUS_ADDRESS, 'run by with_keyring.sh');
  const logged = await loggedInAtSandbox(t, {world: {env: BUS}});
  t.after(() => run('/usr/bin/secret-tool', ['clear', 'account', 'acme'], {...process.env}));
  return logged;
}

// secret-tool shows attributes on stderr and the rest on stdout, the secret among it.
async function search(...attributes) {
  const {code, stdout, stderr} = await run('/usr/bin/secret-tool', ['search', '--all', ...attributes], {...process.env});
  assert.equal(code, 0, stderr);
  return stdout + stderr;
}

async function keyring(verb) {
  const script = fileURLToPath(new URL(`../support/keyring_${verb}.sh`, import.meta.url));
  const {code, stderr} = await run(script, [], {...process.env});
  assert.equal(code, 0, stderr);
}

test('the grant is an item of the keyring that the person can find, and no file holds it', async (t) => {
  const {world} = await inTheKeyring(t);
  const token = (await world.latchkeyDone('token', 'acme')).trim();
  assert.equal((await world.latchkeyJson('status')).store, 'secret_service');
  const found = await search('account', 'acme');
  assert.match(found, /label = .*acme/);
  assert.match(found, /atchkey/);
  for (const {path, bytes} of [world.state, world.config].flatMap(filesBelow)) assert.ok(!bytes.includes(token), path);
});

test('a restart keeps the grant, and a refresh replaces the item', async (t) => {
  const {sandbox, world} = await inTheKeyring(t);
  const before = await world.latchkeyDone('token', 'acme');
  await world.stopDaemon();
  await world.startDaemon();
  assert.equal(await world.latchkeyDone('token', 'acme'), before);
  const after = await world.latchkeyJson('token', 'acme', '--stale-generation', '1');
  assert.equal(await sandbox.balanceStatus(after.access_token), 200);
  const found = await search('account', 'acme');
  assert.equal(found.match(/label = /g).length, 1);
});

test('S4 an item that the person deletes is gone: the account asks for a login', async (t) => {
  const {world} = await inTheKeyring(t);
  await world.stopDaemon();
  const {code} = await run('/usr/bin/secret-tool', ['clear', 'account', 'acme'], {...process.env});
  assert.equal(code, 0);
  await world.startDaemon();
  complains(await world.latchkey('token', 'acme'), 3, /latchkey login acme/);
});

test('S3 a locked keyring: says so, and once it is unlocked all is there', async (t) => {
  const {world} = await inTheKeyring(t);
  const before = await world.latchkeyDone('token', 'acme');
  await world.stopDaemon();
  await keyring('lock');
  await world.startDaemon();
  complains(await world.latchkey('token', 'acme'), 7, /lock/i);
  await keyring('unlock');
  assert.equal(await world.latchkeyDone('token', 'acme'), before);
});

test('R6 R8 a token that comes while the keyring is locked outlives a kill, and the keyring gets it later', async (t) => {
  const {sandbox, world} = await inTheKeyring(t);
  const journal = () => filesBelow(path.join(world.state, 'latchkey', 'journal'));
  await keyring('lock');
  const second = await world.latchkeyJson('token', 'acme', '--stale-generation', '1');
  assert.equal(second.generation, 2);
  assert.equal(journal().length, 1);
  for (const {path: at, bytes} of filesBelow(world.state)) assert.ok(!bytes.includes(second.access_token), at);
  await world.daemon.stop('SIGKILL');

  await world.startDaemon();
  const again = await world.latchkeyJson('token', 'acme');
  assert.equal(again.access_token, second.access_token);
  const {store_description, warnings} = await world.latchkeyJson('status');
  assert.match(store_description, /1 change waits in the encrypted journal/);
  assert.match(warnings.join(), /1 change waits in the encrypted journal/);
  assert.match((await world.latchkey('doctor')).stdout, /^warn\twarning\t1 change waits in the encrypted journal/m);
  await world.daemon.says('stderr', /waits in the journal: the keyring is locked/);  // The keyring has given its answer.
  await keyring('unlock');
  const third = await world.latchkeyJson('token', 'acme', '--stale-generation', '2');
  assert.equal(await sandbox.balanceStatus(third.access_token), 200);
  assert.equal(journal().length, 0);
  assert.equal((await search('account', 'acme')).match(/label = /g).length, 1);
});
