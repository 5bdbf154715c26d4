// The daemon is told to end while a refresh is in flight: the provider has retired the old token, so the new one must be kept.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {logInByBrowser, oidcOptions} from './support/logged_in.mjs';
import {startOidcServer} from './support/oidc_server.mjs';
import {makePerson} from './support/person.mjs';
import {within} from './support/programs.mjs';
import {makeWorld} from './support/world.mjs';

test('R22 a refresh in flight at SIGTERM is finished and saved, and the next start has it', async (t) => {
  const oidc = await startOidcServer(t);
  const world = makeWorld(t);
  await world.watchBrowser();
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...oidcOptions(oidc));
  await logInByBrowser(world, await makePerson(t), 'acme', 'login_restart');

  const held = oidc.holdNextAnswer();
  const caller = world.start('latchkey', ['token', 'acme', '--stale-generation', '1']);
  await within(held.answered, 'refresh request');
  const stopping = world.stopDaemon();  // SIGTERM now, with the provider's answer still on its way.
  await world.daemon.says('stderr', /stopping/);
  held.release();
  await stopping;

  const {code, stdout} = await caller.end();
  assert.equal(code, 0, 'who waits for the refresh gets its token');
  assert.equal(stdout.trim(), oidc.secrets.accessTokens[1]);
  await world.startDaemon();
  assert.equal((await world.latchkeyJson('token', 'acme')).access_token, oidc.secrets.accessTokens[1]);
  assert.equal((await world.latchkeyJson('token', 'acme', '--stale-generation', '2')).generation, 3);
  assert.deepEqual(oidc.tokenRequests.map(({status}) => status), [200, 200, 200]);
});
