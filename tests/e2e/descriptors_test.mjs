// I10: more callers than the daemon may have descriptors. Those that are served go on being served, also with a refresh; what a
// refresh brought is kept; a person can log in.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {logIn} from './support/login.mjs';
import {mayRead, privateBytes} from './support/process_memory.mjs';
import {within} from './support/programs.mjs';
import {follow} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {VarlinkClient} from './support/varlink.mjs';
import {binary, makeWorld} from './support/world.mjs';

const DESCRIPTORS = 64;
const CALLERS = 200;
const GET_TOKEN = 'io.latchkey.Broker.GetToken';

async function daemonWithFewDescriptors(world) {
  world.daemon = world.start('/usr/bin/prlimit', [`--nofile=${DESCRIPTORS}`, '--', binary('latchkeyd')]);
  await world.daemon.says('stderr', /ready on/);
}

test('I10 200 callers, 64 descriptors: refreshes and logins go on, and nothing is lost', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t, {unknownApps: 'allow'});
  await daemonWithFewDescriptors(world);
  for (const name of ['acme', 'other']) await world.latchkeyDone('add', name, ...sandbox.addOptions());
  await logIn(world, 'acme');

  const callers = Array.from({length: CALLERS}, () => new VarlinkClient(world.socket));
  t.after(() => callers.forEach((caller) => caller.close()));
  let served = 0;
  const answers = callers.map((caller) => caller.call(GET_TOKEN, {account: 'acme'}).then((token) => { ++served; return token; }));
  for (const each of answers) each.catch(() => {});  // Those that wait their turn may never have it.
  const first = await within(answers[0], 'answer to the first caller');
  assert.equal(first.generation, 1);
  const second = await within(callers[0].call(GET_TOKEN, {account: 'acme', stale_generation: 1}), 'refresh');
  assert.equal(second.generation, 2);
  assert.ok(served >= 16 && served < DESCRIPTORS, `${served} of ${CALLERS} are served at once`);

  // A login needs a listener, the connections of a browser, and one to the provider.
  const login = callers[1].replies('io.latchkey.Broker.Login', {account: 'other', flow: 'url'});
  await follow((await within(login.next(), 'address of the login')).step.url);
  let step;
  do ({step} = await within(login.next(), 'end of the login')); while (step.state !== 'done');

  await world.daemon.stop('SIGKILL');
  await daemonWithFewDescriptors(world);
  const again = await world.latchkeyJson('token', 'acme');
  assert.deepEqual([again.access_token, again.generation], [second.access_token, 2]);
  assert.equal((await world.latchkeyJson('token', 'other')).generation, 1);
  assert.equal((await sandbox.counters()).token_requests, 3);
});

async function loggedInWithRoomForMany(t) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t, {unknownApps: 'allow'});
  world.daemon = world.start('/usr/bin/prlimit', ['--nofile=1024:4096', '--', binary('latchkeyd')]);
  await world.daemon.says('stderr', /ready on/);
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  await logIn(world, 'acme');
  return world;
}

test('I9 a thousand callers where the limit may be raised: all are connected at once', async (t) => {
  const world = await loggedInWithRoomForMany(t);
  const callers = Array.from({length: 1100}, () => new VarlinkClient(world.socket));
  t.after(() => callers.forEach((caller) => caller.close()));
  const tokens = await within(Promise.all(callers.map((caller) => caller.call(GET_TOKEN, {account: 'acme'}))), 'all answers');
  assert.equal(new Set(tokens.map((token) => token.access_token)).size, 1);
  assert.equal((await within(callers[0].call(GET_TOKEN, {account: 'acme', stale_generation: 1}), 'refresh')).generation, 2);
});

const skip = mayRead() ? false : 'only root sees how much memory a daemon that protects itself has';
const descriptorsOf = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;

test('I9 the memory that a thousand callers took goes back when they leave', {skip}, async (t) => {
  const world = await loggedInWithRoomForMany(t);
  const {pid} = world.daemon;
  const alone = new VarlinkClient(world.socket);
  t.after(() => alone.close());
  const ask = () => within(alone.call(GET_TOKEN, {account: 'acme'}), 'answer');
  await ask();
  const [before, open] = [privateBytes(pid), descriptorsOf(pid)];
  const callers = Array.from({length: 1100}, () => new VarlinkClient(world.socket));
  await within(Promise.all(callers.map((caller) => caller.call(GET_TOKEN, {account: 'acme'}))), 'all answers');
  const most = privateBytes(pid);
  callers.forEach((caller) => caller.close());
  while (descriptorsOf(pid) > open) await ask();
  const after = privateBytes(pid);
  const took = most - before;
  assert.ok(took > 2 << 20, `a thousand callers took ${took} bytes`);
  assert.ok(after - before < took / 3, `${before} bytes before, ${most} with them, ${after} afterwards`);
});
