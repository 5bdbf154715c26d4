// `latchkey helper xoauth2` with the real msmtp and the real mbsync, against servers that take nothing but access tokens.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {MESSAGE, startImapServer, startSmtpServer} from './support/mail_server.mjs';
import {run} from './support/programs.mjs';
import {binary, filesBelow} from './support/world.mjs';

const USER = 'ann@example.com';

async function worldWithMail(t, startServer) {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const tls = await makeCertificates(world.folder('tls'));
  const server = await startServer(t, tls, async (token) => await sandbox.balanceStatus(token) === 200);
  const token = (await world.latchkeyDone('token', 'acme')).trim();
  const file = (name, text) => {
    const at = path.join(world.root, name);
    fs.writeFileSync(at, text, {mode: 0o600});
    return at;
  };
  return {world, tls, server, token, file};
}

const msmtpConfig = (server, tls, mechanism) => `account default
host 127.0.0.1
port ${server.port}
tls on
tls_starttls off
tls_trust_file ${tls.ca}
auth ${mechanism}
user ${USER}
from ${USER}
passwordeval "'${binary('latchkey')}' helper xoauth2 acme"
`;

/** Runs a shell command that reads the mail: msmtp takes it on standard input. */
function send(world, config) {
  const mail = path.join(world.root, 'mail');
  fs.writeFileSync(mail, MESSAGE.replaceAll('\r\n', '\n'));
  return run('/bin/sh', ['-c', 'exec msmtp -C "$1" bob@example.com < "$2"', 'sh', config, mail], world.env);
}

for (const mechanism of ['xoauth2', 'oauthbearer']) {
  test(`msmtp sends by ${mechanism}`, async (t) => {
    const {world, tls, server, token, file} = await worldWithMail(t, startSmtpServer);
    const {code, stderr} = await send(world, file('msmtprc', msmtpConfig(server, tls, mechanism)));
    assert.equal(code, 0, stderr);
    assert.deepEqual(server.seen, [{mechanism: mechanism.toUpperCase(), user: USER, token}]);
    assert.match(server.mails[0], /Hello, Ann\./);
  });
}

test('without a grant msmtp sends nothing and shows what to do', async (t) => {
  const {world, tls, server, file} = await worldWithMail(t, startSmtpServer);
  await world.latchkeyDone('logout', 'acme');
  const {code, stderr} = await send(world, file('msmtprc', msmtpConfig(server, tls, 'xoauth2')));
  assert.notEqual(code, 0);
  assert.match(stderr, /latchkey login acme/);
  assert.deepEqual([server.seen, server.mails], [[], []]);
});

const mbsyncConfig = (server, tls, world) => `IMAPStore far
Host localhost
Port ${server.port}
SSLType IMAPS
CertificateFile ${tls.ca}
SystemCertificates no
AuthMechs XOAUTH2
User ${USER}
PassCmd "'${binary('latchkey')}' helper xoauth2 acme"

MaildirStore near
Inbox ${world.root}/mail/

Channel inbox
Far :far:
Near :near:
Create Near
Sync Pull
SyncState *
`;

test('mbsync fetches mail by XOAUTH2, with the plugin that Debian has', async (t) => {
  const {world, tls, server, token, file} = await worldWithMail(t, startImapServer);
  const {code, stderr} = await run('/usr/bin/mbsync', ['-c', file('mbsyncrc', mbsyncConfig(server, tls, world)), 'inbox'], world.env);
  assert.equal(code, 0, stderr);
  assert.ok(!stderr.includes(token), 'the plugin is talkative, but not about the token');
  assert.deepEqual(server.seen, [{mechanism: 'XOAUTH2', user: USER, token}]);
  const mails = filesBelow(path.join(world.root, 'mail', 'new'));
  assert.equal(mails.length, 1);
  assert.match(mails[0].bytes.toString(), /Hello, Ann\./);
});

test('the whole response is what a server understands', async (t) => {
  const {world, token} = await worldWithMail(t, startSmtpServer);
  const response = await world.latchkeyDone('helper', 'xoauth2', 'acme', '--sasl', 'oauthbearer', '--user', USER, '--host', 'mail.example.com', '--port', '465');
  assert.equal(Buffer.from(response, 'base64').toString(), `n,a=${USER},\x01host=mail.example.com\x01port=465\x01auth=Bearer ${token}\x01\x01`);
});
