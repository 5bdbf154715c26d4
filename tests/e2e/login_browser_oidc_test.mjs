// A whole login at a real OpenID Connect provider: the daemon opens the browser, a person clicks, the token works.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {expiry} from './support/expiry.mjs';
import {logInByBrowser, oidcOptions} from './support/logged_in.mjs';
import {BASIC_CLIENT, CLIENT_SECRET, POST_CLIENT, startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {makeWorld} from './support/world.mjs';

const LIFETIME_S = 4;

async function worldWithBrowser(t, env = {}) {
  const world = makeWorld(t, {env});
  await world.watchBrowser();
  await world.startDaemon();
  return world;
}

async function refreshesSilently(world, oidc, first, ca) {
  await expiry(first.expires_at);
  assert.equal((await oidc.userinfo(first.access_token, {ca})).status, 401);
  const second = await world.latchkeyJson('token', 'acme');
  assert.notEqual(second.access_token, first.access_token);
  assert.equal((await oidc.userinfo(second.access_token, {ca})).status, 200);
  // Once more, so that the refresh token that the rotation brought is used.
  const third = await world.latchkeyJson('token', 'acme', '--stale-generation', String(second.generation));
  assert.ok(third.generation > second.generation);
  assert.equal((await oidc.userinfo(third.access_token, {ca})).status, 200);
  assert.deepEqual(oidc.tokenRequests.map(({status}) => status), Array(third.generation).fill(200));
}

async function wholeLogin(t, oidc, world, {picture, ca, add = oidcOptions(oidc)}) {
  await world.latchkeyDone('add', 'acme', ...add);
  const person = await makePerson(t);
  const landing = await logInByBrowser(world, person, 'acme', picture);
  assert.match(landing.text, /acme/);
  for (const address of [landing.address, ...person.addresses]) assert.doesNotMatch(address, /[?&](code|state)=/);
  assert.match(landing.address, /^http:\/\/127\.0\.0\.1:\d+\/done$/);
  const token = await world.latchkeyJson('token', 'acme');
  assert.equal((await oidc.userinfo(token.access_token, {ca})).status, 200);
  assert.equal(token.generation, 1);
  return token;
}

test('a login over http ends on a clean page, with a token that works and is renewed in silence', async (t) => {
  const oidc = await startOidcServer(t, {accessTokenLifetime: LIFETIME_S});
  const world = await worldWithBrowser(t);
  const token = await wholeLogin(t, oidc, world, {picture: 'login_oidc_http'});
  const status = await world.latchkeyJson('status');
  assert.equal(status.accounts[0].name, 'acme');
  assert.deepEqual([...status.accounts[0].granted_scopes].sort(), ['offline_access', 'openid']);
  assert.match(await world.latchkeyDone('status'), /acme/);
  await refreshesSilently(world, oidc, token);
});

test('the same over https, where the authority is named by SSL_CERT_FILE', async (t) => {
  const folder = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'latchkey-ca-'));
  t.after(() => fs.rmSync(folder, {recursive: true}));
  const tls = await makeCertificates(folder);
  const oidc = await startOidcServer(t, {tls, accessTokenLifetime: LIFETIME_S});
  const world = await worldWithBrowser(t, {SSL_CERT_FILE: tls.ca});
  const ca = fs.readFileSync(tls.ca);
  const token = await wholeLogin(t, oidc, world, {picture: 'login_oidc_https', ca});
  await refreshesSilently(world, oidc, token, ca);
});

test('a logout after a restart revokes the grant at the provider that discovery found', async (t) => {
  const oidc = await startOidcServer(t);
  const world = await worldWithBrowser(t);
  const {access_token} = await wholeLogin(t, oidc, world, {picture: 'login_oidc_logout'});
  await world.stopDaemon();
  await world.startDaemon();
  assert.equal((await world.latchkeyJson('logout', 'acme')).revoked, true);
  assert.equal((await oidc.userinfo(access_token)).status, 401);
  assert.equal(await oidc.provider.RefreshToken.find(oidc.secrets.refreshTokens[0]), undefined);
  assert.equal((await world.latchkey('token', 'acme')).code, 3);
});

for (const [client, method] of [[BASIC_CLIENT, 'client_secret_basic'], [POST_CLIENT, 'client_secret_post']]) {
  test(`a confidential client logs in by ${method}`, async (t) => {
    const oidc = await startOidcServer(t);
    const world = await worldWithBrowser(t);
    const secret = path.join(world.root, 'client-secret');
    fs.writeFileSync(secret, `${CLIENT_SECRET}\n`, {mode: 0o600});
    const add = [...oidcOptions(oidc, client), '--client-secret-file', secret, '--client-authentication', method];
    await wholeLogin(t, oidc, world, {picture: `login_oidc_${method}`, add});
    assert.equal(oidc.tokenRequests[0].client_id, client);
  });
}

test('a person who is asked and aborts gets a page that says so, and the command says denied', async (t) => {
  const oidc = await startOidcServer(t);
  const world = await worldWithBrowser(t);
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc));
  const person = await makePerson(t);
  const login = world.start('latchkey', ['login', 'acme']);
  await person.abortAtOidc(await world.nextBrowserUrl());
  const landing = await person.landing('login_oidc_aborted');
  assert.match(landing.text, /acme/);
  assert.match(landing.text, /denied|not|refused/i);
  assert.equal((await login.end()).code, 4);
  assert.equal(oidc.tokenRequests.length, 0);
});
