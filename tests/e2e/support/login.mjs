// Logs in as a script does: `latchkey login --no-browser` prints the address, and plain HTTP requests follow it.
import assert from 'node:assert/strict';

import {follow} from './raw_http.mjs';

/** A login under way: the running program, the address it printed, and what that address says. */
export async function beginLogin(world, account, ...options) {
  const program = world.start('latchkey', ['login', account, '--no-browser', ...options]);
  const url = (await program.says('stdout', /^(http\S+)\n/))[1];
  const query = new URL(url).searchParams;
  return {program, url, state: query.get('state'), redirect: query.get('redirect_uri')};
}

/** The whole login at a provider that asks nobody (sandbox --auto-consent). Gives the answers on the way. */
export async function logIn(world, account, ...options) {
  const login = await beginLogin(world, account, ...options);
  const answers = await follow(login.url);
  const ended = await login.program.end();
  assert.equal(ended.code, 0, `${ended.stderr}\n${world.daemon?.stderr}`);
  return answers;
}

/** A login under way must end with `code` and a sentence that `says` so, after what it told the person before. */
export async function loginFails({program}, code, says) {
  const ended = await program.end();
  assert.equal(ended.code, code, ended.stderr);
  assert.match(ended.stderr.slice(ended.stderr.indexOf('latchkey: ')), says);
  assert.doesNotMatch(ended.stderr, /what\(\)|terminate called|std::|asio|boost/);
}
