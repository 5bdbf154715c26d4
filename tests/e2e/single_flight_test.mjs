// Promise 1: exactly one token request for any number of waiters.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {expiry} from './support/expiry.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {VarlinkClient} from './support/varlink.mjs';

const WAITERS = 1000;
const GET_TOKEN = 'io.latchkey.Broker.GetToken';

async function ask(clients, calls) {
  return Promise.all(calls.map((parameters, i) => clients[i % clients.length].call(GET_TOKEN, parameters)));
}

function connect(t, world, count) {
  const clients = Array.from({length: count}, () => new VarlinkClient(world.socket));
  t.after(() => clients.forEach((client) => client.close()));
  return clients;
}

function allTheSame(tokens, generation) {
  assert.equal(tokens.length, WAITERS);
  assert.deepEqual([...new Set(tokens.map((token) => token.generation))], [generation]);
  assert.equal(new Set(tokens.map((token) => token.access_token)).size, 1);
}

test('R1 a thousand callers on a thousand connections, an expired grant: one refresh', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {sandbox: ['--access-token-lifetime', '6'], world: {unknownApps: 'allow'}});
  const {expires_at} = await world.latchkeyJson('token', 'acme');
  await expiry(expires_at);
  await sandbox.post('delay-token?ms=1000');  // So that all of them wait.
  allTheSame(await ask(connect(t, world, WAITERS), Array(WAITERS).fill({account: 'acme'})), 2);
  const {token_requests, refreshes, reuse_detected} = await sandbox.counters();
  assert.deepEqual({token_requests, refreshes, reuse_detected}, {token_requests: 2, refreshes: 1, reuse_detected: 0});
});

test('R17 a thousand callers that all saw a 401, pipelined on ten connections: one refresh', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  await sandbox.post('expire-access-tokens');
  const tokens = await ask(connect(t, world, 10), Array(WAITERS).fill({account: 'acme', stale_generation: 1}));
  allTheSame(tokens, 2);
  assert.equal(await sandbox.balanceStatus(tokens[0].access_token), 200);
  assert.equal((await sandbox.counters()).refreshes, 1);
});
