// What a token endpoint may answer to a refresh: whatever it is, the caller hears one sentence, the grant stays, the living
// token is still handed out, and the next good answer is taken.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {complains} from './support/complaint.mjs';
import {form, json, raw, startImitatedProvider} from './support/imitated_provider.mjs';
import {logIn} from './support/login.mjs';
import {makeWorld} from './support/world.mjs';

const MEBIBYTE = 1024 * 1024;
const good = (number) => json({access_token: `access-${number}`, token_type: 'bearer', expires_in: 3600, refresh_token: 'refresh'});
const text = (body, status = 200) => ({status, type: 'text/html', body});
const http = (head, body = '') => raw(`HTTP/1.1 ${head}\r\n\r\n${body}`);

// What is answered, the exit code of the command that asked, and a word of its sentence.
const ANSWERS = {
  'T1 no JSON': [text('hello', 200), 1, /JSON/],
  'T2 a page of HTML with status 200': [text('<html><body>Log in to the hotel</body></html>'), 1, /JSON|HTML/],
  'T3 JSON that ends in the middle': [text('{"access_token": "acc'), 1, /JSON/],
  'T4 ten mebibytes': [json({access_token: 'x'.repeat(10 * MEBIBYTE), token_type: 'bearer'}), 5, /1024 KiB/],
  'T5 100,000 brackets': [text('['.repeat(100_000)), 1, /deep/],
  'T6 no access token': [json({token_type: 'bearer', expires_in: 60}), 1, /access_token/],
  'T7 an access token with a line break': [json({access_token: 'a\r\nX: y', token_type: 'bearer'}), 1, /access_token|access token/],
  'T8 a token type that nobody can use': [json({access_token: 'access', token_type: 'mac'}), 1, /mac|token_type|type/],
  'T15 a redirect to another host': [http('307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/token\r\nContent-Length: 0'), 1, /307|redirect/],
  'T18 an answer that breaks off': [http('200 OK\r\nContent-Length: 1000', '{"access_token": "acc'), 5, /before its answer was complete/],
  'T21 a coding that nobody asked for': [http('200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2', '{}'), 5, /not asked for/],
  'T22 the same key twice': [text('{"access_token":"a","access_token":"b","token_type":"bearer"}'), 1, /twice/],
};

async function loggedIn(t) {
  const next = [];
  const provider = await startImitatedProvider(t, {token: (_, request) => next.shift()?.(request) ?? json({error: 'invalid_request'}, 400)});
  const world = makeWorld(t);
  await world.startDaemon();
  const logInAs = async (name) => {
    await world.latchkeyDone('add', name, '--client-id', 'app', '--authorize-url', `${provider.base}/authorize`,
        '--token-url', `${provider.base}/token`);
    next.push(() => good(1));
    await logIn(world, name);
  };
  return {provider, world, next, logInAs};
}

test('every bad answer to a refresh is one sentence, and costs neither the token nor the grant', async (t) => {
  const {provider, world, next, logInAs} = await loggedIn(t);
  let number = 0;
  for (const [name, [answer, code, says]] of Object.entries(ANSWERS)) {
    await t.test(name, async () => {
      const account = `acme${++number}`;
      await logInAs(account);
      next.push(() => answer);
      complains(await world.latchkey('token', account, '--stale-generation', '1'), code, says);
      assert.equal(await world.latchkeyDone('token', account), 'access-1\n');
      assert.equal(next.length, 0, 'a second request was sent');
    });
  }
  // Nothing of it was stored: a new daemon has the old grant, and no back-off, and the same refresh token still works.
  await world.stopDaemon();
  await world.startDaemon();
  for (let each = 1; each <= number; ++each) {
    next.push(() => good(2));
    assert.equal(await world.latchkeyDone('token', `acme${each}`, '--stale-generation', '1'), 'access-2\n');
  }
  assert.ok(provider.tokenForms.filter(({grant_type}) => grant_type === 'refresh_token')
    .every(({refresh_token}) => refresh_token === 'refresh'));
});

test('T23 T28 a token of 60 KiB behind a byte order mark is a good one', async (t) => {
  const {world, next, logInAs} = await loggedIn(t);
  await logInAs('acme');
  const long = 'x'.repeat(60 * 1024);
  next.push(() => text(`\ufeff${JSON.stringify({access_token: long, token_type: 'Bearer', expires_in: '3600'})}`));
  assert.equal(await world.latchkeyDone('token', 'acme', '--stale-generation', '1'), `${long}\n`);
});

test('R16 tokens that live for a second make no storm of requests, and the log warns once', async (t) => {
  const {provider, world, next, logInAs} = await loggedIn(t);
  await logInAs('acme');
  const brief = (number) => form({access_token: `brief-${number}`, token_type: 'bearer', expires_in: '1'});
  for (let each = 0; each < 1000; ++each) next.push(() => brief(each));
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  const before = provider.tokenForms.length;
  const codes = new Set();
  for (const until = performance.now() + 3000; performance.now() < until;) codes.add((await world.latchkey('token', 'acme')).code);
  assert.deepEqual([...codes].filter((code) => code !== 0 && code !== 5), []);
  assert.ok(provider.tokenForms.length - before <= 4, `${provider.tokenForms.length - before} token requests in three seconds`);
  assert.equal(world.daemon.stderr.match(/the provider's tokens live for 1 s only/g).length, 1);
});
