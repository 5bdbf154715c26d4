// A login at a provider with Kraken's manners: no discovery, Basic with an empty secret, one living access token.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {makePerson} from './support/person.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {makeWorld} from './support/world.mjs';

async function worldWithBrowser(t) {
  const world = makeWorld(t);
  await world.watchBrowser();
  await world.startDaemon();
  return world;
}

test('a person who allows gives a grant whose token opens the API', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await worldWithBrowser(t);
  const person = await makePerson(t);
  // `login` with the options of `add`: from nothing to a grant in one command.
  const login = world.start('latchkey', ['login', 'exchange', ...sandbox.addOptions()]);
  const url = await world.nextBrowserUrl();
  await person.page.goto(url);
  await person.picture('consent_sandbox');
  await person.answerAtSandbox(url, 'allow');
  const landing = await person.landing('login_sandbox');
  assert.match(landing.text, /exchange/);
  for (const address of person.addresses) assert.doesNotMatch(address, /[?&]code=/);
  assert.equal((await login.end()).code, 0);

  const token = (await world.latchkeyDone('token', 'exchange')).trim();
  assert.equal(await sandbox.balanceStatus(token), 200);
  const {consent, code_exchanges, token_requests} = await sandbox.counters();
  assert.deepEqual({consent, code_exchanges, token_requests}, {consent: 1, code_exchanges: 1, token_requests: 1});
});

test('a person who denies is believed: exit code 4, no token request', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await worldWithBrowser(t);
  const person = await makePerson(t);
  const login = world.start('latchkey', ['login', 'exchange', ...sandbox.addOptions()]);
  await person.answerAtSandbox(await world.nextBrowserUrl(), 'deny');
  await person.landing('login_sandbox_denied');
  const ended = await login.end();
  assert.equal(ended.code, 4, ended.stderr);
  assert.equal((await sandbox.counters()).token_requests, 0);
  assert.equal((await world.latchkey('token', 'exchange')).code, 3);
});
