// The units of a service account under a real system manager, with all their hardening: booted_machine.sh.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {before, test} from 'node:test';

import {logIn} from '../e2e/support/login.mjs';
import {run} from '../e2e/support/programs.mjs';
import {startSandbox} from '../e2e/support/sandbox.mjs';
import {binary} from '../e2e/support/world.mjs';
import {ServiceAccount} from './support/service_account.mjs';
import {Systemctl} from './support/systemctl.mjs';
import {copyUnits} from './support/units.mjs';

const ENV = {PATH: '/usr/bin:/bin'};
const manager = new Systemctl(ENV, []);

before(async () => {
  // ProtectHome= and PrivateTmp= hide wherever the build folder may be.
  fs.copyFileSync(binary('latchkeyd'), '/run/latchkey-test/latchkeyd');
  copyUnits('system', '/run/systemd/system', '/run/latchkey-test/latchkeyd');
  await manager.done('daemon-reload');
});

async function loggedIn(t, name) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const account = new ServiceAccount(t, name, manager);
  await account.listen();
  // By name, because looking one up takes system calls and sockets of its own.
  const options = sandbox.addOptions().map((each) => each === sandbox.token_url ? each.replace('127.0.0.1', 'localhost') : each);
  await account.latchkeyDone('add', 'work', ...options);
  await logIn(account, 'work');
  return {sandbox, account};
}

test('a service account logs in and gets tokens from its own hardened daemon', async (t) => {
  const {sandbox, account} = await loggedIn(t, 'daemon');
  const token = (await account.latchkeyDone('token', 'work')).trim();
  assert.equal(await sandbox.balanceStatus(token), 200);
  assert.equal((await account.latchkeyJson('token', 'work', '--stale-generation', '1')).generation, 2);
  const shown = await manager.show(account.service, 'ActiveState', 'User', 'NRestarts');
  assert.deepEqual(shown, {ActiveState: 'active', User: 'daemon', NRestarts: '0'});
  const status = fs.readFileSync(`/proc/${await manager.mainPid(account.service)}/status`, 'utf8');
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(status, /^Seccomp:\t2$/m);
  assert.match(status, /^CapBnd:\t0+$/m);
  // What it needs and may do is all it does: nothing that it asked of the kernel was refused where it matters.
  assert.deepEqual(await account.warnings(), []);
});

test('I1 no other account can use the socket', async (t) => {
  const {account} = await loggedIn(t, 'daemon');
  const other = new ServiceAccount(t, 'nobody', manager);
  const ended = await run('/usr/bin/setpriv', [...other.identity, binary('latchkey'), 'token', 'work'],
      {...ENV, LATCHKEY_SOCKET: account.socket});
  assert.equal(ended.code, 6, ended.stdout + ended.stderr);
  assert.equal(ended.stdout, '');
});

test('two accounts have two daemons, two stores, two sockets', async (t) => {
  const {account: one} = await loggedIn(t, 'daemon');
  const {account: two} = await loggedIn(t, 'www-data');
  assert.notEqual((await one.latchkeyJson('status')).pid, (await two.latchkeyJson('status')).pid);
  assert.notEqual(await one.latchkeyDone('token', 'work'), await two.latchkeyDone('token', 'work'));
  for (const {state, uid} of [one, two]) {
    const {mode, uid: owner} = fs.statSync(state);
    assert.deepEqual({mode: mode & 0o777, owner}, {mode: 0o700, owner: uid});
  }
});

test('R5 kill -9: the next program that connects gets the same token', async (t) => {
  const {account} = await loggedIn(t, 'daemon');
  const token = await account.latchkeyDone('token', 'work');
  const killed = await manager.mainPid(account.service);
  process.kill(killed, 'SIGKILL');
  assert.equal(await account.latchkeyDone('token', 'work'), token);
  await manager.replaced(account.service, killed);
});

test('the store\'s key from an encrypted credential, made as docs/SYSTEMD.md says', async (t) => {
  const made = await run('/bin/sh', ['-c', `mkdir -p /run/credstore.encrypted && chmod 700 /run/credstore.encrypted &&
      head -c 32 /dev/urandom | systemd-creds encrypt --with-key=host --name=latchkey-store-key - /run/credstore.encrypted/latchkey-store-key.daemon`], ENV);
  assert.equal(made.code, 0, made.stderr);
  const account = new ServiceAccount(t, 'daemon', manager);
  await account.dropIn('[Service]\nLoadCredentialEncrypted=latchkey-store-key:/run/credstore.encrypted/latchkey-store-key.%i\n');
  const sandbox = await startSandbox(t, ['--auto-consent']);
  await account.listen();
  await account.latchkeyDone('add', 'work', ...sandbox.addOptions());
  await logIn(account, 'work');
  assert.match((await account.latchkeyJson('status')).store_description, /their key comes from .*latchkey-store-key/);
  const token = await account.latchkeyDone('token', 'work');
  await manager.done('restart', account.service);
  assert.equal(await account.latchkeyDone('token', 'work'), token);
  assert.ok(!fs.existsSync(`${account.state}/latchkey/store.key`), 'no key is made beside the store');
});

test('a wrong User= of the socket is said, and nothing is served', async (t) => {
  const account = new ServiceAccount(t, 'daemon', manager);
  await account.dropIn('[Socket]\nSocketUser=nobody\n', account.socketUnit);
  await manager.done('start', account.socketUnit);
  const ended = await run(binary('latchkey'), ['token', 'work'], {...ENV, LATCHKEY_SOCKET: account.socket});
  assert.notEqual(ended.code, 0);
  const {Result} = await manager.until(account.service, ['Result', 'ActiveState'], ({ActiveState}) => ActiveState === 'failed');
  assert.match(Result, /exit-code|start-limit-hit/);
  assert.match((await account.messages()).join('\n'), /belongs to uid 65534, not to uid 1: set User= of the service and SocketUser=/);
});
