// Logins by the device flow (RFC 8628): `latchkey login --device` or the socket on one side, a person with another browser on
// the other.
import assert from 'node:assert/strict';

import {FormPerson} from './form_person.mjs';
import {VarlinkClient} from './varlink.mjs';
import {within} from './programs.mjs';

const BROKER = 'io.latchkey.Broker';

/** A login under way by the command: the running program, the code and the address that it shows. */
export async function beginDeviceLogin(world, account, ...options) {
  const program = world.start('latchkey', ['login', account, '--device', ...options]);
  const uri = (await program.says('stderr', /^Open (\S+)$/m))[1];
  const userCode = (await program.says('stderr', /^Code: (\S+)$/m))[1];
  return {program, uri, userCode};
}

/** A login under way over the socket, that ends with the test. */
export function socketLogin(t, world, account) {
  const client = new VarlinkClient(world.socket);
  t.after(() => client.close());
  const replies = client.replies(`${BROKER}.Login`, {account, flow: 'device'});
  return {
    /** The next step. */
    step: async () => (await within(replies.next(), `step of the login\n${world.daemon.stderr}\n`)).step,
    /** Closes the connection: nobody waits for this login any more. */
    leave: () => client.close(),
  };
}

/** Asserts that the login over the socket ends with the error of this name, and says why. */
export async function endsWith(login, error, says) {
  await assert.rejects(login.step(), (why) => {
    assert.equal(why.name, `${BROKER}.${error}`, why.message);
    assert.match(why.parameters.message, says);
    return true;
  });
}

/** What the command says when a login fails: `code` is its exit code; nothing of our insides. */
export async function failsWith(program, code, says) {
  const ended = await program.end();
  assert.equal(ended.code, code, `${ended.stdout}${ended.stderr}`);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, says);
  assert.doesNotMatch(ended.stderr, /what\(\)|terminate called|std::|asio|boost/);
  return ended;
}

/** A person answers the sandbox's page: `uri` leads to it, `answer` is allow or deny. */
export async function answerAtSandbox(uri, answer) {
  const person = new FormPerson();
  await person.open(uri);
  const {status, text} = await person.send('consent_id', {decision: answer});
  assert.equal(status, 200, text);
}

// From the provider's first page, which sends itself on where there is a script, to the page that asks whether the device is ours.
async function typeAtOidc(uri, userCode) {
  const person = new FormPerson();
  await person.open(uri);
  await person.send('name="xsrf"', {user_code: userCode});
  assert.match(person.page.text, new RegExp(userCode));
  return person;
}

/** A person types the code at the OpenID provider's address, logs in and consents. */
export async function allowAtOidc(uri, userCode, name = 'ann') {
  const person = await typeAtOidc(uri, userCode);
  await person.send('confirm', {confirm: 'yes'});
  await person.send('name="prompt" value="login"', {login: name, password: 'any'});
  const {status, text} = await person.send('name="prompt" value="consent"');
  assert.equal(status, 200);
  assert.match(text, /Sign-in Success/);
}

/** A person types the code, and turns back. */
export async function denyAtOidc(uri, userCode) {
  const person = await typeAtOidc(uri, userCode);
  await person.send('confirm', {abort: 'yes'});
}
