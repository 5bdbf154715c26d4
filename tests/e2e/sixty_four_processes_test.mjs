// The bug that Latchkey ends: many programs find the token dead at once, and at a provider where each new token kills the last.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {expiry} from './support/expiry.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';

const PROCESSES = 64;

test('64 programs at once get the same living token by one refresh', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {sandbox: ['--access-token-lifetime', '8']});
  await expiry((await world.latchkeyJson('token', 'acme', '--min-valid', '0')).expires_at);
  const ended = await Promise.all(Array.from({length: PROCESSES}, () => world.latchkey('token', 'acme')));
  for (const {code, stderr} of ended) assert.equal(code, 0, stderr);
  const tokens = new Set(ended.map(({stdout}) => stdout.trim()));
  assert.equal(tokens.size, 1);
  assert.equal(await sandbox.balanceStatus([...tokens][0]), 200);
  const {refreshes, reuse_detected} = await sandbox.counters();
  assert.deepEqual({refreshes, reuse_detected}, {refreshes: 1, reuse_detected: 0});
});
