// Where there is no keyring, grants rest in encrypted files: nothing readable on disk, nothing lost by a restart or a kill.
import assert from 'node:assert/strict';
import path from 'node:path';
import fs from 'node:fs';
import {test} from 'node:test';

import {logInByBrowser, oidcOptions} from './support/logged_in.mjs';
import {BASIC_CLIENT, CLIENT_SECRET, startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {secretsIn} from './support/secret_search.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

async function loggedIn(t) {
  const oidc = await startOidcServer(t);
  const world = makeWorld(t);
  await world.watchBrowser();
  await world.startDaemon();
  const secret = path.join(world.root, 'client-secret');
  fs.writeFileSync(secret, CLIENT_SECRET, {mode: 0o600});
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc, BASIC_CLIENT), '--client-secret-file', secret);
  fs.rmSync(secret);
  await logInByBrowser(world, await makePerson(t), 'acme', 'login_file_store');
  return {oidc, world};
}

test('P1 no file holds a token or a client secret that can be read', async (t) => {
  const {oidc, world} = await loggedIn(t);
  assert.equal((await world.latchkeyJson('status')).store, 'file');
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  const files = [world.state, world.config, world.runtime].flatMap(filesBelow);
  assert.ok(files.some((file) => file.path.startsWith(world.state)), 'nothing was stored');
  for (const {path: at, bytes} of files) assert.deepEqual(secretsIn(bytes, oidc), [], at);
  for (const {path: at} of files.filter((file) => file.path.startsWith(world.state))) {
    assert.equal(fs.statSync(at).mode & 0o077, 0, `${at} is open to others`);
  }
});

test('a restart keeps the grant, and the client secret with it', async (t) => {
  const {oidc, world} = await loggedIn(t);
  const before = await world.latchkeyDone('token', 'acme');
  await world.stopDaemon();
  await world.startDaemon();
  assert.equal(await world.latchkeyDone('token', 'acme'), before);
  const after = await world.latchkeyJson('token', 'acme', '--stale-generation', '1');
  assert.equal(after.generation, 2);
  assert.equal((await oidc.userinfo(after.access_token)).status, 200);
});

test('R5 a kill right after a refresh loses nothing', async (t) => {
  const {oidc, world} = await loggedIn(t);
  const token = await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  await world.daemon.stop('SIGKILL');
  await world.startDaemon();
  assert.equal(await world.latchkeyDone('token', 'acme'), token);
  assert.equal((await world.latchkeyJson('token', 'acme', '--stale-generation', '2')).generation, 3);
  assert.deepEqual(oidc.tokenRequests.map(({status}) => status), [200, 200, 200]);
});
