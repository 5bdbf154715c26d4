// Tokens that are bound to a key (RFC 9449), and pushed logins (RFC 9126), at a provider that takes nothing else.
import assert from 'node:assert/strict';
import http from 'node:http';
import {test} from 'node:test';

import {expiry} from './support/expiry.mjs';
import {logInByBrowser, oidcOptions} from './support/logged_in.mjs';
import {beginLogin, logIn} from './support/login.mjs';
import {startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {follow} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {VarlinkClient} from './support/varlink.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

const LIFETIME_S = 4;

async function boundWorld(t, ...add) {
  const oidc = await startOidcServer(t, {accessTokenLifetime: LIFETIME_S, bound: true});
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.watchBrowser();
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc), ...add);
  return {oidc, world};
}

/** A request to the provider's API: {status, nonce}. */
function call(url, headers) {
  return new Promise((resolve, reject) => {
    http.get(url, {headers, agent: false}, (response) => {
      response.resume();
      response.on('end', () => resolve({status: response.statusCode, nonce: response.headers['dpop-nonce']}));
    }).on('error', reject);
  });
}

/** As an app does it: a proof, and another one where the server asks for its nonce. */
async function callWithProof(world, url, token) {
  const proof = async (...more) => (await world.latchkeyDone('dpop', 'acme', 'GET', url, ...more)).trim();
  const authorization = {Authorization: `DPoP ${token.access_token}`};
  const first = await call(url, {...authorization, DPoP: await proof()});
  if (first.status !== 401 || !first.nonce) return {...first, proof};
  return {...await call(url, {...authorization, DPoP: await proof('--nonce', first.nonce)}), proof};
}

test('a bound token works with a proof alone, is renewed with one, and its key is in no answer', async (t) => {
  const {oidc, world} = await boundWorld(t, '--dpop');
  const person = await makePerson(t);
  await logInByBrowser(world, person, 'acme', 'login_dpop');
  const url = `${oidc.issuer}/me`;

  const token = await world.latchkeyJson('token', 'acme');
  assert.equal(token.token_type, 'DPoP');
  assert.equal((await oidc.userinfo(token.access_token)).status, 401, 'a bearer of the token gets nothing');
  assert.equal((await callWithProof(world, url, token)).status, 200);

  // What the proof does not fit is refused: another method, another address, another token.
  const wrong = (await world.latchkeyDone('dpop', 'acme', 'POST', url)).trim();
  assert.equal((await call(url, {Authorization: `DPoP ${token.access_token}`, DPoP: wrong})).status, 401);

  await expiry(token.expires_at);
  const second = await world.latchkeyJson('token', 'acme');
  assert.equal(second.token_type, 'DPoP');
  assert.equal((await callWithProof(world, url, second)).status, 200);
  assert.ok(oidc.tokenRequests.every(({proved}) => proved), 'every token request carries a proof');
  // The server refuses the first one for want of its nonce; all that follow have one.
  const refused = oidc.tokenRequests.filter(({status}) => status !== 200);
  assert.deepEqual(refused.map(({status, error}) => ({status, error})), [{status: 400, error: 'use_dpop_nonce'}]);

  const stale = await world.latchkey('dpop', 'acme', 'GET', url, '--generation', '1');
  assert.equal(stale.code, 2);
  assert.match(stale.stderr, /generation 1 is not the current one of acme any more: get the token again/);
  const files = filesBelow(world.state).map(({bytes}) => bytes.toString('latin1')).join('');
  for (const text of [files, world.daemon.stderr]) assert.doesNotMatch(text, /PRIVATE KEY/);
});

test('the key outlives the daemon: a grant from before the restart is renewed', async (t) => {
  const {oidc, world} = await boundWorld(t, '--dpop');
  await logInByBrowser(world, await makePerson(t), 'acme', 'login_dpop_restart');
  await world.stopDaemon();
  await world.startDaemon();
  const token = await world.latchkeyJson('token', 'acme', '--stale-generation', '1');
  assert.equal(token.generation, 2);
  assert.equal((await callWithProof(world, `${oidc.issuer}/me`, token)).status, 200);
});

test('the browser carries a reference alone: the parameters of the login were pushed', async (t) => {
  const {oidc, world} = await boundWorld(t, '--dpop');
  const person = await makePerson(t);
  const login = world.start('latchkey', ['login', 'acme']);
  const url = new URL(await world.nextBrowserUrl());
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  await person.logInAtOidc(url.href);
  await person.landing('login_pushed');
  assert.equal((await login.end()).code, 0);
  assert.equal(oidc.pushed.length, 1);
});

test('who the person is comes with a proof, too', async (t) => {
  const {world} = await boundWorld(t, '--dpop');
  await logInByBrowser(world, await makePerson(t), 'acme', 'login_dpop_userinfo');
  const client = new VarlinkClient(world.socket);
  t.after(() => client.close());
  const {fields} = await client.call('io.latchkey.Broker.UserInfo', {account: 'acme'});
  assert.ok(fields.some(({name}) => name === 'sub'), JSON.stringify(fields));
});

// The sandbox knows neither: it pays no heed to the proof, and names no address for pushed requests.
async function worldWithoutSuch(t, ...add) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions(), ...add);
  return world;
}

test('a provider whose tokens are not bound is refused, and nothing is kept', async (t) => {
  const world = await worldWithoutSuch(t, '--dpop');
  const {program, url} = await beginLogin(world, 'acme');
  await follow(url);
  const ended = await program.end();
  assert.equal(ended.code, 1, ended.stderr);
  assert.match(ended.stderr, /the token is not bound to the account's key/);
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
  const proof = await world.latchkey('dpop', 'acme', 'GET', 'https://api.example.com/');
  assert.equal(proof.code, 3, proof.stderr);
});

test('an account that wants pushed logins at a provider that takes none says so', async (t) => {
  const world = await worldWithoutSuch(t, '--par');
  const ended = await world.latchkey('login', 'acme', '--no-browser');
  assert.equal(ended.code, 2, ended.stderr);
  assert.match(ended.stderr, /names no pushed_authorization_request_endpoint/);
});

test('a token that is not bound needs no proof, and a bad address is refused', async (t) => {
  const world = await worldWithoutSuch(t);
  await logIn(world, 'acme');
  const needless = await world.latchkey('dpop', 'acme', 'GET', 'https://api.example.com/');
  assert.equal(needless.code, 2);
  assert.match(needless.stderr, /is a Bearer token, which needs no proof/);
  const bad = await world.latchkey('dpop', 'acme', 'GET', 'http://api.example.com/');
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /url/);
});
