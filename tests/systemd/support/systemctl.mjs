// systemd, asked by systemctl: the user's manager of a test, or the system's.
import assert from 'node:assert/strict';

import {run} from '../../e2e/support/programs.mjs';

// What no test waits for longer; ctest's own limit is longer.
const LONGEST_WAIT_MS = 30_000;

/** Runs a command again and again until it succeeds: what it asks for is not there yet. */
export async function untilDone(path, args, env) {
  const end = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const {code, stdout, stderr} = await run(path, args, env);
    if (code === 0) return;
    assert.ok(Date.now() < end, `${path} ${args.join(' ')}: ${stdout}${stderr}`);
  }
}

export class Systemctl {
  /** `options`: ['--user'] or []. */
  constructor(env, options) {
    this.env = env;
    this.options = options;
  }

  ask(...args) { return run('/usr/bin/systemctl', [...this.options, ...args], this.env); }

  /** systemctl ARGS, which must succeed. */
  async done(...args) {
    const ended = await this.ask(...args);
    assert.equal(ended.code, 0, `systemctl ${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  }

  /** {ActiveState: 'active', …} */
  async show(unit, ...properties) {
    const text = await this.done('show', unit, ...properties.flatMap((name) => ['-p', name]));
    return Object.fromEntries(text.trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }

  /** Asks until the unit's properties satisfy `wanted`; gives them. */
  async until(unit, properties, wanted) {
    const end = Date.now() + LONGEST_WAIT_MS;
    for (;;) {
      const shown = await this.show(unit, ...properties);
      if (wanted(shown)) return shown;
      assert.ok(Date.now() < end, `${unit} stays ${JSON.stringify(shown)}`);
    }
  }

  async mainPid(unit) { return Number((await this.show(unit, 'MainPID')).MainPID); }

  /** Another process than `before` is the unit's, and ready. */
  async replaced(unit, before) {
    const ready = ({ActiveState, MainPID}) => ActiveState === 'active' && ![0, before].includes(Number(MainPID));
    return Number((await this.until(unit, ['ActiveState', 'MainPID'], ready)).MainPID);
  }
}
