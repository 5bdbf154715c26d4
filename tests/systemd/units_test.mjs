// systemd itself reads the units, and judges how much the service of an account may do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';

import {run} from '../e2e/support/programs.mjs';
import {copyUnits, unitFolder} from './support/units.mjs';

const ANALYZE = '/usr/bin/systemd-analyze';

function units(t, kind) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'latchkey-units-'));
  t.after(() => fs.rmSync(folder, {recursive: true}));
  copyUnits(kind, folder);
  return folder;
}

async function verify(kind, folder, names) {
  const env = {PATH: '/usr/bin:/bin', SYSTEMD_UNIT_PATH: `${folder}:/usr/lib/systemd/${kind}`, XDG_RUNTIME_DIR: folder, HOME: folder};
  return run(ANALYZE, ['verify', `--${kind}`, '--man=no', ...names.map((name) => path.join(folder, name))], env);
}

const NAMES = {
  user: ['latchkeyd.service', 'latchkeyd.socket', 'latchkeyd-upkeep.timer'],
  system: ['latchkeyd@daemon.service', 'latchkeyd@daemon.socket', 'latchkeyd-upkeep@daemon.timer'],
};

for (const kind of ['user', 'system']) {
  test(`systemd finds nothing to complain of in the ${kind} units`, async (t) => {
    const folder = units(t, kind);
    assert.deepEqual(fs.readdirSync(folder).sort(), NAMES[kind].map((name) => name.replace('@daemon', '@')).sort());
    const {code, stdout, stderr} = await verify(kind, folder, NAMES[kind]);
    assert.deepEqual({code, stdout, stderr}, {code: 0, stdout: '', stderr: ''});
  });

  test(`the ${kind} units name the daemon where it is installed`, () => {
    const service = fs.readdirSync(unitFolder(kind)).find((name) => name.endsWith('.service'));
    const text = fs.readFileSync(path.join(unitFolder(kind), service), 'utf8');
    assert.match(text, /^ExecStart=\/\S+\/latchkeyd$/m);
    assert.doesNotMatch(text, /@CMAKE/);
  });
}

test('the drop-in for headless users is one that systemd understands', async (t) => {
  const folder = units(t, 'user');
  fs.mkdirSync(path.join(folder, 'latchkeyd.service.d'));
  fs.copyFileSync(new URL('../../systemd/headless.conf', import.meta.url), path.join(folder, 'latchkeyd.service.d/headless.conf'));
  const {code, stderr} = await verify('user', folder, NAMES.user);
  assert.deepEqual({code, stderr}, {code: 0, stderr: ''});
});

test('the service of an account is exposed 2.0 at most, of 10', async (t) => {
  const folder = units(t, 'system');
  const file = path.join(folder, 'latchkeyd@daemon.service');
  fs.renameSync(path.join(folder, 'latchkeyd@.service'), file);
  const {code, stdout, stderr} = await run(ANALYZE, ['security', '--no-pager', '--offline=true', '--threshold=20', file], {PATH: '/usr/bin:/bin'});
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /Overall exposure level for latchkeyd@daemon\.service: [01]\.\d/);
});
