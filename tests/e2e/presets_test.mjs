// The manners of single providers, through the real programs: the presets with their addresses led to a server here that
// answers as the provider's documents say.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {logIn} from './support/login.mjs';
import {form, json, startImitatedProvider} from './support/imitated_provider.mjs';
import {varlinkReplies} from './support/varlink.mjs';
import {makeWorld} from './support/world.mjs';

async function runningWorld(t) {
  const world = makeWorld(t, {unknownApps: 'allow'});
  await world.startDaemon();
  return world;
}

function secretFile(world) {
  const file = path.join(world.root, 'client-secret');
  fs.writeFileSync(file, 's3cret\n', {mode: 0o600});
  return file;
}

test('the shipped presets are listed, and those at the customer\'s own address say what they need', async (t) => {
  const world = await runningWorld(t);
  const {providers} = await world.latchkeyJson('providers');
  assert.deepEqual(providers.map(({name}) => name), ['atlassian', 'auth0', 'discord', 'dropbox', 'github', 'gitlab', 'google',
    'keycloak', 'kraken', 'microsoft', 'okta', 'slack', 'spotify']);
  assert.match(await world.latchkeyDone('providers', 'okta'), /--set domain\t.*\n--set authorization_server|--set authorization_server\t.*\n--set domain/);
  complains(await world.latchkey('add', 'acme', '--provider', 'auth0', '--client-id', 'x'), 2, /--set domain=example\.eu\.auth0\.com/);
  complains(await world.latchkey('add', 'acme', '--provider', 'auth0', '--client-id', 'x', '--set', 'domian=a.example'), 2, /did you mean "domain"/);
  complains(await world.latchkey('add', 'acme', '--provider', 'auth0', '--client-id', 'x', '--set', 'domain=a@evil.example'), 2, /domain/);
  complains(await world.latchkey('add', 'acme', '--provider', 'kraken', '--client-id', 'x', '--set', 'domain=a'), 2, /no variable "domain"/);
  await world.latchkeyDone('add', 'acme', '--provider', 'auth0', '--client-id', 'x', '--set', 'domain=mine.eu.auth0.com');
  const login = world.start('latchkey', ['login', 'acme', '--no-browser']);
  const [, url] = await login.says('stdout', /^(http\S+)\n/);
  assert.equal(new URL(url).origin, 'https://mine.eu.auth0.com');
});

test('a file of one\'s own with a wrong variable: file, line and key', async (t) => {
  const world = await runningWorld(t);
  const folder = path.join(world.config, 'latchkey', 'providers');
  fs.mkdirSync(folder, {recursive: true});
  fs.writeFileSync(path.join(folder, 'mine.toml'), 'authorization_endpoint = "https://{host}/a"\ntoken_endpoint = "https://{host}/t"\n' +
    '[variable.host]\nkind = "host"\ndescrption = "x"\nexample = "a.example"\n');
  complains(await world.latchkey('providers', 'mine'), 2, /mine\.toml:5:1: variable\.host\.descrption.*did you mean "description"/);
});

test('an account whose file names another host gets no token of the grant that was given to the first', async (t) => {
  const provider = await startImitatedProvider(t, {token: () => json({access_token: 'a', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r'})});
  const world = await runningWorld(t);
  await world.latchkeyDone('add', 'acme', ...provider.addOptions('auth0'), '--set', 'domain=first.example');
  await logIn(world, 'acme');
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
  await world.stopDaemon();
  const file = path.join(world.config, 'latchkey', 'accounts', 'acme.toml');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('first.example', 'evil.example'));
  await world.startDaemon();
  complains(await world.latchkey('token', 'acme'), 3, /login/);
  assert.equal(provider.tokenForms.length, 1);
});

test('T14 github: no refresh token, no expiry; a refused code comes form-encoded with status 200', async (t) => {
  const refusal = form({error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.'});
  const answers = [refusal, form({access_token: 'gho_1', scope: 'repo,gist', token_type: 'bearer'})];
  const provider = await startImitatedProvider(t, {token: () => answers.shift()});
  const world = await runningWorld(t);
  await world.latchkeyDone('add', 'acme', ...provider.addOptions('github'), '--scope', 'repo gist', '--client-secret-file', secretFile(world));
  const refused = world.start('latchkey', ['login', 'acme', '--no-browser']);
  await fetch((await refused.says('stdout', /^(http\S+)\n/))[1]);
  const {code, stderr} = await refused.end();
  assert.equal(code, 1);
  assert.match(stderr, /bad_verification_code: The code passed is incorrect or expired/);
  await logIn(world, 'acme');
  assert.equal((await world.latchkeyDone('token', 'acme')).trim(), 'gho_1');
  const {fields, accept, authorization} = provider.requests.at(-1);
  assert.deepEqual({accept, authorization, secret: fields.client_secret}, {accept: 'application/json', authorization: undefined, secret: 's3cret'});
  const shown = await world.latchkeyJson('show', 'acme');
  assert.equal(shown.has_refresh_token, false);
  assert.equal(shown.expires_at, null);
  assert.deepEqual(shown.granted_scopes.sort(), ['gist', 'repo']);
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 3, /login/);
  assert.equal(provider.tokenForms.length, 2);
});

test('github: the device flow, whose pending answers have status 200', async (t) => {
  const answers = [json({error: 'authorization_pending'}), form({access_token: 'gho_2', scope: 'repo', token_type: 'bearer'})];
  const provider = await startImitatedProvider(t, {
    token: () => answers.shift(),
    device: () => json({device_code: '3584', user_code: 'WDJB-MJHT', verification_uri: 'https://github.com/login/device', expires_in: 900, interval: 1}),
  });
  const world = await runningWorld(t);
  await world.latchkeyDone('add', 'acme', ...provider.addOptions('github'), '--device-authorization-url', `${provider.base}/device`, '--scope', 'repo');
  const steps = await varlinkReplies(world.socket, 'io.latchkey.Broker.Login', {account: 'acme', flow: 'device'});
  assert.deepEqual(steps.map(({step}) => [step.state, step.user_code, step.verification_uri]),
    [['user_code', 'WDJB-MJHT', 'https://github.com/login/device'], ['done', undefined, undefined]]);
  assert.equal((await world.latchkeyDone('token', 'acme')).trim(), 'gho_2');
  assert.deepEqual(provider.tokenForms.map(({grant_type}) => grant_type), Array(2).fill('urn:ietf:params:oauth:grant-type:device_code'));
});

test('T11 google: offline access is asked for, and a refresh without a new refresh token keeps the first', async (t) => {
  let count = 0;
  const provider = await startImitatedProvider(t, {token: ({grant_type}) => json({
    access_token: `ya29.${++count}`, expires_in: 3599, token_type: 'Bearer', scope: 'openid', ...grant_type === 'authorization_code' && {refresh_token: '1//first'},
  })});
  const world = await runningWorld(t);
  await world.latchkeyDone('add', 'acme', ...provider.addOptions('google'), '--scope', 'openid', '--client-secret-file', secretFile(world));
  await logIn(world, 'acme');
  const [{access_type, prompt, code_challenge_method}] = provider.authorizations;
  assert.deepEqual({access_type, prompt, code_challenge_method}, {access_type: 'offline', prompt: 'consent', code_challenge_method: 'S256'});
  for (const generation of ['1', '2']) await world.latchkeyDone('token', 'acme', '--stale-generation', generation);
  assert.equal((await world.latchkeyDone('token', 'acme')).trim(), 'ya29.3');
  assert.deepEqual(provider.tokenForms.slice(1).map(({refresh_token, client_secret}) => [refresh_token, client_secret]), Array(2).fill(['1//first', 's3cret']));
});

test('R11 atlassian: every refresh brings a new refresh token; an old one is refused with 403, and a login is needed', async (t) => {
  let live = 'r0';
  const provider = await startImitatedProvider(t, {token: ({grant_type, refresh_token}) => {
    if (grant_type === 'refresh_token' && refresh_token !== live) {
      return json({error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.'}, 403);
    }
    live = `r${Number(live.slice(1)) + 1}`;
    return json({access_token: `t${live}`, refresh_token: live, expires_in: 3600, scope: 'read:jira-work offline_access', token_type: 'Bearer'});
  }});
  const world = await runningWorld(t);
  await world.latchkeyDone('add', 'acme', ...provider.addOptions('atlassian'), '--scope', 'read:jira-work offline_access', '--client-secret-file', secretFile(world));
  await logIn(world, 'acme');
  const [{audience, prompt}] = provider.authorizations;
  assert.deepEqual({audience, prompt}, {audience: 'api.atlassian.com', prompt: 'consent'});
  for (const generation of ['1', '2']) await world.latchkeyDone('token', 'acme', '--stale-generation', generation);
  assert.equal((await world.latchkeyDone('token', 'acme')).trim(), 'tr3');
  assert.deepEqual(provider.tokenForms.slice(1).map(({refresh_token}) => refresh_token), ['r1', 'r2']);
  live = 'r9';
  complains(await world.latchkey('token', 'acme', '--stale-generation', '3'), 3, /latchkey login acme/);
});
