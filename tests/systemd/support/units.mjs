// The units as they are installed, except that their daemon is the one that was just built.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import {binary} from '../../e2e/support/world.mjs';

export function unitFolder(kind) {
  const folder = process.env.LATCHKEY_UNIT_DIR;
  assert.ok(folder, 'LATCHKEY_UNIT_DIR names the folder of the configured units');
  return path.join(folder, kind);
}

/** Copies the units of `kind`, user or system, to `folder`. `daemon`: the path for ExecStart=. */
export function copyUnits(kind, folder, daemon = binary('latchkeyd')) {
  fs.mkdirSync(folder, {recursive: true});
  for (const name of fs.readdirSync(unitFolder(kind))) {
    const text = fs.readFileSync(path.join(unitFolder(kind), name), 'utf8');
    fs.writeFileSync(path.join(folder, name), text.replace(/^ExecStart=.*$/m, `ExecStart=${daemon}`));
  }
}
