// One person's computer for one test: folders of its own, a clean environment, the daemon and the command line.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

import {Program, run, within} from './programs.mjs';

const BROWSER = fileURLToPath(new URL('browser', import.meta.url));

export function binary(name) {
  const folder = process.env.LATCHKEY_BIN_DIR;
  assert.ok(folder, 'LATCHKEY_BIN_DIR names the folder of the built programs');
  return path.join(folder, name);
}

// How the sanitizers of a sanitized build report, where the person who runs the tests says so.
const SANITIZERS = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^[A-Z]{1,2}SAN_OPTIONS$/.test(name)));

/** Everything below `folder`: [{path, bytes}]. */
export function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(at);
    return entry.isFile() ? [{path: at, bytes: fs.readFileSync(at)}] : [];
  });
}

/**
 * A world that ends with the test `t`. `log` is the level of the daemon's log. `unknownApps`: what happens to apps that nobody has
 * allowed; 'allow' where programs beside the one that logged in use an account, and consent is not what the test is about.
 */
export function makeWorld(t, {log = 'debug', env = {}, unknownApps = 'ask'} = {}) {
  const world = new World(env);
  world.writeConfig(`[log]\nlevel = "${log}"\n[policy]\nunknown_apps = "${unknownApps}"\n`);
  t.after(() => world.close());
  return world;
}

class World {
  constructor(env) {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), 'latchkey-e2e-'));
    this.runtime = this.folder('run', 0o700);
    this.config = this.folder('config');
    this.state = this.folder('state');
    this.socket = path.join(this.runtime, 'latchkey', 'latchkey.sock');
    this.pipe = null;
    this.running = [];
    this.env = {
      ...SANITIZERS,
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: this.folder('home'),
      XDG_RUNTIME_DIR: this.runtime,
      XDG_CONFIG_HOME: this.config,
      XDG_STATE_HOME: this.state,
      ...env,
    };
  }

  folder(name, mode = 0o755) {
    const made = path.join(this.root, name);
    fs.mkdirSync(made, {mode});
    return made;
  }

  writeConfig(toml) {
    fs.mkdirSync(path.join(this.config, 'latchkey'), {recursive: true});
    fs.writeFileSync(path.join(this.config, 'latchkey', 'config.toml'), toml);
  }

  /** Makes $BROWSER a program that hands the address to nextBrowserUrl(). Before startDaemon(). */
  watchBrowser() {
    const at = path.join(this.root, 'browser-pipe');
    this.env.BROWSER = `${BROWSER} ${at}`;
    return makePipe(at).then((pipe) => { this.pipe = pipe; });
  }

  /** The next address that was opened in the browser. */
  nextBrowserUrl() { return within(this.pipe.line(), `address for the browser\n${this.daemon?.stderr}\n`); }

  /** Starts a daemon that is expected to run; completes when it serves. */
  async startDaemon() {
    this.daemon = this.start('latchkeyd', []);
    await this.daemon.says('stderr', /ready on/);
    return this.daemon;
  }

  /** SIGTERM; the daemon must end in good order. */
  async stopDaemon() {
    const ended = await this.daemon.stop();
    assert.deepEqual({code: ended.code, signal: ended.signal}, {code: 0, signal: null}, ended.stderr);
    return ended;
  }

  /** Starts one of our programs in this world, and ends it with the world. `options` as for Program. */
  start(name, args, env = {}, options = {}) {
    const program = new Program(name.includes('/') ? name : binary(name), args, {...this.env, ...env}, options);
    this.running.push(program);
    return program;
  }

  /** Runs `latchkey ARGS` to its end: {code, stdout, stderr}. */
  latchkey(...args) { return run(binary('latchkey'), args, this.env); }

  /** Runs `latchkey ARGS`, which must succeed, and gives its stdout. */
  async latchkeyDone(...args) {
    const ended = await this.latchkey(...args);
    assert.equal(ended.code, 0, `latchkey ${args.join(' ')}: ${ended.stderr}\n${this.daemon?.stderr}`);
    return ended.stdout;
  }

  async latchkeyJson(...args) { return JSON.parse(await this.latchkeyDone(...args, '--json')); }

  async close() {
    for (const program of this.running) if (program !== this.daemon) await program.stop('SIGKILL').catch(() => {});
    this.pipe?.close();
    try {
      if (this.daemon?.running) await this.stopDaemon();
    } finally {
      if (this.daemon?.running) await this.daemon.stop('SIGKILL');
      fs.rmSync(this.root, {recursive: true, force: true});
    }
  }
}

// A named pipe that is read line by line. Opened for both ends, so that it outlives each writer.
async function makePipe(at) {
  const {code, stderr} = await run('/usr/bin/mkfifo', ['-m', '600', at], {});
  assert.equal(code, 0, stderr);
  const descriptor = fs.openSync(at, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  const stream = new net.Socket({fd: descriptor, readable: true, writable: false});
  const lines = [];
  const waiting = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop();
    for (const line of parts) waiting.length > 0 ? waiting.shift()(line) : lines.push(line);
  });
  return {
    line: () => lines.length > 0 ? Promise.resolve(lines.shift()) : new Promise((resolve) => waiting.push(resolve)),
    close: () => stream.destroy(),
  };
}
