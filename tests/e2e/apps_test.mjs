// Which app may use which account: two executables and the person, with the real programs, files and notifications.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeApp, refused, tokenOf} from './support/apps.mjs';
import {expiry} from './support/expiry.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {logIn} from './support/login.mjs';
import {within} from './support/programs.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {VarlinkClient} from './support/varlink.mjs';
import {filesBelow, makeWorld} from './support/world.mjs';

const GET_TOKEN = 'io.latchkey.Broker.GetToken';
const THIS_APP = fs.realpathSync(process.execPath);  // Who asks where the test itself speaks to the socket.

const pending = async (world) => (await world.latchkeyJson('apps', 'pending')).pending;
const rules = async (world) => (await world.latchkeyJson('apps', 'list')).rules;
const policyFile = (world) => path.join(world.config, 'latchkey', 'policy.toml');

function writePolicy(world, text) {
  const beside = `${policyFile(world)}.new`;
  fs.writeFileSync(beside, text, {mode: 0o600});
  fs.renameSync(beside, policyFile(world));
}

/** {answer}: that of a call of GetToken by this program, which waits for the person; its question stands already. */
async function waitingCall(t, world) {
  const [asking, waiting] = [new VarlinkClient(world.socket), new VarlinkClient(world.socket)];
  t.after(() => [asking, waiting].forEach((client) => client.close()));
  await assert.rejects(asking.call(GET_TOKEN, {account: 'acme'}), {name: 'io.latchkey.Broker.ConsentPending'});
  const answer = waiting.call(GET_TOKEN, {account: 'acme', wait_for_consent: 60});
  answer.catch(() => {});  // Whoever awaits it sees the error.
  return {answer};
}

test('of two executables one is allowed and one denied, and who logged in is allowed', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const [alpha, beta] = [makeApp(world, 'alpha'), makeApp(world, 'beta')];
  const given = (await world.latchkeyDone('token', 'acme')).trim();
  assert.equal(await sandbox.balanceStatus(given), 200);

  const said = await refused(alpha, 'acme');
  assert.match(said, new RegExp(`run latchkey apps allow ${alpha.path} acme`));
  await refused(beta, 'acme');
  assert.deepEqual((await pending(world)).map(({app, account}) => [app, account]).sort(), [[alpha.path, 'acme'], [beta.path, 'acme']]);

  assert.equal(await world.latchkeyDone('apps', 'allow', alpha.path, 'acme'), `${alpha.path} may use acme.\n`);
  await world.latchkeyDone('apps', 'deny', beta.path, 'acme');
  assert.equal(await tokenOf(alpha, 'acme'), given);
  assert.match(await refused(beta, 'acme'), /is denied account acme/);
  assert.deepEqual(await pending(world), []);
  const decided = Object.fromEntries((await rules(world)).map(({app, decision}) => [path.basename(app), decision]));
  assert.deepEqual(decided, {latchkey: 'allow', alpha: 'allow', beta: 'deny'});
});

test('an app cannot allow itself, nor take back what was decided', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  await refused(alpha, 'acme');
  for (const words of [['allow', alpha.path, 'acme'], ['allow', alpha.path, '*'], ['forget', alpha.path]]) {
    const ended = await alpha.latchkey('apps', ...words);
    assert.equal(ended.code, 4, `${words}: ${ended.stdout}${ended.stderr}`);
  }
  await refused(alpha, 'acme');
  assert.deepEqual((await rules(world)).filter(({app}) => app === alpha.path), []);
});

test('a caller that waits goes on once another terminal allows it', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const {answer} = await waitingCall(t, world);
  const [question] = await pending(world);
  assert.deepEqual([question.app, question.account, question.process], [THIS_APP, 'acme', process.pid]);
  await world.latchkeyDone('apps', 'allow', question.app, question.account);
  const token = await within(answer, 'token after the yes');
  assert.equal(await sandbox.balanceStatus(token.access_token), 200);
  assert.deepEqual(await pending(world), []);
});

test('a caller that waits is told of the no', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const {answer} = await waitingCall(t, world);
  await world.latchkeyDone('apps', 'deny', THIS_APP, 'acme');
  await assert.rejects(within(answer, 'answer after the no'), (error) => {
    assert.equal(error.name, 'io.latchkey.Broker.AccessDenied');
    assert.deepEqual([error.parameters.app, error.parameters.account], [THIS_APP, 'acme']);
    return true;
  });
});

test('what is allowed for a while ends', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme', '--for', '3s');
  await tokenOf(alpha, 'acme');
  const {until} = (await rules(world)).find(({app}) => app === alpha.path);
  await expiry(until);
  await refused(alpha, 'acme');
});

test('what is forgotten is asked about again', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  await world.latchkeyDone('apps', 'allow', alpha.path, '*');
  await tokenOf(alpha, 'acme');
  assert.equal(await world.latchkeyDone('apps', 'forget', alpha.path), '1 decision forgotten.\n');
  await refused(alpha, 'acme');
  const again = await world.latchkey('apps', 'forget', alpha.path);
  assert.deepEqual([again.code, again.stdout], [1, '']);
});

test('an app that is limited to some scopes is asked about where the token covers more', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = makeWorld(t);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions(), '--scope', 'account.info:basic account.info:name');
  await logIn(world, 'acme');
  const alpha = makeApp(world, 'alpha');
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme', '--scope', 'account.info:basic');
  await refused(alpha, 'acme');
  const granted = (await world.latchkeyJson('token', 'acme')).scopes;
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme', '--scope', granted.join(' '));
  await tokenOf(alpha, 'acme');
});

test('a decision outlives the daemon', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const [alpha, beta] = [makeApp(world, 'alpha'), makeApp(world, 'beta')];
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme');
  await world.latchkeyDone('apps', 'deny', beta.path, 'acme');
  const before = await rules(world);
  assert.equal(fs.statSync(policyFile(world)).mode & 0o777, 0o600);
  await world.stopDaemon();
  await world.startDaemon();
  await tokenOf(alpha, 'acme');
  assert.match(await refused(beta, 'acme'), /is denied account acme/);
  assert.deepEqual(await rules(world), before);
});

test('policy.toml that was edited by hand applies without a restart', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const {answer} = await waitingCall(t, world);
  const kept = fs.readFileSync(policyFile(world), 'utf8');
  writePolicy(world, `${kept}\n[[rule]]\napp = "${THIS_APP}"\naccount = "*"\ndecision = "allow"\n`);
  assert.equal((await within(answer, 'token after the edit')).generation, 1);
});

test('a bad policy.toml allows nothing, is told of with file, line and column, and is never overwritten', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme');
  const bad = '[[rule]]\napp = "/usr/bin/git"\naccount = \n';
  await world.stopDaemon();
  writePolicy(world, bad);
  await world.startDaemon();
  const where = new RegExp(`${policyFile(world)}:3:\\d+`);
  assert.match(world.daemon.stderr, where);
  assert.match(await world.latchkeyDone('status'), where);
  const doctor = await world.latchkey('doctor');
  assert.match(doctor.stdout, where);
  await refused(alpha, 'acme');
  const tried = await world.latchkey('apps', 'allow', alpha.path, 'acme');
  assert.notEqual(tried.code, 0, tried.stdout);
  assert.equal(fs.readFileSync(policyFile(world), 'utf8'), bad);
});

test('a slip in policy.toml while the daemon runs is told of with its place, and allows nothing until it is mended', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme');
  await tokenOf(alpha, 'acme');
  const good = fs.readFileSync(policyFile(world), 'utf8');
  const line = 1 + good.split('\n').findIndex((each) => each.startsWith('account ='));
  writePolicy(world, good.replace('account =', 'acount ='));
  await world.daemon.says('stderr', new RegExp(`${policyFile(world)}:${line}:1: rule.acount: unknown key .*did you mean .*account`));
  await refused(alpha, 'acme');
  writePolicy(world, good);
  await world.daemon.says('stderr', /policy\.toml is right again/);
  await tokenOf(alpha, 'acme');
});

test('what is decided about a link is decided about the program behind it, and one to come is named by its path', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const alpha = makeApp(world, 'alpha');
  const link = `${alpha.path}-by-link`;
  fs.symlinkSync(alpha.path, link);
  const allowed = await world.latchkey('apps', 'allow', link, 'acme');
  assert.deepEqual([allowed.code, allowed.stdout], [0, `${alpha.path} may use acme.\n`]);
  assert.match(allowed.stderr, new RegExp(`${link} leads to ${alpha.path}`));
  await tokenOf(alpha, 'acme');

  const later = path.join(path.dirname(alpha.path), 'later');
  const early = await world.latchkey('apps', 'allow', later, 'acme');
  assert.deepEqual([early.code, early.stdout], [2, '']);
  assert.match(early.stderr, /there is no program .*later: check the path, or add --not-installed/);
  await world.latchkeyDone('apps', 'allow', later, 'acme', '--not-installed');
  await tokenOf(makeApp(world, 'later'), 'acme');
});

test('P1 the audit log tells who got what, and holds no token', async (t) => {
  const {world} = await loggedInAtSandbox(t);
  const [alpha, beta] = [makeApp(world, 'alpha'), makeApp(world, 'beta')];
  await refused(alpha, 'acme');
  await world.latchkeyDone('apps', 'allow', alpha.path, 'acme');
  const first = await tokenOf(alpha, 'acme');
  for (let i = 0; i < 20; ++i) assert.equal(await tokenOf(alpha, 'acme'), first);
  const second = (await world.latchkeyJson('token', 'acme', '--stale-generation', '1')).access_token;
  assert.equal(await tokenOf(alpha, 'acme'), second);
  await world.latchkeyDone('apps', 'deny', beta.path, 'acme');
  await refused(beta, 'acme');

  const {entries} = await world.latchkeyJson('apps', 'log', '--account', 'acme');
  const of = (app) => entries.filter((entry) => entry.app === app.path).map(({outcome, generation}) => [outcome, generation]);
  assert.deepEqual(of(alpha), [['asked', null], ['allowed', null], ['given', 1], ['given', 2]], 'a loop of calls is one line');
  assert.deepEqual(of(beta), [['refused_by_person', null], ['denied', null]]);
  assert.deepEqual(entries.map(({time}) => time), entries.map(({time}) => time).sort());

  const logs = filesBelow(path.join(world.state, 'latchkey')).filter((file) => /audit\.log/.test(file.path));
  assert.equal(logs.length, 1);
  assert.equal(fs.statSync(logs[0].path).mode & 0o777, 0o600);
  for (const secret of [first, second]) {
    assert.ok(!logs[0].bytes.includes(secret), 'a token in the audit log');
    assert.ok(!fs.readFileSync(policyFile(world)).includes(secret));
  }
});

test('unknown_apps says what happens to the others, without a restart', async (t) => {
  const {world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const alpha = makeApp(world, 'alpha');
  await tokenOf(alpha, 'acme');
  assert.equal((await world.latchkeyJson('apps')).unknown_apps, 'allow');
  world.writeConfig('[policy]\nunknown_apps = "deny"\n');
  await world.daemon.says('stderr', /unknown_apps is "deny" now/);
  await refused(alpha, 'acme');
  assert.deepEqual(await pending(world), [], 'nobody is asked');
});

test('a button of the notification is the answer', async (t) => {
  const desktop = {env: {DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS}};
  for (const [button, code, decision] of [['allow', 0, 'allow'], ['day', 0, 'allow'], ['deny', 4, 'deny']]) {
    const {world} = await loggedInAtSandbox(t, {world: desktop});
    const person = world.start('notification_person', [button], desktop.env);
    await person.says('stdout', /ready/);
    const {answer} = await waitingCall(t, world);
    await person.says('stdout', new RegExp(`may an app use acme\\?\\|${THIS_APP} wants to use acme`));
    const ended = await within(answer.then(() => 0, (error) => (assert.equal(error.name, 'io.latchkey.Broker.AccessDenied'), 4)),
      `answer after the button ${button}\n${world.daemon.stderr}\n`);
    assert.equal(ended, code, button);
    const rule = (await rules(world)).find(({app}) => app === THIS_APP);
    assert.equal(rule.decision, decision);
    assert.equal(rule.until !== null, button === 'day');
    await person.stop('SIGKILL');
  }
});
