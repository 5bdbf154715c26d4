// An authorization server whose answers to a device are the test's, and which says when each request came.
import http from 'node:http';
import {once} from 'node:events';

import {within} from './programs.mjs';

/** The answer that ends no login. */
export const PENDING = {status: 400, body: {error: 'authorization_pending'}};
export const TOKENS = {status: 200, body: {access_token: 'scripted-access', token_type: 'Bearer', expires_in: 3600,
  refresh_token: 'scripted-refresh'}};

/**
 * Starts a server that ends with the test. `codes`: members of the answer to a device, over good ones; undefined leaves one out.
 * `poll` gives the answer to a poll, {status, body}, or a promise of it; null resets the connection.
 */
export async function startScriptedProvider(t, {codes = {}, poll = () => PENDING} = {}) {
  const provider = new ScriptedProvider(codes, poll);
  const server = http.createServer((incoming, response) => provider.answer(incoming, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider.base = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return provider;
}

class ScriptedProvider {
  constructor(codes, poll) {
    this.codes = codes;
    this.poll = poll;
    this.devices = 0;  // Requests for a code.
    this.polls = [];   // {device_code, at}, in order; `at` in milliseconds.
    this.looks = [];
  }

  async answer(incoming, response) {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    if (incoming.url === '/device') return send(response, {status: 200, body: this.codesFor(++this.devices)});
    const polled = {device_code: form.get('device_code'), at: performance.now()};
    this.polls.push(polled);
    const answer = this.poll(this.pollsOf(polled.device_code).length);
    for (const look of this.looks) look();
    const decided = await answer;
    if (decided) send(response, decided);
    else incoming.socket.resetAndDestroy();
  }

  codesFor(number) {
    return {
      device_code: `device-${number}`,
      user_code: 'BCDF-GHJK',
      verification_uri: `${this.base}/verify`,
      expires_in: 600,
      interval: 1,
      ...this.codes,
    };
  }

  /** The polls with the code of the device that asked first, second, … */
  pollsOf(device) { return this.polls.filter(({device_code}) => device_code === device); }

  /** Completes once the device with this code has polled so often. */
  async pollsReach(device, count) {
    const reached = new Promise((resolve) => {
      const look = () => { if (this.pollsOf(device).length >= count) resolve(); };
      this.looks.push(look);
      look();
    });
    await within(reached, `${count} polls of ${device}`);
  }

  /** What `latchkey add` needs for an account here. */
  addOptions() {
    return ['--client-id', 'scripted', '--authorize-url', `${this.base}/authorize`, '--token-url', `${this.base}/token`,
      '--device-authorization-url', `${this.base}/device`];
  }
}

function send(response, {status, body}) {
  response.writeHead(status, {'Content-Type': 'application/json', 'Cache-Control': 'no-store'});
  response.end(JSON.stringify(body));
}
