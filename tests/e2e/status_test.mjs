// `latchkey status`: what the daemon does next, and who used an account last, as it truly is.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {CLIENT} from './support/sandbox.mjs';
import {logIn} from './support/login.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {varlinkCall} from './support/varlink.mjs';

const THIS_PROGRAM = `${process.execPath} (process ${process.pid})`;
const now = () => Math.floor(Date.now() / 1000);

async function account(world, name = 'acme') {
  return (await world.latchkeyJson('status')).accounts.find((each) => each.name === name);
}

test('who used an account last: a program, and one that asked through latchkey', async (t) => {
  const {world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const before = await account(world);
  assert.deepEqual([before.last_used_at, before.last_used_by], [null, null]);
  const started = now();
  await world.latchkeyDone('token', 'acme');
  const through = await account(world);
  assert.equal(through.last_used_by, `${THIS_PROGRAM} through latchkey`);
  assert.ok(through.last_used_at >= started && through.last_used_at <= now());
  await varlinkCall(world.socket, 'io.latchkey.Broker.GetToken', {account: 'acme'});
  assert.equal((await account(world)).last_used_by, THIS_PROGRAM);
  await world.latchkey('token', 'acme', '--scope', 'more-than-there-is');
  assert.equal((await account(world)).last_used_by, THIS_PROGRAM, 'one that got no token did not use it');
});

test('what comes next: a login, a refresh ahead of the end, a new try', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {sandbox: ['--access-token-lifetime', '1000']});
  // The same server, as one whose tokens live side by side.
  await world.latchkeyDone('add', 'plain', '--authorize-url', sandbox.authorize_url, '--token-url', sandbox.token_url,
    '--client-id', CLIENT, '--client-authentication', 'client_secret_basic');
  assert.deepEqual(await next(world), ['login', null]);
  await logIn(world, 'plain');
  await world.latchkeyDone('token', 'plain');
  const [action, at] = await next(world);
  assert.equal(action, 'refresh');
  assert.ok(at >= 745 && at <= 901, `in ${at} s of 1000`);
  await sandbox.post('fail-next?status=503&retry_after=60&count=1');
  await world.latchkey('token', 'plain', '--stale-generation', '1');
  const [again, after] = await next(world);
  assert.equal(again, 'retry');
  assert.ok(after >= 58, `in ${after} s`);
});

/** The next action of `plain`, and in how many seconds. */
async function next(world) {
  const {next_action, next_action_at} = await account(world, 'plain');
  return [next_action, next_action_at && next_action_at - now()];
}

test('in a pipe an account is a line of ten fields', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  await world.latchkeyDone('token', 'acme');
  const fields = (await world.latchkeyDone('status')).split('\n').find((line) => line.startsWith('account\t')).split('\t');
  assert.equal(fields.length, 10);
  assert.deepEqual([fields[1], fields[2], fields[8], fields[9]], ['acme', 'fresh', `${THIS_PROGRAM} through latchkey`, '-']);
});
