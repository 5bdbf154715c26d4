// The examples of docs/INTEGRATIONS.md, each run as it stands there but for addresses and ports.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {makeCertificates} from './support/certificates.mjs';
import {makeRepository, startGitServer} from './support/git_server.mjs';
import {startKubeServer} from './support/kube_server.mjs';
import {logIn} from './support/login.mjs';
import {startImapServer, startSmtpServer} from './support/mail_server.mjs';
import {run} from './support/programs.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {binary, makeWorld} from './support/world.mjs';

const PAGE = fs.readFileSync(fileURLToPath(new URL('../../docs/INTEGRATIONS.md', import.meta.url)), 'utf8');

/** The examples of the section with this title, in order. */
function examples(title) {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  assert.ok(section, title);
  return [...section.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text]) => text);
}

/** `text` with every key of `changes`, which must all be there, replaced by its value. */
function adapted(text, changes) {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    assert.ok(changed.includes(from), `${from} in ${changed}`);
    return changed.replaceAll(from, to);
  }, text);
}

/** A person who is logged in as `work` and has `latchkey` in the PATH. */
async function worldOfWork(t) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t, {env: {PATH: `${path.dirname(binary('latchkey'))}:/usr/bin:/bin`}});
  await world.startDaemon();
  await world.latchkeyDone('add', 'work', ...sandbox.addOptions());
  await logIn(world, 'work');
  const accepts = async (token) => await sandbox.balanceStatus(token) === 200;
  const done = async (command, env = world.env) => {
    const ended = await run('/bin/sh', ['-c', command], env);
    assert.equal(ended.code, 0, `${command}: ${ended.stderr}`);
    return ended.stdout;
  };
  const write = (name, text) => {
    const at = path.join(world.env.HOME, name);
    fs.writeFileSync(at, text, {mode: 0o700});
    return at;
  };
  const token = () => world.latchkeyDone('token', 'work');
  return {sandbox, world, accepts, done, write, token};
}

test('git', async (t) => {
  const {world, accepts, done, write} = await worldOfWork(t);
  const repositories = world.folder('repositories');
  const server = await startGitServer(t, repositories, accepts);
  const [, elsewhere] = examples('git');
  write('.gitconfig', adapted(elsewhere, {'https://git.example.com:8443': server.url, 'git.example.com:8443': server.host}));
  const git = (...args) => run('/usr/bin/git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], world.env);
  await makeRepository(git, repositories, 'project');
  assert.match(await done(`git ls-remote ${server.url}/project.git`), /refs\/heads\/main/);
});

test('kubectl', async (t) => {
  const {world, accepts, done, write} = await worldOfWork(t);
  const tls = await makeCertificates(world.folder('tls'));
  const server = await startKubeServer(t, tls, accepts);
  const [users, command] = examples('kubectl');
  const {clientVersion} = JSON.parse(await done('kubectl version --client -o json'));
  const isOld = Number.parseInt(clientVersion.minor, 10) < 22;
  const forThis = (text) => isOld ? adapted(text, {'k8s.io/v1': 'k8s.io/v1beta1'}) : text;
  const head = `apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: "${server.url}", certificate-authority: ${tls.ca}}}]
contexts: [{name: test, context: {cluster: test, user: work}}]
`;
  world.env.KUBECONFIG = write('kubeconfig', head + forThis(users));
  assert.match(await done('kubectl get --raw /api/v1/namespaces'), /NamespaceList/);
  if (isOld) return;  // The option for the interactive mode came later.
  write('kubeconfig', head);
  await done(command);
  assert.match(await done('kubectl get --raw /api/v1/namespaces'), /NamespaceList/);
});

test('msmtp', async (t) => {
  const {world, accepts, done, write} = await worldOfWork(t);
  const tls = await makeCertificates(world.folder('tls'));
  const server = await startSmtpServer(t, tls, accepts);
  fs.chmodSync(write('.msmtprc', adapted(examples('msmtp')[0], {'smtp.example.com': '127.0.0.1', 'port 465': `port ${server.port}`,
    'tls on\n': `tls on\ntls_trust_file ${tls.ca}\n`})), 0o600);
  await done(`printf 'Subject: Hello\\n\\nHello.\\n' | msmtp -C "$HOME/.msmtprc" -a work bob@example.com`);
  assert.equal(server.mails.length, 1);
});

test('mbsync', async (t) => {
  const {world, accepts, done, write, token} = await worldOfWork(t);
  const tls = await makeCertificates(world.folder('tls'));
  const server = await startImapServer(t, tls, accepts);
  const store = adapted(examples('mbsync')[0], {'imap.example.com': `localhost\nPort ${server.port}\nCertificateFile ${tls.ca}`});
  write('.mbsyncrc', `${store}
MaildirStore near
Inbox ~/mail/

Channel inbox
Far :work:
Near :near:
Create Near
Sync Pull
SyncState *
`);
  await done('mbsync inbox');
  assert.equal(server.seen[0].token, (await token()).trim());
  assert.equal(fs.readdirSync(path.join(world.env.HOME, 'mail', 'new')).length, 1);
});

test('other mail programs', async (t) => {
  const {done, token} = await worldOfWork(t);
  const answers = (await done(examples('Other mail programs')[0])).trim().split('\n');
  assert.equal(answers.length, 2);
  for (const answer of answers) assert.ok(Buffer.from(answer, 'base64').toString().includes(`auth=Bearer ${(await token()).trim()}\x01`));
});

test('curl', async (t) => {
  const {sandbox, world, done} = await worldOfWork(t);
  const [header, refused] = examples('curl');
  assert.match(await done(adapted(header, {'https://api.example.com/': `${sandbox.base_url}/0/balance`})), /\{/);
  await sandbox.post('expire-access-tokens');
  // jq in a few letters.
  const jq = `'${process.execPath}' -p 'JSON.parse(fs.readFileSync(0)).generation'`;
  const fresh = await done(adapted(refused, {'jq .generation': jq}));
  assert.equal(await sandbox.balanceStatus(fresh.trim()), 200);
  assert.equal((await world.latchkeyJson('show', 'work')).generation, 2);
});

test('latchkey exec', async (t) => {
  const {done, write, token} = await worldOfWork(t);
  const program = write('program', '#!/bin/sh\nprintf "%s\\n" "$GH_TOKEN$ACCESS_TOKEN"\n');
  const said = await done(adapted(examples('latchkey exec')[0], {'-- gh repo list': `-- ${program}`, './nightly-report': program}));
  assert.equal(said, (await token()).repeat(2));
});

test('cron', async (t) => {
  const {world, done, write, token} = await worldOfWork(t);
  fs.mkdirSync(path.join(world.env.HOME, 'bin'));
  write('bin/report', '#!/bin/sh\nprintf "%s\\n" "$ACCESS_TOKEN"\n');
  const lines = adapted(examples('cron')[0], {'/run/user/1000': world.runtime, '/usr/local/bin': path.dirname(binary('latchkey'))}).trim().split('\n');
  const job = lines.pop().split(' ').slice(5).join(' ');
  const environment = Object.fromEntries(lines.map((line) => line.split('=')));
  assert.equal(await done(job, {HOME: world.env.HOME, ...environment}), await token());
});
