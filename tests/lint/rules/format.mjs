// Layout is .clang-format's.
import {spawnSync} from 'node:child_process';

import {isCpp} from '../sources.mjs';

export function check(files, root) {
  const paths = files.filter(isCpp).map((file) => file.path);
  const ended = spawnSync('clang-format', ['--dry-run', '-Werror', ...paths], {cwd: root, encoding: 'utf8'});
  if (ended.error) return [`clang-format: ${ended.error.message}`];
  return ended.status === 0 ? [] : [ended.stderr];
}
