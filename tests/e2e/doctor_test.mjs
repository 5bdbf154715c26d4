// `latchkey doctor` against the real daemon: content with a computer in order, and with each illness the right word and the right
// remedy. Where the remedy is a command, it is run, and must help.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {logIn} from './support/login.mjs';
import {run} from './support/programs.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {startKnockedProvider} from './support/knocked_provider.mjs';
import {makeWorld} from './support/world.mjs';

/** A world in which the doctor has nothing to say: a browser, and the store's key in a place of its own. */
async function healthyWorld(t, options) {
  const world = makeWorld(t, options);
  const key = path.join(world.root, 'key');
  fs.writeFileSync(key, Buffer.alloc(32, 7), {mode: 0o600});
  world.writeConfig(`[log]\nlevel = "debug"\n[store]\nkey_file = "${key}"\n`);
  await world.watchBrowser();
  return world;
}

/** One visit: the exit code, the checks by name, and the last line. */
async function examine(world) {
  const {code, stdout, stderr} = await world.latchkey('doctor');
  const lines = stdout.trimEnd().split('\n').map((line) => line.split('\t'));
  assert.equal(stderr, '');
  const [title, summary] = lines.pop();
  assert.equal(title, 'summary');
  const checks = Object.fromEntries(lines.map(([verdict, name, detail, fix]) => [name, {verdict, detail, fix}]));
  for (const [name, {verdict, fix}] of Object.entries(checks)) {
    assert.equal(fix === undefined, verdict === 'ok', `${name}: what is not in order has a remedy`);
  }
  return {code, checks, summary};
}

async function withProvider(t, options) {
  const provider = await startKnockedProvider(t, options);
  const world = await healthyWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...provider.addOptions());
  return {provider, world, name: 'provider 127.0.0.1'};
}

test('a computer in order passes every check', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = await healthyWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  await logIn(world, 'acme');
  const {code, checks, summary} = await examine(world);
  assert.equal(summary, `all ${Object.keys(checks).length} checks passed`);
  assert.equal(code, 0);
  assert.match(checks.socket.detail, new RegExp(`held by latchkeyd \\(process ${world.daemon.pid}\\)`));
  assert.match(checks['account acme'].detail, /^has a grant; its token ends in /);
  assert.equal(checks['provider kraken'].detail, `answers at ${sandbox.token_url}`);
  const {checks: json} = await world.latchkeyJson('doctor');
  assert.deepEqual(json.map(({name}) => name), Object.keys(checks));
});

test('the provider gets one GET without credentials, however many accounts it has', async (t) => {
  const {provider, world} = await withProvider(t);
  await world.latchkeyDone('add', 'second', ...provider.addOptions());
  await examine(world);
  assert.deepEqual(provider.requests.map(({method, url}) => `${method} ${url}`), ['GET /token']);
  assert.equal(provider.requests[0].headers.authorization, undefined);
});

test('I13 files that others may read or change: each remedy is a command that helps', async (t) => {
  const {world} = await withProvider(t);
  const account = path.join(world.config, 'latchkey', 'accounts', 'acme.toml');
  const state = path.join(world.state, 'latchkey');
  fs.chmodSync(account, 0o666);
  fs.chmodSync(state, 0o755);
  fs.writeFileSync(path.join(state, 'a copy'), '', {mode: 0o644});
  for (const [name, flaw] of [['configuration', /acme\.toml can be changed by every user/], ['stored files', /open to others \(and 1 more\)/],
    ['stored files', /a copy is open to others/]]) {
    const {code, checks} = await examine(world);
    assert.equal(code, 1);
    assert.match(checks[name].detail, flaw);
    const command = checks[name].fix.match(/^Run: (chmod [^()]+)/)[1];
    assert.equal((await run('/bin/sh', ['-c', command], world.env)).code, 0, command);
  }
  assert.match((await examine(world)).summary, /^all \d+ checks passed$/);
});

test('a key beside the grants that it opens is a warning', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.watchBrowser();
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  await logIn(world, 'acme');
  const {code, checks, summary} = await examine(world);
  assert.equal(checks['store key'].verdict, 'warn');
  assert.equal(summary, 'no problem, 1 warning');
  assert.equal(code, 0);
});

for (const [ahead, verdict, words] of [[-20, 'ok', /agrees/], [100, 'warn', /1 min \d+ s behind that of 127\.0\.0\.1/],
  [-100, 'warn', /1 min \d+ s ahead of that of 127\.0\.0\.1/], [4000, 'fail', /1 h 6 min behind/]]) {
  test(`a provider whose clock is ${ahead} s ahead of this computer's: ${verdict}`, async (t) => {
    const {world} = await withProvider(t, {ahead});
    const {code, checks} = await examine(world);
    assert.equal(checks.clock.verdict, verdict);
    assert.match(checks.clock.detail, words);
    if (verdict !== 'ok') assert.match(checks.clock.fix, /timedatectl set-ntp true/);
    assert.equal(code, verdict === 'fail' ? 1 : 0);
  });
}

test('T19 a certificate that this computer does not trust, and one that it does', async (t) => {
  const folder = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'latchkey-ca-'));
  t.after(() => fs.rmSync(folder, {recursive: true}));
  const tls = await makeCertificates(folder);
  const provider = await startKnockedProvider(t, {tls});
  for (const [env, verdict] of [[{}, 'fail'], [{SSL_CERT_FILE: tls.ca}, 'ok']]) {
    const world = await healthyWorld(t, {env});
    await world.startDaemon();
    await world.latchkeyDone('add', 'acme', ...provider.addOptions());
    const {code, checks} = await examine(world);
    assert.equal(checks['provider 127.0.0.1'].verdict, verdict);
    assert.equal(code, verdict === 'fail' ? 1 : 0);
    if (verdict === 'ok') continue;
    assert.match(checks['provider 127.0.0.1'].detail, /certificate of 127\.0\.0\.1/);
    assert.match(checks['provider 127.0.0.1'].fix, /ca_file/);
    assert.equal(checks.clock, undefined);
  }
});

test('a provider that is down, and one that has trouble of its own', async (t) => {
  const sandbox = await startSandbox(t);
  const {world, name} = await withProvider(t, {status: 503});
  await world.latchkeyDone('add', 'exchange', ...sandbox.addOptions());
  await sandbox.program.stop();
  const {code, checks, summary} = await examine(world);
  assert.equal(checks['provider kraken'].verdict, 'fail');
  assert.match(checks['provider kraken'].detail, /127\.0\.0\.1:\d+ refused the connection/);
  assert.match(checks['provider kraken'].fix, new RegExp(`curl -v ${sandbox.token_url}`));
  assert.match(checks[name].detail, /HTTP 503/);
  assert.equal(summary, '1 problem, 1 warning');
  assert.equal(code, 1);
});

test('no daemon: everything that can be checked without one is', async (t) => {
  const world = await healthyWorld(t);
  const absent = await examine(world);
  assert.equal(absent.code, 1);
  assert.match(absent.checks.socket.detail, /there is none at/);
  assert.equal(absent.checks.daemon.verdict, 'fail');
  for (const name of ['configuration', 'stored files', 'store key', 'loopback', 'proxy', 'systemd', 'runtime folder']) {
    assert.equal(absent.checks[name].verdict, 'ok', name);
  }
  await world.startDaemon();
  await world.daemon.stop('SIGKILL');
  assert.match((await examine(world)).checks.socket.detail, /was left behind by a daemon that has ended/);
  await world.startDaemon();
  assert.equal((await examine(world)).code, 0);
});
