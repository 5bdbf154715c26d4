// A certificate authority of a test's own, made with the openssl command.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import {run} from './programs.mjs';

async function openssl(...args) {
  const {code, stderr} = await run('/usr/bin/openssl', args, {PATH: '/usr/bin:/bin'});
  assert.equal(code, 0, stderr);
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes a CA in `folder`, and a server certificate for `names` ("IP:127.0.0.1", "DNS:localhost"): {ca, key, cert}, file names. */
export async function makeCertificates(folder, names = ['IP:127.0.0.1', 'DNS:localhost']) {
  const at = (name) => path.join(folder, name);
  fs.writeFileSync(at('leaf.ext'), `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`);
  await openssl('req', '-x509', ...KEY, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=Latchkey test CA',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
  await openssl('req', ...KEY, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=Latchkey test server');
  await openssl('x509', '-req', '-in', at('leaf.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial',
    '-out', at('leaf.pem'), '-days', '2', '-extfile', at('leaf.ext'));
  return {ca: at('ca.pem'), key: at('leaf.key'), cert: at('leaf.pem')};
}
