// What a provider of the device flow (RFC 8628) can do wrong, and what becomes of a login that nobody waits for any more.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {beginDeviceLogin, endsWith, failsWith, socketLogin} from './support/device.mjs';
import {expiry} from './support/expiry.mjs';
import {PENDING, TOKENS, startScriptedProvider} from './support/scripted_provider.mjs';
import {makeWorld} from './support/world.mjs';

const refused = (error) => ({status: 400, body: {error}});

async function atScripted(t, script) {
  const provider = await startScriptedProvider(t, script);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  for (const name of ['acme', 'other']) await world.latchkeyDone('add', name, ...provider.addOptions());
  return {provider, world};
}

test('V6 a code and an address with control characters are shown escaped', async (t) => {
  const {provider, world} = await atScripted(t, {
    codes: {user_code: 'AB\u001b[2JCD\nEF\u202e', verification_uri: 'https://example.com/\u001b]0;x\u0007\n/y'},
    poll: (number) => number === 1 ? PENDING : TOKENS,
  });
  const program = world.start('latchkey', ['login', 'acme', '--device']);
  const ended = await program.end();
  assert.equal(ended.code, 0, ended.stderr);
  for (const text of [ended.stdout, ended.stderr, world.daemon.stderr]) {
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
  assert.match(ended.stderr, /^Code: AB\\x1B\[2JCD\\x0AEF\\u\{202E\}$/m);
  assert.match(ended.stderr, /^Open https:\/\/example\.com\/\\x1B\]0;x\\x07\\x0A\/y$/m);
  assert.equal(provider.devices, 1);
});

test('V7 an address without TLS that is not this machine is warned of; TLS and loopback are not', async (t) => {
  for (const [verification_uri, warned] of [['http://example.com/device', true], ['javascript:alert(1)', true],
    ['https://example.com/device', false], [undefined, false]]) {
    const {provider, world} = await atScripted(t, {codes: verification_uri ? {verification_uri} : {}});
    const login = socketLogin(t, world, 'acme');
    const step = await login.step();
    assert.equal(step.verification_uri, verification_uri ?? `${provider.base}/verify`);
    if (warned) assert.match(step.warning, /https/);
    else assert.equal(step.warning, undefined);

    const {program} = await beginDeviceLogin(world, 'other');
    assert.equal(/not protected|warning/i.test(program.stderr), warned, program.stderr);
    await program.stop('SIGINT');
  }
});

test('V8 a code that has no time is no code: the login ends at once, and nobody is asked', async (t) => {
  for (const expires_in of [0, -5]) {
    const {provider, world} = await atScripted(t, {codes: {expires_in}});
    await endsWith(socketLogin(t, world, 'acme'), 'LoginExpired', /expired/);
    await failsWith(world.start('latchkey', ['login', 'acme', '--device']), 1, /expired/);
    assert.deepEqual([provider.devices, provider.polls.length], [2, 0]);
  }
});

test('an answer without one of its members, or with a huge one, is no code', async (t) => {
  for (const codes of [{device_code: undefined}, {user_code: ''}, {verification_uri: undefined}, {user_code: 'B'.repeat(5000)},
    {verification_uri: ['https://example.com']}]) {
    const {provider, world} = await atScripted(t, {codes});
    await endsWith(socketLogin(t, world, 'acme'), 'ProviderError', /./);
    assert.equal(provider.polls.length, 0, JSON.stringify(codes));
  }
});

test('V3 and V4 the provider has the last word: expired_token, access_denied, and what it invents', async (t) => {
  for (const [error, wire, code, says] of [['expired_token', 'LoginExpired', 1, /expired/], ['access_denied', 'AccessDenied', 4, /refused/],
    ['invalid_grant', 'LoginFailed', 1, /./]]) {
    const {provider, world} = await atScripted(t, {poll: (number) => number === 1 ? PENDING : refused(error)});
    const login = socketLogin(t, world, 'acme');
    assert.equal((await login.step()).state, 'user_code');
    await endsWith(login, wire, says);
    assert.equal(provider.pollsOf('device-1').length, 2, error);
    const {program} = await beginDeviceLogin(world, 'acme');
    await failsWith(program, code, says);
  }
});

test('V9 closing the connection ends the polling at once', async (t) => {
  const {provider, world} = await atScripted(t);
  const login = socketLogin(t, world, 'acme');
  await login.step();
  await provider.pollsReach('device-1', 1);
  login.leave();
  // The other login is the clock: it polls three times, and the first one not once.
  await socketLogin(t, world, 'other').step();
  await provider.pollsReach('device-2', 3);
  assert.equal(provider.pollsOf('device-1').length, 1);
});

test('V10 a daemon that ends while the command waits: the command says that the login has ended, and a new one works', async (t) => {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    let poll = PENDING;
    const {provider, world} = await atScripted(t, {poll: () => poll});
    const {program} = await beginDeviceLogin(world, 'acme');
    await provider.pollsReach('device-1', 1);
    await world.daemon.stop(signal);
    const ended = await program.end();
    assert.ok(ended.code !== 0 && ended.code !== null, `${ended.code} ${ended.signal}`);
    assert.match(ended.stderr, /login.*(ended|stopped|over)|(ended|stopped|over).*login/i);

    await world.startDaemon();
    poll = TOKENS;
    const again = await beginDeviceLogin(world, 'acme');
    assert.equal((await again.program.end()).code, 0);
    assert.equal(provider.pollsOf('device-1').length, 1, 'the old code is nobody\'s');
    assert.equal((await world.latchkeyDone('token', 'acme')).trim(), TOKENS.body.access_token);
  }
});

test('V11 tokens that come after the code\'s time are taken: they were given', async (t) => {
  let release;
  const late = new Promise((resolve) => { release = () => resolve(TOKENS); });
  const {provider, world} = await atScripted(t, {codes: {expires_in: 3, interval: 1}, poll: () => late});
  const login = socketLogin(t, world, 'acme');
  const {expires_at} = await login.step();
  await provider.pollsReach('device-1', 1);
  await expiry(expires_at);
  release();
  assert.equal((await login.step()).state, 'done');
  assert.equal((await world.latchkeyDone('token', 'acme')).trim(), TOKENS.body.access_token);
  assert.equal(provider.polls.length, 1);
});
