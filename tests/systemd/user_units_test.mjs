// The user units under a real user manager: activation, reload, watchdog, a kill, the end when idle, the journal.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {logIn} from '../e2e/support/login.mjs';
import {startSandbox} from '../e2e/support/sandbox.mjs';
import {VarlinkClient} from '../e2e/support/varlink.mjs';
import {FILE_STORE, journalEntries, managedLogin, managedWorld, SERVICE, SOCKET, TIMER} from './support/managed_world.mjs';

test('enabling the socket is enough: the first program that connects starts the daemon and gets its token', async (t) => {
  const world = await managedWorld(t);
  const {manager} = world;
  assert.equal((await manager.show(SERVICE, 'ActiveState')).ActiveState, 'inactive');
  const timer = await manager.show(TIMER, 'UnitFileState', 'ActiveState', 'SubState');
  assert.deepEqual(timer, {UnitFileState: 'enabled', ActiveState: 'active', SubState: 'waiting'});
  assert.equal(fs.statSync(world.socket).mode & 0o777, 0o600);
  const inode = fs.statSync(world.socket).ino;

  assert.equal((await world.latchkeyJson('status')).pid, await manager.mainPid(SERVICE));
  const {ActiveState, StatusText, Type} = await manager.show(SERVICE, 'ActiveState', 'StatusText', 'Type');
  assert.deepEqual({ActiveState, StatusText, Type}, {ActiveState: 'active', StatusText: '0 accounts', Type: 'notify'});
  assert.equal(fs.statSync(world.socket).ino, inode, 'the socket is the socket unit\'s, and stays');

  await manager.done('stop', SERVICE);
  assert.equal(fs.statSync(world.socket).ino, inode);
  await manager.done('stop', SOCKET);
  assert.ok(!fs.existsSync(world.socket));
});

test('a login, a token, and what systemctl status says of the accounts', async (t) => {
  const {world, manager, sandbox} = await managedLogin(t, logIn);
  const token = (await world.latchkeyDone('token', 'work')).trim();
  assert.equal(await sandbox.balanceStatus(token), 200);
  assert.equal((await manager.show(SERVICE, 'StatusText')).StatusText, '1 account');
  await world.latchkeyDone('logout', 'work');
  await manager.until(SERVICE, ['StatusText'], ({StatusText}) => StatusText === '1 account, 1 needs a login');
});

test('R5 kill -9: the next program that connects gets the same token', async (t) => {
  const {world, manager} = await managedLogin(t, logIn);
  const token = await world.latchkeyDone('token', 'work');
  const killed = await manager.mainPid(SERVICE);
  process.kill(killed, 'SIGKILL');
  assert.equal(await world.latchkeyDone('token', 'work'), token);
  assert.notEqual(await manager.replaced(SERVICE, killed), killed);
});

test('a reload takes over what it can, and says what needs a restart', async (t) => {
  const world = await managedWorld(t);
  const {manager} = world;
  const {pid} = await world.latchkeyJson('status');
  world.writeConfig(FILE_STORE + '[login]\ntimeout_seconds = 11\n[tls]\nca_file = "/etc/ssl/own.pem"\n');
  await manager.done('reload', SERVICE);
  await manager.until(SERVICE, ['ActiveState'], ({ActiveState}) => ActiveState === 'active');
  const said = (await journalEntries('LATCHKEY_EVENT=reload', `_PID=${pid}`)).map(({MESSAGE}) => MESSAGE);
  assert.deepEqual(said, ['tls.ca_file has changed: restart latchkeyd to make it count', 'configuration read again']);
  assert.equal(await manager.mainPid(SERVICE), pid);
});

test('C1 a broken config at a reload changes nothing, and the log says where', async (t) => {
  const world = await managedWorld(t);
  const {manager} = world;
  const {pid} = await world.latchkeyJson('status');
  world.writeConfig('[log]\nlvel = "debug"\n');
  await manager.done('reload', SERVICE);
  await manager.until(SERVICE, ['StatusText'], ({StatusText}) => /config\.toml is wrong/.test(StatusText));
  const [entry] = await journalEntries('LATCHKEY_EVENT=reload', `_PID=${pid}`);
  assert.match(entry.MESSAGE, /config\.toml:2:1: log\.lvel: unknown key "lvel".*goes on with the configuration it had/);
  assert.equal(entry.PRIORITY, '3');
  assert.equal((await world.latchkeyJson('status')).pid, pid);
});

test('a daemon that hangs is replaced by the watchdog', async (t) => {
  const {world, manager} = await managedLogin(t, logIn, {dropIn: '[Service]\nWatchdogSec=2\nRestartSec=0\n'});
  const token = await world.latchkeyDone('token', 'work');
  const hung = await manager.mainPid(SERVICE);
  process.kill(hung, 'SIGSTOP');
  await manager.replaced(SERVICE, hung);
  assert.equal((await manager.show(SERVICE, 'NRestarts')).NRestarts, '1');
  assert.equal(await world.latchkeyDone('token', 'work'), token);
});

test('a daemon that does its work is left alone by the watchdog', async (t) => {
  const world = await managedWorld(t, {dropIn: '[Service]\nWatchdogSec=1\n'});
  const {pid} = await world.latchkeyJson('status');
  const pinged = async () => Number((await world.manager.show(SERVICE, 'WatchdogTimestampMonotonic')).WatchdogTimestampMonotonic);
  const first = await pinged();
  await world.manager.until(SERVICE, ['WatchdogTimestampMonotonic'],
      ({WatchdogTimestampMonotonic}) => Number(WatchdogTimestampMonotonic) > first + 2_500_000);
  assert.equal(await world.manager.mainPid(SERVICE), pid);
});

test('an idle daemon ends, whoever is connected keeps it, and the next program starts it again', async (t) => {
  const {world, manager} = await managedLogin(t, logIn, {config: '[daemon]\nidle_exit_seconds = 5\n[policy]\nunknown_apps = "allow"\n'});
  const token = await world.latchkeyDone('token', 'work');
  const first = await manager.mainPid(SERVICE);
  const before = Date.now();
  const ended = await manager.until(SERVICE, ['ActiveState', 'Result', 'NRestarts'], ({ActiveState}) => ActiveState === 'inactive');
  assert.ok(Date.now() - before > 4000, 'not before its time');
  assert.deepEqual(ended, {ActiveState: 'inactive', Result: 'success', NRestarts: '0'});

  const watcher = new VarlinkClient(world.socket);
  t.after(() => watcher.close());
  assert.equal((await watcher.call('io.latchkey.Broker.GetToken', {account: 'work'})).access_token, token.trim());
  const second = await manager.mainPid(SERVICE);
  assert.notEqual(second, first);
  const since = Number((await manager.show(SERVICE, 'ActiveEnterTimestampMonotonic')).ActiveEnterTimestampMonotonic);
  // The kernel's clock is the event.
  while (process.hrtime.bigint() / 1000n < BigInt(since) + 7_000_000n) await manager.mainPid(SERVICE);
  assert.equal(await manager.mainPid(SERVICE), second, 'a connected program keeps the daemon');
  watcher.close();
  await manager.until(SERVICE, ['ActiveState'], ({ActiveState}) => ActiveState === 'inactive');
  assert.equal(await world.latchkeyDone('token', 'work'), token);
});

test('P1 entries of the journal have the account and the event as fields, and no secret', async (t) => {
  const {world, manager} = await managedLogin(t, logIn);
  const pid = await manager.mainPid(SERVICE);
  const {access_token} = await world.latchkeyJson('token', 'work', '--stale-generation', '1');
  const refresh = (await journalEntries('LATCHKEY_ACCOUNT=work', 'LATCHKEY_EVENT=refresh', `_PID=${pid}`));
  assert.deepEqual(refresh.map(({MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, _TRANSPORT}) => ({MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, _TRANSPORT})),
      [{MESSAGE: 'account work: refreshed, generation 2', PRIORITY: '6', SYSLOG_IDENTIFIER: 'latchkeyd', _TRANSPORT: 'journal'}]);
  const events = new Set((await journalEntries('LATCHKEY_ACCOUNT=work', `_PID=${pid}`)).map(({LATCHKEY_EVENT}) => LATCHKEY_EVENT));
  assert.deepEqual([...events].sort(), ['account', 'login', 'refresh']);
  assert.ok(!JSON.stringify(await journalEntries(`_PID=${pid}`)).includes(access_token));
});

test('where the journal is gone, the daemon goes on', async (t) => {
  const {world} = await managedLogin(t, logIn);
  fs.renameSync('/run/systemd/journal/socket', '/run/systemd/journal/away');
  t.after(() => fs.renameSync('/run/systemd/journal/away', '/run/systemd/journal/socket'));
  const {generation} = await world.latchkeyJson('token', 'work', '--stale-generation', '1');
  assert.equal(generation, 2);
  const [entry] = await journalEntries(`_PID=${(await world.latchkeyJson('status')).pid}`, '_TRANSPORT=stdout');
  assert.equal(entry.MESSAGE, 'account work: refreshed, generation 2');
  assert.equal(entry.PRIORITY, '6');
});

test('the store\'s key comes from a credential of the unit', async (t) => {
  const key = `/run/store-key-${process.pid}`;
  fs.writeFileSync(key, Buffer.alloc(32, 7), {mode: 0o600});
  const {world} = await managedLogin(t, logIn, {dropIn: `[Service]\nLoadCredential=latchkey-store-key:${key}\n`});
  const {store_description} = await world.latchkeyJson('status');
  assert.match(store_description, /their key comes from .*latchkey-store-key/);
  assert.ok(!fs.existsSync(`${world.state}/latchkey/store.key`), 'no key is made beside the store');
});

test('with the drop-in for headless users everything works, under its filters', async (t) => {
  const dropIn = fs.readFileSync(new URL('../../systemd/headless.conf', import.meta.url), 'utf8');
  const {world, manager, sandbox} = await managedLogin(t, logIn, {dropIn});
  const {access_token} = await world.latchkeyJson('token', 'work', '--stale-generation', '1');
  assert.equal(await sandbox.balanceStatus(access_token), 200);
  const status = fs.readFileSync(`/proc/${await manager.mainPid(SERVICE)}/status`, 'utf8');
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(status, /^Seccomp:\t2$/m);
});

test('a browser that the daemon has started is not restricted, and outlives the daemon', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await managedWorld(t, {env: {BROWSER: '/usr/bin/tail -f /dev/null'}});
  const {manager} = world;
  const login = world.start('latchkey', ['login', 'work', ...sandbox.addOptions()]);
  await login.says('stderr', /./);
  const {ControlGroup, MainPID} = await manager.show(SERVICE, 'ControlGroup', 'MainPID');
  const inGroup = () => fs.readFileSync(`/sys/fs/cgroup${ControlGroup}/cgroup.procs`, 'utf8').trim().split('\n');
  const isBrowser = (pid) => /tail/.test(fs.readFileSync(`/proc/${pid}/comm`, 'utf8'));
  await manager.until(SERVICE, ['ActiveState'], () => inGroup().some(isBrowser));
  const browser = Number(inGroup().find(isBrowser));
  t.after(() => process.kill(browser, 'SIGKILL'));
  const status = fs.readFileSync(`/proc/${browser}/status`, 'utf8');
  assert.match(status, /^NoNewPrivs:\t0$/m);
  assert.match(status, /^Seccomp:\t0$/m);
  await login.stop();
  await manager.done('stop', SERVICE);
  assert.ok(!fs.existsSync(`/proc/${MainPID}`));
  assert.ok(isBrowser(browser));
});
