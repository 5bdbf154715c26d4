// A world in which `acme` has a grant: what most tests start from.
import {PUBLIC_CLIENT} from './oidc_server.mjs';
import {logIn} from './login.mjs';
import {startSandbox} from './sandbox.mjs';
import {makeWorld} from './world.mjs';

/** At the sandbox, which asks nobody. `sandbox`: its arguments. */
export async function loggedInAtSandbox(t, {sandbox: args = [], world: options} = {}) {
  const sandbox = await startSandbox(t, ['--auto-consent', ...args]);
  const world = makeWorld(t, options);
  await world.startDaemon();
  await world.latchkeyDone('add', 'acme', ...sandbox.addOptions());
  await logIn(world, 'acme');
  return {sandbox, world};
}

/** Logs `account` in at an OpenID provider: the daemon opens the browser, the person clicks. Gives what the person saw. */
export async function logInByBrowser(world, person, account, picture) {
  const login = world.start('latchkey', ['login', account]);
  await person.logInAtOidc(await world.nextBrowserUrl());
  const landing = await person.landing(picture);
  const ended = await login.end();
  if (ended.code !== 0) throw new Error(`login: ${ended.stderr}\n${world.daemon.stderr}`);
  return {...landing, said: ended};
}

/** What `latchkey add` needs for an account at this OpenID provider that gets a refresh token. */
export function oidcOptions(oidc, client = PUBLIC_CLIENT) {
  return ['--issuer', oidc.issuer, '--client-id', client, '--scope', 'openid offline_access'];
}
