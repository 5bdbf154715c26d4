// What a hostile page, another user or an old tab may send to the listener of a login changes nothing.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {beginLogin} from './support/login.mjs';
import {follow, request} from './support/raw_http.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {makeWorld} from './support/world.mjs';

// What is sent, given the right redirect: {url, options, status}.
const HOSTILE = {
  'L1 a wrong state': (right) => ({url: with_(right, 'state', 'guess'), status: 400}),
  'L2 no state': (right) => ({url: with_(right, 'state', null), status: 400}),
  'L3 the state twice': (right) => ({url: `${right}&state=${new URL(right).searchParams.get('state')}`, status: 400}),
  'L9 a wrong path': (right) => ({url: right.replace('/callback', '/elsewhere'), status: 404}),
  'L10 POST': (right) => ({url: right, options: {method: 'POST'}, status: 405}),
  'L10 PUT with a body': (right) => ({url: right, options: {method: 'PUT', body: 'x=1'}, status: 405}),
  'L10 an unknown method': (right) => ({url: right, options: {method: 'PROPFIND'}, status: 405}),
  'L11 the host name of another': (right) => ({url: right, options: {headers: {Host: 'evil.example'}}, status: 403}),
  'L11 the right host on another port': (right) => ({url: right, options: {headers: {Host: '127.0.0.1:1'}}, status: 403}),
  'L13 the icon that browsers ask for': (right) => ({url: new URL('/favicon.ico', right).href, status: 404}),
};

function with_(address, name, value) {
  const url = new URL(address);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url.href;
}

async function loginUnderWay(t) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  const login = await beginLogin(world, 'acme');
  const right = (await request(login.url)).headers.location;
  assert.ok(right.startsWith(login.redirect), right);
  return {sandbox, world, login, right};
}

function isAnErrorPage(answer, status) {
  assert.equal(Math.floor(answer.status / 100), 4, `${answer.status} ${answer.text}`);
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
  assert.match(answer.headers['content-security-policy'] ?? '', /default-src 'none'/);
  assert.match(answer.headers['cache-control'] ?? '', /no-store/);
  assert.doesNotMatch(answer.text, /<script/i);
}

test('every hostile redirect is refused, and the right one still succeeds', async (t) => {
  const {sandbox, world, login, right} = await loginUnderWay(t);
  for (const [name, make] of Object.entries(HOSTILE)) {
    await t.test(name, async () => {
      const {url, options, status} = make(right);
      isAnErrorPage(await request(url, options), status);
      assert.equal((await sandbox.counters()).token_requests, 0);
      assert.ok(login.program.running, login.program.stderr);
    });
  }
  const answers = await follow(right);
  assert.equal(answers[0].status, 303);
  assert.equal(answers.at(-1).status, 200);
  assert.doesNotMatch(answers.at(-1).url, /code=/);
  assert.equal((await login.program.end()).code, 0);
  assert.equal((await sandbox.counters()).token_requests, 1);
  assert.equal((await world.latchkey('token', 'acme')).code, 0);
});

test('L6 the same redirect again brings no second token request', async (t) => {
  const {sandbox, login, right} = await loginUnderWay(t);
  await follow(right);
  assert.equal((await login.program.end()).code, 0);
  // The listener may be gone by now, which is just as good.
  const again = await request(right).catch((error) => ({refused: error.code}));
  assert.ok(again.refused === 'ECONNREFUSED' || again.status === 410, JSON.stringify(again));
  assert.equal((await sandbox.counters()).token_requests, 1);
});

test('L7 two redirects at once lead to one exchange', async (t) => {
  const {sandbox, login, right} = await loginUnderWay(t);
  await Promise.all([request(right), request(right).catch(() => {}), request(with_(right, 'state', 'guess'))]);
  assert.equal((await login.program.end()).code, 0);
  assert.equal((await sandbox.counters()).code_exchanges, 1);
});

test('L8 the redirect of one login does not finish another', async (t) => {
  const {sandbox, world, login, right} = await loginUnderWay(t);
  await world.latchkeyDone('add', 'other', ...sandbox.addOptions());
  const other = await beginLogin(world, 'other');
  const port = new URL(other.redirect).port;
  const crossed = new URL(right);
  crossed.port = port;
  isAnErrorPage(await request(crossed.href), 400);
  assert.equal((await sandbox.counters()).token_requests, 0);
  await follow(other.url);
  assert.equal((await other.program.end()).code, 0);
  await follow(right);
  assert.equal((await login.program.end()).code, 0);
});
