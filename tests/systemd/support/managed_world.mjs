// A real `systemd --user` with a real journal in one person's world. Only on a computer of its own (private_machine.sh).
import fs from 'node:fs';
import path from 'node:path';
import {after} from 'node:test';

import {Program, run} from '../../e2e/support/programs.mjs';
import {startSandbox} from '../../e2e/support/sandbox.mjs';
import {makeWorld} from '../../e2e/support/world.mjs';
import {Systemctl, untilDone} from './systemctl.mjs';
import {copyUnits} from './units.mjs';

export const SERVICE = 'latchkeyd.service';
export const FILE_STORE = '[log]\nlevel = "debug"\n[store]\nbackend = "file"\n';
export const TIMER = 'latchkeyd-upkeep.timer';
export const SOCKET = 'latchkeyd.socket';

let journal;
after(() => journal?.stop('SIGKILL'));

// One for all tests of a file; it ends with them.
async function startJournal() {
  if (journal) return;
  fs.mkdirSync('/run/systemd/journald.conf.d', {recursive: true});
  // The kernel's own messages and its audit log are the host's.
  fs.writeFileSync('/run/systemd/journald.conf.d/test.conf',
      '[Journal]\nStorage=volatile\nAudit=no\nReadKMsg=no\nForwardToWall=no\nRateLimitBurst=0\n');
  journal = new Program('/lib/systemd/systemd-journald', [], {});
  await untilDone('/usr/bin/journalctl', ['--sync'], {});
}

/** A world whose user manager runs, with our units enabled and the socket started. */
export async function managedWorld(t, {config = '', dropIn = '', env = {}} = {}) {
  const world = makeWorld(t, {env});
  // The manager's bus would start a keyring that nobody has made.
  world.writeConfig(`${FILE_STORE}${config}`);
  const units = path.join(world.config, 'systemd/user');
  copyUnits('user', units);
  if (dropIn) dropInto(units, dropIn);
  world.env.SYSTEMD_UNIT_PATH = `${units}:/usr/lib/systemd/user`;
  await startJournal();
  world.manager = new Systemctl(world.env, ['--user']);
  world.systemd = world.start('/lib/systemd/systemd', ['--user']);
  const close = world.close.bind(world);
  world.close = async () => {
    await world.systemd.stop();  // It ends its units.
    await close();
  };
  await untilDone('/usr/bin/systemctl', ['--user', 'is-system-running', '--wait'], world.env);
  await world.manager.done('enable', '--now', SOCKET, TIMER);
  return world;
}

function dropInto(units, text) {
  const folder = path.join(units, `${SERVICE}.d`);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'test.conf'), text);
}

/** As managedWorld(), with a grant of `work` at a sandbox. */
export async function managedLogin(t, logIn, options) {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = await managedWorld(t, options);
  await world.latchkeyDone('add', 'work', ...sandbox.addOptions());
  await logIn(world, 'work');
  return {sandbox, world, manager: world.manager};
}

/** Journal entries that match, as objects. */
export async function journalEntries(...matches) {
  await run('/usr/bin/journalctl', ['--sync'], {});
  const {stdout} = await run('/usr/bin/journalctl', ['--directory=/run/log/journal', '-o', 'json', '--all', ...matches], {});
  return stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
