// `latchkey kraken keys` and `call` against the sandbox: the daemon's signature is one that the API takes, and so is that
// of a second program which was shown the secret.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import {test} from 'node:test';

import {beginLogin} from './support/login.mjs';
import {follow, request} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

const SCOPES = 'account.info:basic account.fast-api-key:read account.fast-api-key:write ' +
  'account.fast-api-key:funds-query account.fast-api-key:trades-query-open';

async function traderAtSandbox(t, scopes = SCOPES) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t, {log: 'debug'});
  await world.startDaemon();
  await world.latchkeyDone('add', 'trading', ...sandbox.addOptions(), '--scope', scopes, '--userinfo-url',
    `${sandbox.base_url}/oauth/userinfo`);
  const {program, url} = await beginLogin(world, 'trading');
  await follow(url);
  const login = await program.end();
  assert.equal(login.code, 0, login.stderr);
  return {sandbox, world, login, keys: (...words) => world.latchkey('kraken', 'keys', ...words)};
}

/** The exchange's scheme, from its description and not from Latchkey's code. */
function sign(secret, path, nonce, data) {
  const inner = crypto.createHash('sha256').update(nonce + data).digest();
  return crypto.createHmac('sha512', Buffer.from(secret, 'base64')).update(Buffer.concat([Buffer.from(path), inner])).digest('base64');
}

test('a key is created, listed, used, changed and deleted', async (t) => {
  const {world, keys} = await traderAtSandbox(t);
  const created = await keys('create', 'trading', 'bot', '--permission', 'funds-query,trades-query-open', '--ip', '127.0.0.0/8',
    '--valid-until', '30d');
  assert.equal(created.code, 0, created.stderr);
  assert.match(created.stdout, /^The key bot is there; its public half is \S+\. Its secret went to the store/);

  const [{api_key: publicHalf, ...listed}] = (await world.latchkeyJson('kraken', 'keys', 'list', 'trading')).keys;
  assert.deepEqual([listed.name, listed.stored, listed.permissions, listed.ip_allowlist],
    ['bot', true, ['funds_query', 'trades_query_open'], ['127.0.0.0/8']]);
  assert.ok(Math.abs(listed.valid_until - Date.now() / 1000 - 30 * 86400) < 120);
  assert.match(created.stdout, new RegExp(publicHalf.replaceAll('+', '\\+')));

  assert.ok(Object.keys(await world.latchkeyJson('kraken', 'call', 'trading', 'Balance')).length > 0);
  await world.latchkeyJson('kraken', 'call', 'trading', 'OpenOrders', 'trades=true', '--key', 'bot');

  assert.equal((await keys('update', 'trading', 'bot', '--new-name', 'reader', '--permission', 'trades_query_open')).code, 0);
  const refused = await world.latchkey('kraken', 'call', 'trading', 'Balance', '--key', 'reader');
  assert.equal(refused.code, 4, refused.stderr);
  assert.match(refused.stderr, /EGeneral:Permission denied/);
  await world.latchkeyJson('kraken', 'call', 'trading', 'OpenOrders');

  assert.equal((await keys('delete', 'trading', 'reader', '--yes')).code, 0);
  assert.deepEqual(await world.latchkeyJson('kraken', 'keys', 'list', 'trading'), {keys: []});
  const gone = await world.latchkey('kraken', 'call', 'trading', 'OpenOrders');
  assert.equal(gone.code, 2);
  assert.match(gone.stderr, /latchkey kraken keys create trading NAME/);
});

test('a second program signs with the secret that was revealed', async (t) => {
  const {sandbox, world, keys} = await traderAtSandbox(t);
  const {stdout} = await keys('create', 'trading', 'bot', '--permission', 'funds_query', '--reveal');
  assert.match(stdout, /^[A-Za-z0-9+/]+=*\n$/);
  const [{api_key: publicHalf}] = (await world.latchkeyJson('kraken', 'keys', 'list', 'trading')).keys;
  const call = async (secret, nonce) => {
    const data = `nonce=${nonce}`;
    const {status, text} = await request(`${sandbox.base_url}/0/private/Balance`, {
      method: 'POST',
      headers: {'API-Key': publicHalf, 'API-Sign': sign(secret, '/0/private/Balance', nonce, data),
        'Content-Type': 'application/x-www-form-urlencoded'},
      body: data,
    });
    return {status, ...JSON.parse(text)};
  };
  const nonce = `${Date.now()}000`;
  const answered = await call(stdout.trim(), nonce);
  assert.deepEqual(answered.error ?? [], []);
  assert.ok(answered.result);
  const wrong = await call(Buffer.alloc(64, 1).toString('base64'), `${nonce}0`);
  assert.match(wrong.error[0], /^EAPI:Invalid signature/);
  // Latchkey keeps the same secret, and its nonce is ahead of a count of milliseconds.
  assert.deepEqual(await world.latchkeyJson('kraken', 'call', 'trading', 'Balance'), answered.result);
});

test('P4 the secret of a key is in no log, output, file or command line', async (t) => {
  const {world, keys} = await traderAtSandbox(t);
  const revealed = await keys('create', 'trading', 'shown', '--permission', 'funds_query', '--reveal');
  const secret = revealed.stdout.trim();
  assert.ok(secret.length > 20);
  const said = [revealed.stderr, (await keys('list', 'trading')).stdout, (await keys('list', 'trading', '--json')).stdout,
    (await world.latchkey('kraken', 'call', 'trading', 'Balance')).stdout, await world.latchkeyDone('show', 'trading', '--json')];
  for (const name of ['cmdline', 'environ']) {
    try {
      said.push(fs.readFileSync(`/proc/${world.daemon.pid}/${name}`, 'latin1'));
    } catch (error) {
      assert.match(error.code, /^(EACCES|EPERM)$/);  // A process that protects itself leaks nothing either.
    }
  }
  const {stdout, stderr} = await world.stopDaemon();
  assert.match(stderr, /created the API key shown/);
  said.push(stdout, stderr, ...filesBelow(world.root).map((file) => file.bytes.toString('latin1')));
  const raw = Buffer.from(secret, 'base64').toString('latin1');
  for (const text of said) assert.ok(!text.includes(secret) && !text.includes(raw), text.slice(0, 200));
});

test('a grant without the scope says which login brings it', async (t) => {
  const {keys} = await traderAtSandbox(t, 'account.info:basic account.fast-api-key:read');
  const refused = await keys('create', 'trading', 'bot', '--permission', 'funds_query');
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, /latchkey login trading --scope "account\.fast-api-key:write"/);
});

test('show and login say whose account it is', async (t) => {
  const {sandbox, world, login} = await traderAtSandbox(t);
  assert.match(login.stderr, /trading is logged in as demo@example\.com; its token ends/);
  const {token_requests: before} = await sandbox.counters();
  assert.match(await world.latchkeyDone('show', 'trading'), /^user email\tdemo@example\.com\nuser public account id\tAA00 /m);
  assert.equal((await world.latchkeyJson('show', 'trading')).user.email, 'demo@example.com');
  assert.equal((await sandbox.counters()).token_requests, before);
  await world.latchkeyDone('logout', 'trading');
  assert.equal((await world.latchkeyJson('show', 'trading')).user, null);
});
