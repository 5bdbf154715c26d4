// A confidential client of the sandbox whose secret arrives encrypted, with the commands of the provider's own guide on the other side.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {logIn} from './support/login.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

const SECRET = 'client/secret+of=the:client';
const PASSPHRASE = 'open sesame';

/** One shell command in `folder`: what it prints. */
function shell(folder, command) {
  return execFileSync('/bin/sh', ['-ec', command], {cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

// What the owner of a client does before the registration, and the provider after it.
function register(folder, padding = 'pkcs1') {
  fs.writeFileSync(path.join(folder, 'phrase'), `${PASSPHRASE}\n`, {mode: 0o600});
  shell(folder, 'umask 077; openssl genrsa -aes128 -passout file:phrase -out private.pem 4096');
  shell(folder, 'openssl rsa -in private.pem -passin file:phrase -pubout > public.pem');
  fs.writeFileSync(path.join(folder, 'clear'), SECRET, {mode: 0o600});
  shell(folder, `umask 077; openssl pkeyutl -encrypt -pubin -inkey public.pem -pkeyopt rsa_padding_mode:${padding} -in clear | base64 > sealed`);
}

async function confidentialWorld(t) {
  const world = makeWorld(t);
  const at = (name) => path.join(world.root, name);
  register(world.root);
  const sandbox = await startSandbox(t, ['--auto-consent', '--confidential-client', `shop:${at('clear')}`]);
  await world.startDaemon();
  const options = [...sandbox.addOptions('shop'), '--client-secret-encrypted', at('sealed'), '--rsa-key', at('private.pem')];
  return {world, sandbox, at, options};
}

test('what the guide\'s openssl command reads, latchkey reads, and the grant is refreshed with it', async (t) => {
  const {world, sandbox, at, options} = await confidentialWorld(t);
  const guide = 'echo -n "$(cat sealed)" | base64 -d | openssl rsautl -decrypt -inkey private.pem -passin file:phrase';
  assert.equal(shell(world.root, guide), SECRET);
  await world.latchkeyDone('add', 'acme', ...options, '--rsa-passphrase-file', at('phrase'));
  // The sandbox takes this client with this secret alone.
  await logIn(world, 'acme');
  await sandbox.post('expire-access-tokens');
  const token = (await world.latchkeyDone('token', 'acme', '--stale-generation', '1')).trim();
  assert.equal(await sandbox.balanceStatus(token), 200);
  const {code_exchanges, refreshes} = await sandbox.counters();
  assert.deepEqual({code_exchanges, refreshes}, {code_exchanges: 1, refreshes: 1});

  const kept = [...filesBelow(world.state), ...filesBelow(world.config)].map(({bytes}) => bytes.toString('latin1')).join('') + world.daemon.stderr;
  for (const text of [SECRET, PASSPHRASE, 'PRIVATE KEY']) assert.ok(!kept.includes(text), `${text} was kept or logged`);
});

test('a secret that cannot be decrypted makes no account, and every reason is the same sentence', async (t) => {
  const {world, at, options} = await confidentialWorld(t);
  const passphrase = ['--rsa-passphrase-file', at('phrase')];
  const refused = async (...more) => {
    const ended = await world.latchkey('add', 'acme', ...options, ...more);
    assert.equal(ended.code, 2, ended.stderr);
    return ended.stderr;
  };
  const padding = await refused(...passphrase, '--rsa-oaep');
  assert.match(padding, /the client secret cannot be decrypted with this key/);
  const sealed = fs.readFileSync(at('sealed'), 'utf8');
  fs.writeFileSync(at('sealed'), sealed.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')));
  assert.equal(await refused(...passphrase), padding);
  fs.writeFileSync(at('sealed'), sealed);
  fs.writeFileSync(at('other'), 'guess\n', {mode: 0o600});
  assert.match(await refused('--rsa-passphrase-file', at('other')), /the passphrase is wrong, or the file is damaged/);
  assert.match(await refused(), /--rsa-passphrase-file FILE/);
  assert.equal((await world.latchkeyDone('list')).includes('acme'), false);
});

test('a secret that was encrypted with OAEP is read where the owner says so', async (t) => {
  const {world, at, options} = await confidentialWorld(t);
  register(world.root, 'oaep');
  await world.latchkeyDone('add', 'acme', ...options, '--rsa-oaep', '--rsa-passphrase-file', at('phrase'));
  await logIn(world, 'acme');
});
