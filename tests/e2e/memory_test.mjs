// What root sees in the memory of a locked daemon, and after a logout: no secret. Runs under tests/support/with_keyring.sh, for the
// keyring as for the file store.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {json, startImitatedProvider} from './support/imitated_provider.mjs';
import {logIn} from './support/login.mjs';
import {run} from './support/programs.mjs';
import {foundInMemory, mayRead} from './support/process_memory.mjs';
import {VarlinkClient} from './support/varlink.mjs';
import {makeWorld} from './support/world.mjs';

const ROUNDS = 4;
const KEYRING = {DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS};
const skip = mayRead() ? false : 'only root reads the memory of a daemon that protects itself';

// What a provider has given out. A piece is enough to know a token by, and to say that one is not there.
class Tokens {
  constructor() {
    this.given = {};
    this.held = null;
  }

  fresh(kind) {
    const value = crypto.randomBytes(36).toString('base64url');
    this.given[`${kind} ${Object.keys(this.given).length}`] = value.slice(12, 36);
    return value;
  }

  async answer() {
    await this.held;
    return json({access_token: this.fresh('access'), refresh_token: this.fresh('refresh'), token_type: 'bearer', expires_in: 3600});
  }

  /** Token requests wait from now on; until what this gives is called. */
  hold() {
    let release;
    this.held = new Promise((resolve) => { release = resolve; });
    return release;
  }
}

async function loggedIn(t, env) {
  const tokens = new Tokens();
  const world = makeWorld(t, {env});
  const certificates = await makeCertificates(world.root);
  world.writeConfig(`[log]\nlevel = "debug"\n[policy]\nunknown_apps = "allow"\n[tls]\nca_file = "${certificates.ca}"\n`);
  const provider = await startImitatedProvider(t, {token: () => tokens.answer(), certificates});
  await world.startDaemon();
  if (env === KEYRING) t.after(() => run('/usr/bin/secret-tool', ['clear', 'account', 'acme'], {...process.env}));
  const secret = tokens.fresh('client secret');
  const file = path.join(world.root, 'client-secret');
  fs.writeFileSync(file, secret, {mode: 0o600});
  await world.latchkeyDone('add', 'acme', '--client-id', 'app', '--authorize-url', `${provider.base}/authorize`,
    '--token-url', `${provider.tlsBase}/token`, '--client-secret-file', file);
  await logIn(world, 'acme');
  const seen = () => foundInMemory(world.daemon.pid, tokens.given);
  return {provider, tokens, world, seen};
}

const generation = (world) => world.latchkeyJson('token', 'acme').then((answer) => answer.generation);

async function lockInRounds(t, env) {
  const {tokens, world, seen} = await loggedIn(t, env);
  const app = new VarlinkClient(world.socket);
  t.after(() => app.close());
  const watch = new VarlinkClient(world.socket);
  t.after(() => watch.close());
  await watch.replies('io.latchkey.Broker.Watch').next();
  for (let round = 1; round <= ROUNDS; ++round) {
    await app.call('io.latchkey.Broker.GetToken', {account: 'acme', stale_generation: round});
    const before = seen();
    assert.ok(before.some((each) => each.startsWith('access')) && before.some((each) => each.startsWith('refresh')),
      `the search finds nothing in a daemon at work: ${before}`);
    await world.latchkeyDone('lock');
    assert.deepEqual(seen(), [], `round ${round}, of ${Object.keys(tokens.given).length} secrets`);
    const refused = await world.latchkey('token', 'acme');
    assert.equal(refused.code, 7, refused.stderr);
    assert.match(refused.stderr, /latchkey unlock/);
    const status = await world.latchkeyJson('status');
    assert.deepEqual([status.locked, status.accounts[0].state, status.accounts[0].generation], [true, 'fresh', round + 1]);
    assert.deepEqual(seen(), [], 'after a look at the status');
    await world.latchkeyDone('unlock');
    assert.equal(await generation(world), round + 1);
  }
}

async function logOutInRounds(t, env) {
  const {world, seen} = await loggedIn(t, env);
  for (let round = 1; round <= ROUNDS; ++round) {
    await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
    assert.notDeepEqual(seen(), []);
    await world.latchkeyDone('logout', 'acme', '--no-revoke');
    assert.deepEqual(seen(), [], `round ${round}`);
    await logIn(world, 'acme');
  }
}

test('P1 a locked daemon has no token in memory, files', {skip}, (t) => lockInRounds(t, {}));
test('P1 a locked daemon has no token in memory, keyring', {skip}, (t) => lockInRounds(t, KEYRING));
test('P1 a logout leaves no token in memory, files', {skip}, (t) => logOutInRounds(t, {}));
test('P1 a logout leaves no token in memory, keyring', {skip}, (t) => logOutInRounds(t, KEYRING));

test('P1 a refresh under way at the lock is stored and then forgotten', {skip}, async (t) => {
  const {provider, tokens, world, seen} = await loggedIn(t, {});
  const release = tokens.hold();
  const waiter = world.start('latchkey', ['token', 'acme', '--stale-generation', '1']);
  await provider.sees(2);
  const lock = world.start('latchkey', ['lock']);
  assert.equal((await waiter.end()).code, 7);
  release();
  assert.equal((await lock.end()).code, 0);
  assert.deepEqual(seen(), []);
  assert.equal((await world.latchkeyJson('status')).accounts[0].generation, 2);
  await world.latchkeyDone('unlock');
  assert.equal(await generation(world), 2);
  assert.equal(provider.tokenForms.length, 2, 'what came was not asked for again');
});

test('P1 a login under way at the lock ends, and says why', {skip}, async (t) => {
  const {world} = await loggedIn(t, {});
  const login = world.start('latchkey', ['login', 'acme', '--no-browser']);
  await login.says('stdout', /^http\S+\n/);
  await world.latchkeyDone('lock');
  const ended = await login.end();
  assert.equal(ended.code, 7, ended.stderr);
  assert.match(ended.stderr, /latchkey unlock/);
});
