// `latchkey helper git` with the real git, against git's own server behind HTTP.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeRepository, startGitServer} from './support/git_server.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {run} from './support/programs.mjs';
import {binary, filesBelow} from './support/world.mjs';

// No prompt could be answered, so that one would be a failure.
const QUIET = {GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_ASKPASS: '/bin/false'};

/** Logged in, with a git server that takes the living access token, and git set up as docs/INTEGRATIONS.md says. */
async function worldWithGit(t, helperFor = (server) => `credential.${server.url}.helper`) {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const accepts = async (token) => await sandbox.balanceStatus(token) === 200;
  const repositories = world.folder('repositories');
  const server = await startGitServer(t, repositories, accepts);
  const tryGit = (...args) => run('/usr/bin/git', args, {...world.env, ...QUIET});
  const git = async (...args) => {
    const ended = await tryGit(...args);
    assert.equal(ended.code, 0, `git ${args.join(' ')}: ${ended.stderr}\n${world.daemon.stderr}`);
    return ended;
  };
  await git('config', '--global', 'user.name', 'Ann');
  await git('config', '--global', 'user.email', 'ann@example.com');
  const helper = `!'${binary('latchkey')}' helper git acme --host ${server.host}`;
  await git('config', '--global', helperFor(server), helper);
  const token = async () => (await world.latchkeyDone('token', 'acme')).trim();
  const at = (name) => path.join(world.root, name);
  return {sandbox, world, repositories, server, accepts, git, tryGit, token, at};
}

test('git clones and pushes, and keeps no token', async (t) => {
  const {world, repositories, server, git, token, at} = await worldWithGit(t);
  await makeRepository(git, repositories, 'project');
  await git('clone', '-q', `${server.url}/project.git`, at('clone'));
  fs.writeFileSync(at('clone/new'), 'new\n');
  await git('-C', at('clone'), 'add', 'new');
  await git('-C', at('clone'), 'commit', '-qm', 'Second');
  await git('-C', at('clone'), 'push', '-q', 'origin', 'main');
  const {stdout} = await git('-C', path.join(repositories, 'project.git'), 'log', '--format=%s', 'main');
  assert.equal(stdout, 'Second\nFirst\n');

  const given = await token();
  assert.ok(server.seen.length > 0);
  for (const seen of server.seen) assert.deepEqual(seen, {user: 'oauth2', password: given});
  for (const file of [...filesBelow(at('clone')), ...filesBelow(world.env.HOME)]) assert.ok(!file.bytes.includes(given), file.path);
});

test('git takes the user name of the address', async (t) => {
  const {repositories, server, git, token} = await worldWithGit(t);
  await makeRepository(git, repositories, 'project');
  await git('ls-remote', `http://ann@${server.host}/project.git`);
  assert.deepEqual(server.seen.at(-1), {user: 'ann', password: await token()});
});

test('a token that the server has replaced fails once, and the next command works', async (t) => {
  const {sandbox, repositories, server, git, tryGit, token} = await worldWithGit(t);
  await makeRepository(git, repositories, 'project');
  const before = await token();
  await sandbox.post('expire-access-tokens');
  const refused = await tryGit('ls-remote', `${server.url}/project.git`);
  assert.equal(refused.code, 128);
  assert.match(refused.stderr, /Authentication failed/);
  assert.equal((await sandbox.counters()).refreshes, 1, 'erase has had the token replaced');
  const {stdout} = await git('ls-remote', `${server.url}/project.git`);
  assert.match(stdout, /refs\/heads\/main/);
  assert.notEqual(server.seen.at(-1).password, before);
  assert.equal((await sandbox.counters()).refreshes, 1);
});

test('a submodule at another address gets no token, even where the helper is asked for every host', async (t) => {
  const {world, repositories, server, git, tryGit, accepts, at} = await worldWithGit(t, () => 'credential.helper');
  const evil = await startGitServer(t, world.folder('evil'), accepts);
  await makeRepository(git, repositories, 'project', `${evil.url}/part.git`);
  const cloned = await tryGit('clone', '-q', '--recurse-submodules', `${server.url}/project.git`, at('clone'));
  assert.notEqual(cloned.code, 0);
  assert.match(cloned.stderr, new RegExp(`is for ${server.host}, not for ${evil.host}`));
  assert.ok(server.seen.length > 0);
  assert.deepEqual(evil.seen, []);
});

test('without a grant git gives up at once and says what to do', async (t) => {
  const {world, repositories, server, git, tryGit} = await worldWithGit(t);
  await makeRepository(git, repositories, 'project');
  await world.latchkeyDone('logout', 'acme');
  const ended = await tryGit('ls-remote', `${server.url}/project.git`);
  assert.equal(ended.code, 128);
  assert.match(ended.stderr, /latchkey login acme/);
  assert.match(ended.stderr, /told us to quit/);
  assert.doesNotMatch(ended.stderr, /could not read Username/);
  assert.deepEqual(server.seen, []);
});
