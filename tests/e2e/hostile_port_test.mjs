// The port of a login is open to every program and every web page of the computer: what they do with it, and what becomes of
// the login that it belongs to.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {beginLogin, logIn, loginFails} from './support/login.mjs';
import {within} from './support/programs.mjs';
import {follow, request} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {canBeSomebodyElse, runAsStranger} from './support/stranger.mjs';
import {makeWorld} from './support/world.mjs';

const GUESSES = 10_000;
const AT_ONCE = 50;

async function someWorld(t, accounts = ['acme']) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  for (const name of accounts) await world.latchkeyDone('add', name, ...sandbox.addOptions());
  return {sandbox, world};
}

const redirectOf = async (login) => (await request(login.url)).headers.location;
const refusedConnection = (error) => ['ECONNREFUSED', 'ECONNRESET'].includes(error.code);

/** The status, or 0 where nobody listens (any more). */
async function statusOf(url, options) {
  try {
    return (await request(url, options)).status;
  } catch (error) {
    if (refusedConnection(error)) return 0;
    throw error;
  }
}

/** Completes once nobody listens on the port of `url`. */
async function closed(url) {
  const elsewhere = new URL('/elsewhere', url).href;
  const look = async () => { while (await statusOf(elsewhere) !== 0); };
  await within(look(), `end of the listener at ${elsewhere}`);
}

test('L31 of 10,000 guesses none is right, the login ends after a bounded number, and the log says so in few words', async (t) => {
  const {sandbox, world} = await someWorld(t);
  const login = await beginLogin(world, 'acme');
  const counts = new Map();
  let next = 0;
  const guess = async () => {
    while (next < GUESSES) {
      const status = await statusOf(`${login.redirect}?code=stolen&state=guess-${next++}`);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, guess));
  assert.deepEqual([...counts.keys()].filter((status) => ![400, 410, 0].includes(status)), []);
  assert.equal(counts.get(400), 100, JSON.stringify([...counts]));
  await loginFails(login, 1, /guessing/);
  await closed(login.redirect);
  assert.equal(world.daemon.stderr.match(/a request was refused/g).length, 100);
  assert.ok(world.daemon.stderr.split('\n').length < 200, 'the log has a line for every guess');
  assert.equal((await sandbox.counters()).token_requests, 0);
  await logIn(world, 'acme');
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
});

test('L29 another user of the computer reaches the port and finishes no login', async (t) => {
  if (!canBeSomebodyElse()) return;
  const {sandbox, world} = await someWorld(t);
  const login = await beginLogin(world, 'acme');
  const right = await redirectOf(login);
  const code = new URL(right).searchParams.get('code');
  const stranger = runAsStranger(world, `(async () => {
    const [, redirect, code, socket] = process.argv;
    const statuses = [];
    for (const query of ['?code=' + code, '?code=' + code + '&state=', '?code=' + code + '&state=guess', '']) {
      statuses.push((await fetch(redirect + query, {redirect: 'manual'})).status);
    }
    statuses.push((await fetch(new URL('/done', redirect))).status);
    const daemon = await new Promise((resolve) => {
      require('node:net').connect(socket).on('connect', function() { this.destroy(); resolve('connected'); }).on('error', (error) => resolve(error.code));
    });
    console.log(JSON.stringify({uid: process.getuid(), statuses, daemon}));
  })()`, login.redirect, code, world.socket);
  const {stdout, stderr} = await stranger.end();
  assert.deepEqual(JSON.parse(stdout || '{}'), {uid: 65534, statuses: [400, 400, 400, 400, 404], daemon: 'EACCES'}, stderr);
  assert.equal((await sandbox.counters()).token_requests, 0);
  await follow(right);
  assert.equal((await login.program.end()).code, 0);
});

test('L26 after a login has timed out or was given up, its redirect reaches nobody', async (t) => {
  const {sandbox, world} = await someWorld(t);
  const givenUp = await beginLogin(world, 'acme');
  const right = await redirectOf(givenUp);
  await givenUp.program.stop('SIGINT');
  await closed(right);
  assert.equal(await statusOf(right), 0);

  world.writeConfig('[login]\ntimeout_seconds = 10\n[log]\nlevel = "debug"\n');
  world.daemon.child.kill('SIGHUP');
  await world.daemon.says('stderr', /configuration read again/);
  const late = await beginLogin(world, 'acme');
  const lateRight = await redirectOf(late);
  await loginFails(late, 1, /time/);
  await closed(lateRight);
  assert.equal(await statusOf(lateRight), 0);
  assert.equal((await sandbox.counters()).token_requests, 0);
  complains(await world.latchkey('token', 'acme'), 3, /latchkey login acme/);
});

test('L27 a redirect at the instant of Ctrl-C: a whole login or none', async (t) => {
  const names = Array.from({length: 10}, (_, i) => `acme${i}`);
  const {sandbox, world} = await someWorld(t, names);
  for (const name of names) {
    const login = await beginLogin(world, name);
    const right = await redirectOf(login);
    const before = (await sandbox.counters()).token_requests;
    const [status] = await Promise.all([statusOf(right), login.program.stop('SIGINT')]);
    await closed(right);
    // A redirect that was taken leads to its grant although nobody waits for it, and the answer may still be on its way.
    const token = async () => (await world.latchkey('token', name)).code;
    if (status === 303) await within((async () => { while (await token() !== 0); })(), `grant of ${name}`);
    else assert.equal(await token(), 3, `${name}: ${status}`);
    assert.equal((await sandbox.counters()).token_requests - before, status === 303 ? 1 : 0, `${name}: ${status}`);
  }
  assert.doesNotMatch(world.daemon.stderr, /bug/);
});
