// Activation by systemd-socket-activate: the daemon as a program that is given its socket, without a manager around it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {binary, makeWorld} from '../e2e/support/world.mjs';
import {untilDone} from './support/systemctl.mjs';

const ACTIVATE = '/usr/bin/systemd-socket-activate';

// Only what is named is passed on.
function activate(world, ...options) {
  const passed = Object.keys(world.env).map((name) => `--setenv=${name}`);
  return world.start(ACTIVATE, [...passed, ...options, binary('latchkeyd')]);
}

test('the first connection starts the daemon, on the socket that it was given', async (t) => {
  const world = makeWorld(t);
  fs.mkdirSync(`${world.runtime}/latchkey`, {mode: 0o700});
  const activator = activate(world, `--listen=${world.socket}`, '--fdname=latchkeyd.socket');
  await activator.says('stderr', /Listening on/);
  const {ino, mode} = fs.statSync(world.socket);
  const {pid} = await world.latchkeyJson('status');
  assert.equal(pid, activator.pid, 'it became the daemon');
  assert.match((await activator.says('stderr', /ready on (\S+)/))[1], /latchkey\.sock$/);
  const ended = await activator.stop();
  assert.equal(ended.code, 0, ended.stderr);
  const after = fs.statSync(world.socket);
  assert.deepEqual({ino: after.ino, mode: after.mode}, {ino, mode}, 'the socket\'s file is left as it was');
});

test('a datagram socket is refused with what to change, and nothing is served', async (t) => {
  const world = makeWorld(t);
  const activator = activate(world, '--datagram', `--listen=${world.runtime}/datagram`, '--fdname=odd');
  await activator.says('stderr', /Listening on/);
  await untilDone('/usr/bin/python3', ['-c', 'import socket,sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", sys.argv[1])',
    `${world.runtime}/datagram`], world.env);
  const {code, stderr} = await activator.end();
  assert.equal(code, 2);
  assert.match(stderr, /the socket "odd" that the service manager passed is no stream socket: the socket unit must have one ListenStream=/);
});

test('two sockets are one too many', async (t) => {
  const world = makeWorld(t);
  const activator = activate(world, `--listen=${world.runtime}/one`, `--listen=${world.runtime}/two`, '--fdname=one:two');
  await activator.says('stderr', /Listening on[^]*Listening on/);
  const client = world.start('latchkey', ['status'], {LATCHKEY_SOCKET: `${world.runtime}/one`});
  const {code, stderr} = await activator.end();
  assert.equal(code, 2);
  assert.match(stderr, /the service manager passed 2 sockets \(one:two\): latchkeyd takes one/);
  assert.equal((await client.end()).code, 6);
});

test('by hand, idle_exit_seconds is warned of and does nothing', async (t) => {
  const world = makeWorld(t);
  world.writeConfig('[daemon]\nidle_exit_seconds = 5\n');
  const daemon = await world.startDaemon();
  await daemon.says('stderr', /warning: daemon\.idle_exit_seconds is set but changes nothing: no socket unit has started this latchkeyd/);
});
