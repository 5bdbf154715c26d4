// The example app: what it shows, and that neither rotations, other apps nor a restart of the daemon show in it.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {loggedInAtSandbox} from './support/logged_in.mjs';
import {logIn} from './support/login.mjs';
import {run} from './support/programs.mjs';
import {binary} from './support/world.mjs';

const ROTATIONS = 20;
const LAST = new RegExp(`access token ${ROTATIONS + 1}\\n`);

const startPortfolio = (world, sandbox, ...options) => world.start('portfolio', ['acme', sandbox.base_url, ...options]);

/** Completes when the app has shown one more round than it has now. */
function oneRoundMore(app) {
  const seen = [...app.stdout.matchAll(/access token \d+\n/g)].length;
  return app.says('stdout', new RegExp(`(access token \\d+\\n[^]*?){${seen + 1}}`));
}

test('shows balances and open orders to the last digit, once', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const {code, stdout, stderr} = await startPortfolio(world, sandbox).end();
  assert.deepEqual({code, stderr}, {code: 0, stderr: ''});
  assert.equal(stdout, `acme at ${sandbox.base_url}, access token 1
  XXBT  0.4210000000
  ZUSD  1523.0700
  OSAND1-LATCH-KEY001  buy 0.02500000 XBTUSD @ limit 61250.0, filled 0.00000000 of 0.02500000
  OSAND2-LATCH-KEY002  sell 1.50000000 ETHUSD @ limit 4100.10, filled 0.37500000 of 1.50000000
  OSAND3-LATCH-KEY003  sell 0.10000000 XBTUSD @ stop loss 48000.0, filled 0.00000000 of 0.10000000

`);
});

test('tokens that live two seconds: twenty rotations, and no error is shown', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {sandbox: ['--access-token-lifetime', '2'], world: {unknownApps: 'allow'}});
  const app = startPortfolio(world, sandbox, '--every', '1');
  await app.says('stdout', LAST);
  assert.equal(app.stderr, '');
  assert.ok(app.running);
  assert.equal((await sandbox.counters()).reuse_detected, 0);
});

test('tokens that die without notice: each 401 is healed by one rotation', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const app = startPortfolio(world, sandbox, '--every', '0');
  for (let generation = 1; generation <= ROTATIONS; ++generation) {
    await app.says('stdout', new RegExp(`access token ${generation}\\n`));
    await sandbox.post('expire-access-tokens');
  }
  await app.says('stdout', LAST);
  await app.stop();
  assert.equal(app.stderr, '');
  const {refreshes, reuse_detected} = await sandbox.counters();
  assert.deepEqual({refreshes, reuse_detected}, {refreshes: ROTATIONS, reuse_detected: 0});
});

test('another app that forces twenty rotations disturbs no call', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const app = startPortfolio(world, sandbox, '--every', '0');
  await app.says('stdout', /access token 1\n/);
  for (let generation = 1; generation <= ROTATIONS; ++generation) {
    const token = await world.latchkeyJson('token', 'acme', '--stale-generation', String(generation));
    assert.equal(token.generation, generation + 1);
  }
  await app.says('stdout', LAST);
  await app.stop();
  assert.equal(app.stderr, '');
  const {refreshes, balance_401, open_orders_401} = await sandbox.counters();
  assert.deepEqual({refreshes, balance_401, open_orders_401}, {refreshes: ROTATIONS, balance_401: 0, open_orders_401: 0});
});

test('waits for a daemon that is restarted, says so once, and goes on', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const app = startPortfolio(world, sandbox, '--every', '0');
  await app.says('stdout', /access token 1\n/);
  await world.stopDaemon();
  await app.says('stderr', /portfolio: waiting: .*\n/);
  await world.startDaemon();
  await oneRoundMore(app);
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  await app.says('stdout', /access token 2\n/);
  assert.match(app.stderr, /^portfolio: waiting: [^\n]*\n$/);
});

test('a mistake is one sentence and an exit code', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const portfolio = (...args) => run(binary('portfolio'), args, world.env);
  const rows = [
    {args: [], code: 2, says: /^usage: portfolio ACCOUNT/},
    {args: ['acme', sandbox.base_url, '--every', 'x'], code: 2, says: /^usage:/},
    {args: ['acme', sandbox.base_url, '--rounds', '0'], code: 2, says: /^usage:/},
    {args: ['nobody', sandbox.base_url], code: 1, says: /^portfolio: .*nobody/},
    {args: ['acme', 'http://api.example.com'], code: 1, says: /^portfolio: .*must begin with https:/},
    {args: ['acme', 'http://127.0.0.1:1'], code: 1, says: /^portfolio: no answer from http:\/\/127\.0\.0\.1:1: .+\n$/},
  ];
  for (const {args, code, says} of rows) {
    const ended = await portfolio(...args);
    assert.equal(ended.code, code, `${args}: ${ended.stderr}`);
    assert.match(ended.stderr, says);
    assert.equal(ended.stdout, '');
  }
  const alone = await run(binary('portfolio'), ['acme', sandbox.base_url], {...world.env, LATCHKEY_SOCKET: '/nonexistent'});
  assert.equal(alone.code, 6, alone.stderr);
});

test('a grant without the scope is told by the API', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  await world.latchkeyDone('add', 'narrow', ...sandbox.addOptions(), '--scope', 'account.fast-api-key:funds-query');
  await logIn(world, 'narrow');
  const ended = await run(binary('portfolio'), ['narrow', sandbox.base_url], world.env);
  assert.equal(ended.code, 1);
  assert.equal(ended.stderr, 'portfolio: the API refused to show the open orders: EGeneral:Permission denied\n');
});
