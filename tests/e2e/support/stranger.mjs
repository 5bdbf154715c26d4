// Another user of the same computer. Only root can be somebody else: where the tests do not run as root, there is none.
import path from 'node:path';

/** The user id of the stranger. */
export const STRANGER = 65534;

/** False where the tests cannot act as another user. */
export const canBeSomebodyElse = () => process.getuid() === 0;

/** Runs the JavaScript `script` as another user, in the world of a test; its arguments are process.argv from 1 on. */
export function runAsStranger(world, script, ...args) {
  const user = [`--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups', '--'];
  return world.start('/usr/bin/setpriv', [...user, path.resolve(process.execPath), '-e', script, ...args]);
}
