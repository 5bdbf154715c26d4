// `latchkey kraken keygen` with the real openssl: the pair works, and its passphrase is nowhere to be seen.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {run} from './support/programs.mjs';
import {makeWorld} from './support/world.mjs';

const PASSPHRASE = 'correct horse battery staple';

test('the pair is RSA with 4096 bits, opens with the passphrase alone, and decrypts what is encrypted for it', async (t) => {
  const world = makeWorld(t);
  const file = (name) => path.join(world.root, name);
  fs.writeFileSync(file('passphrase'), `${PASSPHRASE}\n`, {mode: 0o600});
  const made = await world.latchkey('kraken', 'keygen', '--out', file('private.pem'), '--public', file('public.pem'),
    '--passphrase-file', file('passphrase'));
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /private\.pem: the private key/);
  assert.ok(!(made.stdout + made.stderr).includes(PASSPHRASE));

  const pem = fs.readFileSync(file('private.pem'), 'utf8');
  assert.equal(made.stdout, fs.readFileSync(file('public.pem'), 'utf8'));
  assert.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  assert.equal(fs.statSync(file('private.pem')).mode & 0o777, 0o600);
  assert.throws(() => crypto.createPrivateKey({key: pem, passphrase: 'wrong'}));
  const key = crypto.createPrivateKey({key: pem, passphrase: PASSPHRASE});
  assert.deepEqual([key.asymmetricKeyType, key.asymmetricKeyDetails.modulusLength], ['rsa', 4096]);
  assert.equal(crypto.createPublicKey(key).export({type: 'spki', format: 'pem'}), made.stdout);

  // As the provider does with a client secret, and as its guide reads it.
  const encrypted = file('encrypted');
  fs.writeFileSync(encrypted, crypto.publicEncrypt({key: made.stdout, padding: crypto.constants.RSA_PKCS1_PADDING}, Buffer.from('s3cret')));
  const read = await run('/usr/bin/openssl', ['pkeyutl', '-decrypt', '-inkey', file('private.pem'), '-in', encrypted,
    '-passin', `file:${file('passphrase')}`], world.env);
  assert.equal(read.stdout, 's3cret', read.stderr);

  const again = await world.latchkey('kraken', 'keygen', '--out', file('private.pem'), '--public', file('other.pem'),
    '--passphrase-file', file('passphrase'));
  assert.equal(again.code, 2);
  assert.equal(fs.readFileSync(file('private.pem'), 'utf8'), pem);
  assert.ok(!fs.existsSync(file('other.pem')));
});
