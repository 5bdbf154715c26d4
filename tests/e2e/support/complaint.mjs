// What a person is told when something is wrong: one clear sentence, perhaps with advice, and the exit code of the manual.
import assert from 'node:assert/strict';

const LONGEST_LINES = 3;

/** Asserts that `ended` failed with `code` and told why in few words, `says` among them. */
export function complains(ended, code, says) {
  assert.equal(ended.code, code, `${ended.stdout}${ended.stderr}`);
  const lines = ended.stderr.trim().split('\n').filter((line) => line.trim() !== '');
  assert.ok(lines.length >= 1 && lines.length <= LONGEST_LINES, ended.stderr);
  assert.match(ended.stderr, says);
  assert.doesNotMatch(ended.stderr, /what\(\)|terminate called|std::|0x[0-9a-f]{6}|asio|boost/);
}
