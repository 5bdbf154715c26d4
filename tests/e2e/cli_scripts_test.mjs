// What scripts do with `latchkey`: log in without a browser, run a command with a token, follow changes, log out, clean up.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {beginLogin} from './support/login.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {follow} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {makeWorld} from './support/world.mjs';

test('login --no-browser prints the address alone on the first line, then waits', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  const login = await beginLogin(world, 'acme', ...sandbox.addOptions());
  assert.equal(login.program.stdout.split('\n')[0], login.url);
  assert.ok(login.url.startsWith(sandbox.authorize_url));
  const query = new URL(login.url).searchParams;
  assert.equal(query.get('response_type'), 'code');
  assert.equal(query.get('code_challenge_method'), 'S256');
  assert.match(query.get('redirect_uri'), /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  await follow(login.url);
  assert.equal((await login.program.end()).code, 0);
  assert.equal(await sandbox.balanceStatus((await world.latchkeyDone('token', 'acme')).trim()), 200);
});

test('token prints the token alone, and --json the whole reply', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const json = await world.latchkeyJson('token', 'acme');
  assert.equal(await world.latchkeyDone('token', 'acme'), `${json.access_token}\n`);
  assert.equal(json.token_type.toLowerCase(), 'bearer');
  assert.equal(json.generation, 1);
  assert.ok(json.expires_at > Date.now() / 1000);
});

test('exec runs a command with the token in its environment, and ends as it ends', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const token = (await world.latchkeyDone('token', 'acme')).trim();
  assert.equal(await world.latchkeyDone('exec', 'acme', '--', 'sh', '-c', 'printf %s "$ACCESS_TOKEN"'), token);
  assert.equal(await world.latchkeyDone('exec', 'acme', '--env', 'MINE', '--', 'sh', '-c', 'printf %s "$MINE${ACCESS_TOKEN-}"'), token);
  assert.equal((await world.latchkey('exec', 'acme', '--', 'sh', '-c', 'exit 9')).code, 9);
});

test('C4 exec of a program that is not there exits 127 and says so', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const {code, stderr} = await world.latchkey('exec', 'acme', '--', 'no-such-program');
  assert.equal(code, 127);
  assert.match(stderr, /no-such-program/);
});

test('watch tells the state now, then each change, one JSON object a line', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const watch = world.start('latchkey', ['watch', 'acme', '--json']);
  const first = JSON.parse((await watch.says('stdout', /^(\{.*\})\n/))[1]);
  assert.equal(first.kind, 'state');
  assert.equal(first.account.generation, 1);
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  const refreshed = JSON.parse((await watch.says('stdout', /^(\{"kind":"refreshed".*\})\n/m))[1]);
  assert.equal(refreshed.account.generation, 2);
  await world.latchkeyDone('logout', 'acme');
  await watch.says('stdout', /"kind":"logged_out"/);
  assert.ok(watch.running);
});

test('logout revokes at the provider, and the account then asks for a login', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const token = (await world.latchkeyDone('token', 'acme')).trim();
  await world.latchkeyDone('logout', 'acme');
  assert.equal((await sandbox.counters()).revocations, 1);
  assert.equal(await sandbox.balanceStatus(token), 401);
  const {code, stderr} = await world.latchkey('token', 'acme');
  assert.equal(code, 3);
  assert.match(stderr, /latchkey login acme/);
});

test('remove takes account and grant away', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const file = path.join(world.config, 'latchkey', 'accounts', 'acme.toml');
  assert.ok(fs.existsSync(file));
  const asked = await world.latchkey('remove', 'acme');
  assert.equal(asked.code, 2, 'a script must say --yes');
  assert.ok(fs.existsSync(file));
  await world.latchkeyDone('remove', 'acme', '--yes');
  assert.ok(!fs.existsSync(file));
  assert.doesNotMatch(await world.latchkeyDone('list'), /acme/);
  const {code, stderr} = await world.latchkey('token', 'acme');
  assert.equal(code, 1);
  assert.match(stderr, /acme/);
});

test('list, show, providers and scopes speak JSON', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const names = (answer, list) => (Array.isArray(answer) ? answer : answer[list]).map(({name}) => name);
  assert.deepEqual(names(await world.latchkeyJson('list'), 'accounts'), ['acme']);
  assert.equal((await world.latchkeyJson('show', 'acme')).name, 'acme');
  assert.ok(names(await world.latchkeyJson('providers'), 'providers').includes('kraken'));
  assert.ok(names(await world.latchkeyJson('scopes', 'kraken'), 'scopes').includes('account.info:basic'));
});
