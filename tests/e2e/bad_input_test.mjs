// What goes wrong on a person's computer: one clear sentence, the right exit code, nothing half-written.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {once} from 'node:events';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {complains} from './support/complaint.mjs';
import {loggedInAtSandbox, oidcOptions} from './support/logged_in.mjs';
import {startOidcServer} from './support/oidc_server.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {binary, filesBelow, makeWorld} from './support/world.mjs';
import {run} from './support/programs.mjs';

async function runningWorld(t, options) {
  const world = makeWorld(t, options);
  await world.startDaemon();
  return world;
}

test('an account that nobody added', async (t) => {
  const world = await runningWorld(t);
  complains(await world.latchkey('token', 'nobody'), 1, /nobody/);
  complains(await world.latchkey('login', 'nobody'), 1, /nobody/);
});

test('I14 account names that are paths or hold control characters', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await runningWorld(t);
  const before = filesBelow(world.root).map((file) => file.path);
  for (const name of ['../escape', 'a/b', '.hidden', 'new\nline', '\u0430cme', 'x'.repeat(10240)]) {
    complains(await world.latchkey('add', name, ...sandbox.addOptions()), 2, /name|character|argument/i);
  }
  assert.deepEqual(filesBelow(world.root).map((file) => file.path), before);
});

test('T20 and L32: endpoints without TLS and redirects to elsewhere are refused when added', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await runningWorld(t);
  const add = ['--client-id', 'x', '--authorize-url', sandbox.authorize_url, '--token-url'];
  complains(await world.latchkey('add', 'acme', ...add, 'http://example.com/token'), 2, /token.*https/is);
  for (const uri of ['https://127.0.0.1/callback', 'http://example.com/callback', 'http://u@127.0.0.1/callback', 'http://127.0.0.1/callback#x']) {
    complains(await world.latchkey('add', 'acme', ...sandbox.addOptions(), '--redirect-uri', uri), 2, /redirect/i);
  }
  assert.deepEqual(filesBelow(path.join(world.config, 'latchkey', 'accounts')), []);
});

test('a provider that is down: the living token is still served, a new one is for later', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  await sandbox.program.stop();
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 5, /127\.0\.0\.1/);
});

test('T16 a provider that says 503 is left alone for as long as it asks', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  await sandbox.post('fail-next?status=503&retry_after=60&count=1');
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 5, /503|try again|unavailable/i);
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 5, /acme|again/i);
  assert.equal((await sandbox.counters()).token_requests, 2);
});

test('R11 a grant that the provider forgot asks for a login, and says it once to the provider', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  await sandbox.post('forget-grants');
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 3, /latchkey login acme/);
  complains(await world.latchkey('token', 'acme', '--stale-generation', '1'), 3, /latchkey login acme/);
  assert.equal((await sandbox.counters()).refreshes_refused, 1);
});

test('T19 a certificate for another name, and one of an unknown authority', async (t) => {
  const folder = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'latchkey-ca-'));
  t.after(() => fs.rmSync(folder, {recursive: true}));
  const tls = await makeCertificates(folder, ['DNS:other.example']);
  const oidc = await startOidcServer(t, {tls});
  for (const env of [{SSL_CERT_FILE: tls.ca}, {}]) {
    const world = await runningWorld(t, {env});
    complains(await world.latchkey('login', 'acme', '--no-browser', ...oidcOptions(oidc)), 1, /certificate|TLS/i);
    complains(await world.latchkey('token', 'acme'), (await world.latchkeyDone('list')).includes('acme') ? 3 : 1, /acme/);
  }
  assert.equal(oidc.tokenRequests.length, 0);
});

test('L25 a fixed port that is taken: says by whom', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = await runningWorld(t);
  const taken = net.createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const {port} = taken.address();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions(), '--redirect-uri', `http://127.0.0.1:${port}/callback`);
  complains(await world.latchkey('login', 'acme', '--no-browser'), 5, new RegExp(`${port}[^]*node|node[^]*${port}`));
});

test('C1 an unknown key in config.toml: file, line and the nearest name', async (t) => {
  const world = makeWorld(t);
  world.writeConfig('[log]\nlevel = "info"\n[login]\ntimeout_second = 10\n');
  const ended = await run(binary('latchkeyd'), [], world.env);
  complains(ended, 2, /config\.toml:4.*timeout_seconds/s);
  assert.ok(!fs.existsSync(world.socket));
});

test('no daemon', async (t) => {
  const world = makeWorld(t);
  complains(await world.latchkey('token', 'acme'), 6, /latchkeyd/);
  complains(await world.latchkey('list'), 6, /latchkeyd/);
});

test('C2 an account file that others may read holds nothing that they may not, and counts', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const file = path.join(world.config, 'latchkey', 'accounts', 'acme.toml');
  fs.chmodSync(file, 0o644);
  await world.stopDaemon();
  await world.startDaemon();
  const token = await world.latchkeyJson('token', 'acme', '--stale-generation', '1');
  assert.equal(token.generation, 2);
  const text = fs.readFileSync(file, 'utf8');
  assert.doesNotMatch(text, /secret|refresh/i);
  assert.ok(!text.includes(token.access_token));
  assert.equal((await sandbox.counters()).token_requests, 2);
});

test('R23 a second daemon gives way, and the first goes on', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const second = await run(binary('latchkeyd'), [], world.env);
  assert.notEqual(second.code, 0);
  complains(second, second.code, /latchkeyd|running|lock/i);
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
});

test('S6 a damaged record is told, and not overwritten', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  await world.stopDaemon();
  const largest = filesBelow(world.state).sort((a, b) => b.bytes.length - a.bytes.length)[0];
  const damaged = Buffer.from(largest.bytes);
  damaged[damaged.length - 1] ^= 1;
  fs.writeFileSync(largest.path, damaged);
  await world.startDaemon();
  const ended = await world.latchkey('token', 'acme');
  assert.notEqual(ended.code, 0);
  assert.notEqual(ended.stderr.trim(), '');
  await world.stopDaemon();
  assert.deepEqual(fs.readFileSync(largest.path), damaged);
});

test('usage mistakes: exit code 2, with a hint', async (t) => {
  const world = await runningWorld(t);
  for (const args of [[], ['tokn'], ['token'], ['token', 'a', '--min-valid', 'soon'], ['add', 'a', '--client-secret', 'x']]) {
    const {code, stderr} = await world.latchkey(...args);
    assert.equal(code, 2, `${args}: ${stderr}`);
    assert.notEqual(stderr.trim(), '', `${args}`);
  }
});
