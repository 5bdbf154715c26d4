// The ID token of a login: at a certified provider in each algorithm that Latchkey takes, and at an issuer that lies. What is
// not believed leaves no grant behind; what comes with a refresh costs no token.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {FormPerson} from './support/form_person.mjs';
import {jws, makeKey, startIssuer} from './support/issuer.mjs';
import {beginLogin, logIn} from './support/login.mjs';
import {oidcOptions} from './support/logged_in.mjs';
import {BASIC_CLIENT, CLIENT_SECRET, startOidcServer} from './support/oidc_server.mjs';
import {follow} from './support/raw_http.mjs';
import {VarlinkClient, varlinkCall} from './support/varlink.mjs';
import {makeWorld} from './support/world.mjs';

const BROKER = 'io.latchkey.Broker';

async function atIssuer(t) {
  const issuer = await startIssuer(t);
  const world = makeWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...issuer.addOptions());
  return {issuer, world};
}

const subjectOf = async (world) => (await varlinkCall(world.socket, `${BROKER}.Accounts`)).accounts[0].subject;

// A login that must end with this exit code and a sentence that says so.
async function loginFails(world, code, says, ...options) {
  const {program, url} = await beginLogin(world, 'acme', ...options);
  // The page that says so is there for some seconds only: a slow computer may come too late for it.
  await follow(url).catch(() => {});
  const ended = await program.end();
  assert.equal(ended.code, code, ended.stderr);
  assert.match(ended.stderr, says);
}

// Over the socket, as an app does: the last reply, or the error.
async function logInOverTheSocket(t, world, more) {
  const client = new VarlinkClient(world.socket);
  t.after(() => client.close());
  const replies = client.replies(`${BROKER}.Login`, {account: 'acme', flow: 'url', ...more});
  await follow((await replies.next()).step.url);
  for (;;) {
    const reply = await replies.next();
    if (reply.step.state === 'done') return reply;
  }
}

// Claims as changed by `change`, and signed as they should be.
const claiming = (change) => (claims, {key}) => jws(change(claims), key);
const without = (name) => ({[name]: gone, ...others}) => others;
const input = (token) => token.split('.').slice(0, 2).join('.');

// An ID token that must not be believed, made of the good claims, and a word of the sentence that refuses it.
const LIES = {
  'O1 unsigned': [(claims, {key}) => `${input(jws(claims, key, {header: {alg: 'none'}}))}.`, /none/],
  'O2 HS256 with the public key as the shared secret': [(claims, {key}) => jws(claims, key, {header: {alg: 'HS256'},
    sign: (text) => crypto.createHmac('sha256', key.publicKey.export({type: 'spki', format: 'pem'})).update(text).digest()}), /HS256/],
  'O3 for another client': [claiming((claims) => ({...claims, aud: 'another'})), /aud/],
  'O3 for several, and not said for which': [claiming((claims) => ({...claims, aud: ['app', 'another']})), /azp/],
  'O4 of another issuer': [claiming((claims) => ({...claims, iss: `${claims.iss}/`})), /issuer/],
  'O5 expired': [claiming((claims) => ({...claims, exp: claims.iat - 3600})), /expired/],
  'O5 of the future': [claiming((claims) => ({...claims, iat: claims.iat + 3600})), /future/],
  'O6 without the nonce': [claiming(without('nonce')), /nonce/],
  'O6 with the nonce of another login': [claiming((claims) => ({...claims, nonce: 'another'})), /nonce/],
  'O7 of another access token': [claiming((claims) => ({...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA'})), /at_hash/],
  'O8 signed by somebody else in the name of the key': [(claims) => jws(claims, makeKey('first')), /signature/],
  'O10 an extension that must be understood': [(claims, {key}) => jws(claims, key, {header: {crit: ['b64'], b64: false}}), /crit/],
  'O11 two parts': [(claims, {key}) => input(jws(claims, key)), /three parts/],
  'O11 with padding': [(claims, {key}) => `${jws(claims, key)}==`, /signature|base64/],
};

test('an ID token that lies ends the login: no grant, no token, and what came is revoked', async (t) => {
  const {issuer, world} = await atIssuer(t);
  for (const [name, [make, says]] of Object.entries(LIES)) {
    await t.test(name, async () => {
      issuer.makeIdToken = (claims) => make(claims, issuer);
      const revoked = issuer.revoked.length;
      await loginFails(world, 1, says);
      assert.equal((await world.latchkey('token', 'acme')).code, 3);
      assert.deepEqual(issuer.revoked.slice(revoked), [`refresh-${issuer.tokenForms.length}`]);
    });
  }
  // Nothing of it was stored either.
  await world.stopDaemon();
  await world.startDaemon();
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
  issuer.makeIdToken = (claims) => jws(claims, issuer.key);
  await logIn(world, 'acme');
  assert.equal(await subjectOf(world), 'ann');
});

test('O8 beside a living grant a login that is refused changes nothing, and revokes nothing', async (t) => {
  const {issuer, world} = await atIssuer(t);
  await logIn(world, 'acme');
  issuer.makeIdToken = (claims) => jws(claims, makeKey('first'));
  await loginFails(world, 1, /signature/);
  assert.equal(await world.latchkeyDone('token', 'acme'), 'access-1\n');
  assert.deepEqual(issuer.revoked, []);
});

test('O9 another person replaces the grant only where that is agreed to', async (t) => {
  const {issuer, world} = await atIssuer(t);
  await logIn(world, 'acme');
  issuer.subject = 'bob';
  await loginFails(world, 1, /the user ann at http.*the user bob has logged in.*--other-user/s);
  assert.equal(await world.latchkeyDone('token', 'acme'), 'access-1\n');
  await assert.rejects(logInOverTheSocket(t, world, {}), {name: `${BROKER}.OtherUser`});
  assert.deepEqual(issuer.revoked, []);
  await logIn(world, 'acme', '--other-user');
  assert.equal(await subjectOf(world), 'bob');
  issuer.subject = 'cid';
  assert.equal((await logInOverTheSocket(t, world, {accept_other_user: true})).step.account.subject, 'cid');
  assert.equal(await world.latchkeyDone('token', 'acme'), `access-${issuer.tokenForms.length}\n`);
  // After a logout nobody is replaced.
  await world.latchkeyDone('logout', 'acme');
  issuer.subject = 'dora';
  await logIn(world, 'acme');
  assert.equal(await subjectOf(world), 'dora');
});

test('D8 for keys that it does not know the issuer is asked once a minute', async (t) => {
  const {issuer, world} = await atIssuer(t);
  await logIn(world, 'acme');
  assert.equal(issuer.keyFetches, 1);
  issuer.makeIdToken = (claims) => jws(claims, makeKey('unheard of'));
  await loginFails(world, 1, /no key "unheard of"/);
  assert.equal(issuer.keyFetches, 2);
  for (const kid of ['one more', 'yet another']) {
    issuer.makeIdToken = (claims) => jws(claims, makeKey(kid));
    await loginFails(world, 5, new RegExp(`no key "${kid}"`));
  }
  assert.equal(issuer.keyFetches, 2);
});

test('D9 with the keys at hand logins and refreshes go on while nobody serves them', async (t) => {
  const {issuer, world} = await atIssuer(t);
  await logIn(world, 'acme');
  issuer.keysAnswer = () => null;
  await logIn(world, 'acme');
  assert.equal((await world.latchkeyJson('token', 'acme', '--stale-generation', '2')).access_token, 'access-3');
  assert.deepEqual((await world.latchkeyJson('status')).warnings, []);
  assert.equal(issuer.keyFetches, 1);
});

test('D9 without keys a login fails for now and leaves nothing, and the next one finds them', async (t) => {
  const {issuer, world} = await atIssuer(t);
  issuer.keysAnswer = () => null;
  await loginFails(world, 5, /keys of ID tokens at .*\/jwks cannot be had/);
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
  issuer.keysAnswer = () => ({keys: [issuer.key.jwk]});
  await logIn(world, 'acme');
});

test('a bad ID token at a refresh costs no token; status warns until a good one comes', async (t) => {
  const {issuer, world} = await atIssuer(t);
  await logIn(world, 'acme');
  issuer.subject = 'bob';
  assert.equal(await world.latchkeyDone('token', 'acme', '--stale-generation', '1'), 'access-2\n');
  const [warning] = (await world.latchkeyJson('status')).warnings;
  assert.match(warning, /account acme: the ID token that came with the last refresh is not kept: .*another person/);
  assert.equal(await subjectOf(world), 'ann');
  issuer.subject = 'ann';
  assert.equal(await world.latchkeyDone('token', 'acme', '--stale-generation', '2'), 'access-3\n');
  assert.deepEqual((await world.latchkeyJson('status')).warnings, []);
  // The refresh token that came with the bad one is the one that was used.
  assert.deepEqual(issuer.tokenForms.slice(1).map(({refresh_token}) => refresh_token), ['refresh-1', 'refresh-2']);
});

test('a provider of one\'s own names its keys by jwks_uri; without issuer or keys a login works, and nobody is known', async (t) => {
  const issuer = await startIssuer(t);
  const world = makeWorld(t);
  const folder = path.join(world.config, 'latchkey', 'providers');
  fs.mkdirSync(folder, {recursive: true});
  const endpoints = `authorization_endpoint = "${issuer.base}/authorize"\ntoken_endpoint = "${issuer.base}/token"\nopenid = true\n`;
  fs.writeFileSync(path.join(folder, 'mine.toml'), `issuer = "${issuer.base}"\njwks_uri = "${issuer.base}/jwks"\n${endpoints}`);
  fs.writeFileSync(path.join(folder, 'plain.toml'), endpoints);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', '--provider', 'mine', '--client-id', 'app', '--scope', 'openid');
  await logIn(world, 'acme');
  assert.equal(await subjectOf(world), 'ann');
  assert.equal(issuer.keyFetches, 1);
  await world.latchkeyDone('remove', 'acme', '--yes');
  await world.latchkeyDone('add', 'acme', '--provider', 'plain', '--client-id', 'app', '--scope', 'openid');
  issuer.makeIdToken = () => 'nonsense';
  await logIn(world, 'acme');
  assert.equal(await subjectOf(world), undefined);
  const {stderr} = await world.stopDaemon();
  assert.match(stderr, /account acme: the provider names no issuer or no address of its keys/);
});

// A person at the certified provider's pages, without a browser.
async function logInAs(world, name, ...options) {
  const login = await beginLogin(world, 'acme', ...options);
  const person = new FormPerson();
  await person.open(login.url);
  await person.send('name="prompt" value="login"', {login: name, password: 'any'});
  await person.send('name="prompt" value="consent"');
  return {...login, ended: await login.program.end()};
}

const KEYS = {
  RS256: () => crypto.generateKeyPairSync('rsa', {modulusLength: 2048}),
  PS256: () => crypto.generateKeyPairSync('rsa', {modulusLength: 2048}),
  ES256: () => crypto.generateKeyPairSync('ec', {namedCurve: 'P-256'}),
  EdDSA: () => crypto.generateKeyPairSync('ed25519'),
};

for (const [algorithm, make] of Object.entries(KEYS)) {
  test(`${algorithm}: a certified provider's ID token is believed, with the nonce of the login, and after its keys were changed`, async (t) => {
    const keyNamed = (kid) => ({...make().privateKey.export({format: 'jwk'}), kid, use: 'sig', alg: algorithm});
    const oidc = await startOidcServer(t, {idTokens: {algorithm, keys: [keyNamed('before')]}});
    const world = makeWorld(t);
    await world.startDaemon();
    await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc));
    const {url, ended} = await logInAs(world, 'ann');
    assert.equal(ended.code, 0, `${ended.stderr}${world.daemon.stderr}`);
    assert.equal(await subjectOf(world), 'ann');
    const [{nonce}] = oidc.authorizations;
    assert.match(nonce, /^[\w-]{43}$/);
    assert.equal(new URL(url).searchParams.get('nonce'), nonce);
    const [header, claims] = oidc.secrets.idTokens[0].split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
    assert.deepEqual([header.alg, header.kid, claims.nonce], [algorithm, 'before', nonce]);

    oidc.changeKeys([keyNamed('after')]);
    await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
    assert.equal(oidc.secrets.idTokens.length, 2);
    assert.deepEqual((await world.latchkeyJson('status')).warnings, [], world.daemon.stderr);
    assert.equal(oidc.keyFetches, 2);

    const other = await logInAs(world, 'bob');
    assert.equal(other.ended.code, 1);
    assert.match(other.ended.stderr, /the user ann at .*the user bob has logged in/);
    await world.latchkeyDone('token', 'acme', '--stale-generation', '2');
  });
}

test('a client that is registered for an algorithm that Latchkey does not take is told so, and what to do', async (t) => {
  const p384 = crypto.generateKeyPairSync('ec', {namedCurve: 'P-384'});
  const keys = [KEYS.RS256(), p384].map(({privateKey}, i) => ({...privateKey.export({format: 'jwk'}), kid: `key ${i}`, use: 'sig'}));
  for (const algorithm of ['RS512', 'ES384', 'HS256']) {
    await t.test(algorithm, async (t) => {
      const oidc = await startOidcServer(t, {idTokens: {algorithm, keys}});
      const world = makeWorld(t);
      await world.startDaemon();
      const secret = path.join(world.root, 'client-secret');
      fs.writeFileSync(secret, CLIENT_SECRET, {mode: 0o600});
      await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc, BASIC_CLIENT), '--client-secret-file', secret);
      const {ended} = await logInAs(world, 'ann');
      assert.equal(ended.code, 1);
      assert.match(ended.stderr, new RegExp(`signed with "${algorithm}"; RS256, PS256, ES256 and EdDSA are taken: change the algorithm`));
    });
  }
});
