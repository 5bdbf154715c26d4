// A login by the device flow (RFC 8628) at a certified OpenID provider, whose device endpoint discovery names.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {allowAtOidc, beginDeviceLogin, denyAtOidc, endsWith, failsWith, socketLogin} from './support/device.mjs';
import {oidcOptions} from './support/logged_in.mjs';
import {BASIC_CLIENT, BROWSER_CLIENT, CLIENT_SECRET, POST_CLIENT, PUBLIC_CLIENT, startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {secretsIn} from './support/secret_search.mjs';
import {makeWorld} from './support/world.mjs';

const FASTEST_MS = 5000;  // Where the provider names no interval (RFC 8628 section 3.2).

async function atOidc(t, device, client = PUBLIC_CLIENT, more = () => []) {
  const oidc = await startOidcServer(t, {device});
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc, client), ...more(world));
  return {oidc, world};
}

async function tokenIsRenewed(oidc, world) {
  const first = await world.latchkeyJson('token', 'acme');
  assert.equal((await oidc.userinfo(first.access_token)).status, 200);
  const second = await world.latchkeyJson('token', 'acme', '--stale-generation', String(first.generation));
  assert.ok(second.generation > first.generation);
  assert.equal((await oidc.userinfo(second.access_token)).status, 200);
}

test('V1 a person with a browser elsewhere logs in; without an interval nobody asks faster than every five seconds', async (t) => {
  const {oidc, world} = await atOidc(t, {});
  const {program, uri, userCode} = await beginDeviceLogin(world, 'acme');
  assert.equal(uri, `${oidc.issuer}/device`);
  assert.equal(userCode, oidc.deviceRequests[0].user_code);
  await oidc.pollsReach(1);
  const person = await makePerson(t);
  await person.allowDeviceAtOidc(`${uri}?user_code=${userCode}`, userCode);
  await person.picture('device_oidc');
  const ended = await program.end();
  assert.equal(ended.code, 0, ended.stderr);
  assert.deepEqual(oidc.polls.map(({error}) => error), ['authorization_pending', undefined]);
  const asked = [oidc.deviceRequests[0].at, ...oidc.polls.map(({at}) => at)];
  for (const [i, at] of asked.slice(1).entries()) assert.ok(at - asked[i] >= FASTEST_MS - 20, `${at - asked[i]} ms between two`);
  await tokenIsRenewed(oidc, world);

  const {stderr} = await world.stopDaemon();
  for (const text of [stderr, ended.stderr]) assert.deepEqual(secretsIn(text, oidc), [], text);
});

for (const [client, method] of [[BASIC_CLIENT, 'client_secret_basic'], [POST_CLIENT, 'client_secret_post']]) {
  test(`a confidential client gets its code and its tokens by ${method}`, async (t) => {
    const {oidc, world} = await atOidc(t, {interval: 1}, client, ({root}) => {
      const secret = path.join(root, 'client-secret');
      fs.writeFileSync(secret, `${CLIENT_SECRET}\n`, {mode: 0o600});
      return ['--client-secret-file', secret, '--client-authentication', method];
    });
    const login = socketLogin(t, world, 'acme');
    const step = await login.step();
    assert.equal(step.verification_uri_complete, `${oidc.issuer}/device?user_code=${step.user_code}`);
    await allowAtOidc(step.verification_uri, step.user_code);
    assert.equal((await login.step()).state, 'done');
    assert.deepEqual(new Set(oidc.polls.map(({client_id}) => client_id)), new Set([client]));
    await tokenIsRenewed(oidc, world);
  });
}

test('V4 a person who turns back at the code is believed: exit code 4', async (t) => {
  const {oidc, world} = await atOidc(t, {interval: 1});
  const {program, uri, userCode} = await beginDeviceLogin(world, 'acme');
  await denyAtOidc(uri, userCode);
  await failsWith(program, 4, /acme.*refused|refused.*acme|denied/i);
  assert.equal(oidc.polls.at(-1).error, 'access_denied');
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
});

test('V3 a code that nobody types expires', async (t) => {
  const {oidc, world} = await atOidc(t, {interval: 1, lifetime: 3});
  const login = socketLogin(t, world, 'acme');
  assert.equal((await login.step()).state, 'user_code');
  await endsWith(login, 'LoginExpired', /expired/);
  assert.ok(oidc.polls.length >= 1 && oidc.polls.length <= 3, `${oidc.polls.length} polls in three seconds`);
});

test('V9 Ctrl-C in the command ends the polling at once, and the daemon logs in afterwards', async (t) => {
  const {oidc, world} = await atOidc(t, {interval: 1});
  const {program} = await beginDeviceLogin(world, 'acme');
  await oidc.pollsReach(1);
  const ended = await program.stop('SIGINT');
  assert.equal(ended.code, 130, ended.stderr);
  const login = socketLogin(t, world, 'acme');
  const {verification_uri, user_code} = await login.step();
  // The new login is the clock: the old one, polling on, would have been seen between its three polls.
  const polls = oidc.polls.length;
  await oidc.pollsReach(polls + 3);
  const [old, its] = oidc.secrets.deviceCodes;
  assert.deepEqual(oidc.polls.slice(polls).map(({device_code}) => device_code === old), [false, false, false]);
  assert.notEqual(its, old);
  await allowAtOidc(verification_uri, user_code);
  assert.equal((await login.step()).state, 'done');
  await tokenIsRenewed(oidc, world);
});

test('a client that may not use the device flow, and a provider that has none: one sentence each', async (t) => {
  const {world} = await atOidc(t, {interval: 1}, BROWSER_CLIENT);
  complains(await world.latchkey('login', 'acme', '--device'), 1, /gave no code/);
  const other = await startOidcServer(t);
  await world.latchkeyDone('add', 'acme-2', ...oidcOptions(other));
  complains(await world.latchkey('login', 'acme-2', '--device'), 2, /latchkey login acme-2 --no-browser/);
});
