// A login by the device flow (RFC 8628) at a strict provider: it has no discovery, and holds who polls too fast back.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {answerAtSandbox, beginDeviceLogin, endsWith, failsWith, socketLogin} from './support/device.mjs';
import {makePerson} from './support/person.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {makeWorld} from './support/world.mjs';

const INTERVAL = ['--device-interval', '1'];

async function atSandbox(t, ...args) {
  const sandbox = await startSandbox(t, args);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.deviceOptions());
  return {sandbox, world};
}

async function tokenOpensTheApi(world, sandbox) {
  const token = await world.latchkeyJson('token', 'acme');
  assert.equal(await sandbox.balanceStatus(token.access_token), 200);
  const next = await world.latchkeyJson('token', 'acme', '--stale-generation', String(token.generation));
  assert.equal(await sandbox.balanceStatus(next.access_token), 200, 'the refresh token was kept, too');
}

test('a person who types the code into a browser elsewhere gives a grant whose token opens the API', async (t) => {
  const sandbox = await startSandbox(t, INTERVAL);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  // `login` with the options of `add`: from nothing to a grant in one command.
  const {program, uri, userCode} = await beginDeviceLogin(world, 'acme', ...sandbox.deviceOptions());
  assert.equal(uri, sandbox.verification_url);
  const person = await makePerson(t);
  await person.answerDeviceAtSandbox(uri, userCode.toLowerCase(), 'allow', 'device_sandbox');
  const ended = await program.end();
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /acme/);
  await tokenOpensTheApi(world, sandbox);
  const {device_requests, device_logins, device_slow_downs} = await sandbox.counters();
  assert.deepEqual({device_requests, device_logins, device_slow_downs}, {device_requests: 1, device_logins: 1, device_slow_downs: 0});
});

test('every step is told over the socket, with where to go and until when', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL, '--device-lifetime', '300');
  const began = Math.floor(Date.now() / 1000);
  const login = socketLogin(t, world, 'acme');
  const {state, user_code, verification_uri, verification_uri_complete, expires_at, ...rest} = await login.step();
  assert.equal(state, 'user_code');
  assert.match(user_code, /^[B-Z]{4}-[B-Z]{4}$/);
  assert.equal(verification_uri, sandbox.verification_url);
  assert.equal(verification_uri_complete, `${sandbox.verification_url}?user_code=${user_code}`);
  assert.ok(expires_at >= began + 299 && expires_at <= began + 310, `${expires_at} at ${began}`);
  assert.deepEqual(rest, {}, 'http on loopback is no reason to warn');
  await answerAtSandbox(verification_uri_complete, 'allow');
  const done = await login.step();
  assert.equal(done.state, 'done');
  assert.deepEqual([done.account.name, done.account.state, done.account.generation], ['acme', 'fresh', 1]);
  await tokenOpensTheApi(world, sandbox);
});

test('V2 a provider that says slow_down is asked five seconds later, and not faster ever after', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL, '--auto-consent');
  await sandbox.post('slow-down-next');
  const login = socketLogin(t, world, 'acme');
  assert.equal((await login.step()).state, 'user_code');
  assert.equal((await login.step()).state, 'done');
  // slow_down, authorization_pending, tokens: the sandbox would have counted each poll that came before its six seconds.
  const {device_polls, device_slow_downs} = await sandbox.counters();
  assert.deepEqual({device_polls, device_slow_downs}, {device_polls: 3, device_slow_downs: 1});
});

test('V4 a person who denies is believed: exit code 4, and the account has no grant', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL);
  const {program, uri, userCode} = await beginDeviceLogin(world, 'acme');
  await answerAtSandbox(`${uri}?user_code=${userCode}`, 'deny');
  await failsWith(program, 4, /acme.*refused|refused.*acme|denied/i);
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
  assert.equal((await sandbox.counters()).device_logins, 0);

  const login = socketLogin(t, world, 'acme');
  await answerAtSandbox((await login.step()).verification_uri_complete, 'deny');
  await endsWith(login, 'AccessDenied', /refused|denied/);
});

test('V3 a code that nobody types expires: the login says so, and the next one is a new one', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL, '--device-lifetime', '3');
  const login = socketLogin(t, world, 'acme');
  const {user_code} = await login.step();
  const command = await beginDeviceLogin(world, 'acme-2', ...sandbox.deviceOptions());
  assert.notEqual(command.userCode, user_code);
  await endsWith(login, 'LoginExpired', /expired/);
  await failsWith(command.program, 1, /expired[^]*latchkey login acme-2/);
  const {device_polls, device_logins} = await sandbox.counters();
  assert.ok(device_polls >= 2 && device_polls <= 6, `${device_polls} polls of two logins in three seconds each`);
  assert.equal(device_logins, 0);
});

test('V5 connection errors while polling make it wait ever longer, and the login still succeeds', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL, '--auto-consent');
  await sandbox.post('fail-next?status=reset&count=2');
  const login = socketLogin(t, world, 'acme');
  const at = [];
  const states = [];
  for (let state; state !== 'done';) {
    const step = await login.step();
    state = step.state;
    states.push(state);
    at.push(performance.now());
    if (state === 'retrying') assert.match(step.warning, /127\.0\.0\.1/);
  }
  assert.deepEqual(states, ['user_code', 'retrying', 'retrying', 'done']);
  // Polls: reset, reset, pending, tokens; the last one an interval after the one before it.
  const waits = [at[1] - at[0], at[2] - at[1], at[3] - at[2] - 1000];
  for (const i of [1, 2]) assert.ok(waits[i] > 1.5 * waits[i - 1], `waits of ${waits} ms`);
  const {device_polls, device_slow_downs} = await sandbox.counters();
  assert.deepEqual({device_polls, device_slow_downs}, {device_polls: 4, device_slow_downs: 0});
  await tokenOpensTheApi(world, sandbox);
});

test('V5 a provider that says 503 while polling is asked again; one that has no code now is for later', async (t) => {
  const {sandbox, world} = await atSandbox(t, ...INTERVAL, '--auto-consent');
  await sandbox.post('fail-next?status=503&retry_after=2');
  const {program} = await beginDeviceLogin(world, 'acme');
  await program.says('stderr', /503/);
  assert.equal((await program.end()).code, 0, program.stderr);

  for (const fault of ['503', 'reset']) {
    await sandbox.post(`fail-next?status=${fault}&endpoint=device`);
    complains(await world.latchkey('login', 'acme', '--device'), 5, /acme|127\.0\.0\.1|503/);
  }
  assert.equal((await sandbox.counters()).device_logins, 1);
});

test('a provider without a device endpoint: one sentence, and the way that works', async (t) => {
  const sandbox = await startSandbox(t, ['--no-device']);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  complains(await world.latchkey('login', 'acme', '--device'), 2, /latchkey login acme --no-browser/);
  await endsWith(socketLogin(t, world, 'acme'), 'BadRequest', /--no-browser/);

  const wrong = ['--device-authorization-url', `${sandbox.base_url}/oauth/device/code`];
  await world.latchkeyDone('add', 'acme-2', ...sandbox.addOptions(), ...wrong);
  complains(await world.latchkey('login', 'acme-2', '--device'), 1, /404/);
});
