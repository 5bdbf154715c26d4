// A browser on another machine cannot reach the listener: its last address is pasted into the command that waits.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {request} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

/** A login that waits, and the address at which the browser ended, which nobody asked for. */
async function loginElsewhere(t, options = ['--no-browser']) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  const login = world.start('latchkey', ['login', 'acme', ...options], {}, {input: 'open'});
  const [, url] = await login.says(options.length > 0 ? 'stdout' : 'stderr', /^\s*(http\S+)\n/m);
  const landed = (await request(url)).headers.location;
  assert.match(landed, /[?&]code=/);
  return {sandbox, world, login, landed, code: new URL(landed).searchParams.get('code')};
}

async function succeeds({sandbox, world, login}) {
  const ended = await login.end();
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /acme is logged in/);
  assert.equal((await sandbox.counters()).code_exchanges, 1);
  assert.equal(await sandbox.balanceStatus((await world.latchkeyDone('token', 'acme')).trim()), 200);
}

/** Every place that outlives the login or is shown: none holds the code. */
function codeIsNowhere({world, login, code}) {
  for (const text of [world.daemon.stderr, login.stderr, login.stdout]) assert.ok(!text.includes(code), text);
  for (const {path, bytes} of filesBelow(world.root)) assert.ok(!bytes.includes(code), path);
}

test('the address of the page that did not load finishes the login', async (t) => {
  const elsewhere = await loginElsewhere(t);
  elsewhere.login.write(`${elsewhere.landed}\n`);
  await succeeds(elsewhere);
  codeIsNowhere(elsewhere);
});

test('an address of another login is refused with a sentence, and the right one still works', async (t) => {
  const elsewhere = await loginElsewhere(t);
  const {login, landed, sandbox} = elsewhere;
  const wrong = new URL(landed);
  wrong.searchParams.set('state', 'guess');
  for (const refused of [wrong.href, landed.replace('/callback', '/elsewhere'), 'http://127.0.0.1/callback', 'nonsense']) {
    const before = login.stderr.length;
    login.write(`${refused}\n`);
    await login.says('stderr', new RegExp(`^[^]{${before}}[^]*Not taken: .+\\n`));
    assert.ok(login.running);
  }
  assert.equal((await sandbox.counters()).token_requests, 0);
  login.write(`${landed}\n`);
  await succeeds(elsewhere);
  codeIsNowhere(elsewhere);
});

test('where no browser can be opened it works the same way', async (t) => {
  const elsewhere = await loginElsewhere(t, []);
  elsewhere.login.write(`  ${elsewhere.landed}\r\n`);
  await succeeds(elsewhere);
});
