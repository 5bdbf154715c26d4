// The sandbox provider (tests/sandbox): an authorization server with Kraken's manners, and its counters.
import assert from 'node:assert/strict';

import {Program} from './programs.mjs';
import {request} from './raw_http.mjs';
import {binary} from './world.mjs';

export const CLIENT = 'demo-client';

/** Starts a sandbox that ends with the test. `args` as for latchkey-sandbox. */
export async function startSandbox(t, args = []) {
  const program = new Program(binary('latchkey-sandbox'), ['--port', '0', '--client', CLIENT, ...args], {PATH: '/usr/bin:/bin'});
  t.after(() => program.stop());
  const ready = JSON.parse((await program.says('stdout', /^\{.*\}$/m))[0]);
  return new Sandbox(program, ready);
}

class Sandbox {
  constructor(program, ready) {
    this.program = program;
    Object.assign(this, ready);
  }

  async counters() {
    const {status, text} = await request(`${this.base_url}/sandbox/counters`);
    assert.equal(status, 200, text);
    return JSON.parse(text);
  }

  /** post('fail-next?status=503&count=1'): a switch of the sandbox. */
  async post(what) {
    const {status, text} = await request(`${this.base_url}/sandbox/${what}`, {method: 'POST'});
    assert.ok(status === 200 || status === 204, `${what}: ${status} ${text}`);
  }

  /** The status of an API call with this access token: 200 while it lives, else 401. */
  async balanceStatus(token) {
    return (await request(`${this.base_url}/0/balance`, {headers: {Authorization: `Bearer ${token}`}})).status;
  }

  /** What `latchkey add` needs to use this server in place of Kraken. */
  addOptions(client = CLIENT) {
    return ['--provider', 'kraken', '--client-id', client, '--authorize-url', this.authorize_url, '--token-url', this.token_url,
      '--revocation-url', this.revocation_url];
  }

  /** The same, with the address that a device asks for its code. */
  deviceOptions() { return [...this.addOptions(), '--device-authorization-url', this.device_authorization_url]; }
}
