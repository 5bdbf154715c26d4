// Promise 4: no secret in logs, errors, argv or environment, at the most talkative level.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {logInByBrowser, oidcOptions} from './support/logged_in.mjs';
import {BASIC_CLIENT, CLIENT_SECRET, startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {secretsIn} from './support/secret_search.mjs';
import {makeWorld} from './support/world.mjs';

// A process that protects itself does not show its environment to its own user: that is no secret leaked either.
function processFile(pid, name) {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`);
  } catch (error) {
    if (error.code === 'EACCES' || error.code === 'EPERM') return Buffer.alloc(0);
    throw error;
  }
}

test('the search finds a secret in every spelling', () => {
  const oidc = {secrets: {codes: ['a code/with+signs']}};
  for (const text of ['x a code/with+signs x', 'code=a+code%2Fwith%2Bsigns', Buffer.from('a code/with+signs').toString('base64')]) {
    assert.deepEqual(secretsIn(text, oidc), ['codes']);
  }
  assert.deepEqual(secretsIn(CLIENT_SECRET, oidc), ['clientSecret']);
  assert.deepEqual(secretsIn('nothing here', oidc), []);
});

test('P1 login, refresh, failure and logout leave no secret in what is said or shown', async (t) => {
  const oidc = await startOidcServer(t);
  const world = makeWorld(t, {log: 'debug'});
  await world.watchBrowser();
  await world.startDaemon();
  const secret = path.join(world.root, 'client-secret');
  fs.writeFileSync(secret, CLIENT_SECRET, {mode: 0o600});
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc, BASIC_CLIENT), '--client-secret-file', secret);
  const {said} = await logInByBrowser(world, await makePerson(t), 'acme', 'login_secrets');
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  const shown = await world.latchkeyDone('show', 'acme', '--json') + await world.latchkeyDone('status', '--json')
    + await world.latchkeyDone('list', '--json');

  await oidc.forgetGrants();
  const failed = await world.latchkey('token', 'acme', '--stale-generation', '2');
  assert.equal(failed.code, 3, failed.stderr);
  assert.ok(oidc.secrets.refreshTokens.length === 2 && oidc.secrets.codes.length === 1 && oidc.secrets.verifiers.length === 1);

  for (const name of ['cmdline', 'environ']) {
    assert.deepEqual(secretsIn(processFile(world.daemon.pid, name), oidc), [], name);
  }
  await world.latchkey('logout', 'acme');
  const {stdout, stderr} = await world.stopDaemon();
  assert.match(stderr, /acme/, 'the log at level debug says something');
  for (const [where, text] of Object.entries({stdout, stderr, shown, login: said.stdout + said.stderr, failed: failed.stdout + failed.stderr})) {
    assert.deepEqual(secretsIn(text, oidc), [], `${where}:\n${text}`);
  }
});
