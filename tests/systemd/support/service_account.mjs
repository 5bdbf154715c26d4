// A service account of a server and its latchkeyd@ACCOUNT units; looks like a world to the support of the end-to-end tests.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';

import {Program, run} from '../../e2e/support/programs.mjs';
import {binary} from '../../e2e/support/world.mjs';

const numberOf = (name, option) => Number(execFileSync('/usr/bin/id', [option, name], {encoding: 'utf8'}));

export class ServiceAccount {
  constructor(t, name, manager) {
    this.name = name;
    this.manager = manager;
    this.uid = numberOf(name, '-u');
    this.identity = [`--reuid=${this.uid}`, `--regid=${numberOf(name, '-g')}`, '--clear-groups', '--'];
    this.service = `latchkeyd@${name}.service`;
    this.socketUnit = `latchkeyd@${name}.socket`;
    this.socket = `/run/latchkey/${name}/latchkey.sock`;
    this.state = `/var/lib/latchkey/${name}`;
    this.env = {PATH: '/usr/bin:/bin', LATCHKEY_SOCKET: this.socket};
    this.dropIns = [];
    fs.rmSync(this.state, {recursive: true, force: true});
    t.after(() => this.end());
  }

  /** Starts the socket unit. */
  async listen() {
    this.cursor = (await this.journal('-n', '1')).at(-1)?.__CURSOR;
    await this.manager.done('start', this.socketUnit);
  }

  async dropIn(text, unit = this.service) {
    const folder = `/run/systemd/system/${unit}.d`;
    fs.mkdirSync(folder, {recursive: true});
    fs.writeFileSync(`${folder}/test.conf`, text);
    this.dropIns.push(folder);
    await this.manager.done('daemon-reload');
  }

  async end() {
    await this.manager.ask('stop', this.socketUnit, this.service);
    await this.manager.ask('reset-failed', this.socketUnit, this.service);
    for (const folder of this.dropIns) fs.rmSync(folder, {recursive: true});
    await this.manager.done('daemon-reload');
  }

  asAccount(args) { return ['/usr/bin/setpriv', [...this.identity, binary('latchkey'), ...args], this.env]; }

  /** As World.start(), for the one program that logs in. */
  start(name, args) {
    assert.equal(name, 'latchkey');
    return new Program(...this.asAccount(args));
  }

  async latchkeyDone(...args) {
    const ended = await run(...this.asAccount(args));
    assert.equal(ended.code, 0, `latchkey ${args.join(' ')}: ${ended.stderr}\n${(await this.messages()).join('\n')}`);
    return ended.stdout;
  }

  async latchkeyJson(...args) { return JSON.parse(await this.latchkeyDone(...args, '--json')); }

  async journal(...options) {
    await run('/usr/bin/journalctl', ['--sync'], this.env);
    const {stdout} = await run('/usr/bin/journalctl', ['--directory=/run/log/journal', '-o', 'json', ...options], this.env);
    return stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  entries() { return this.journal('-u', this.service, ...(this.cursor ? [`--after-cursor=${this.cursor}`] : [])); }

  async messages() { return (await this.entries()).map(({MESSAGE}) => MESSAGE); }

  /** What the daemon itself has warned of. */
  async warnings() {
    const own = (await this.entries()).filter(({SYSLOG_IDENTIFIER, PRIORITY}) => SYSLOG_IDENTIFIER === 'latchkeyd' && Number(PRIORITY) < 5);
    return own.map(({MESSAGE}) => MESSAGE);
  }
}
