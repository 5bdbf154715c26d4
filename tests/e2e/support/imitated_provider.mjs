// An authorization server that asks nobody and answers the token endpoint with what a test lays out: for the manners of
// single providers, which no server at hand has.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {once} from 'node:events';

import {within} from './programs.mjs';

/** A JSON answer. */
export const json = (body, status = 200) => ({status, type: 'application/json', body: JSON.stringify(body)});

/** An answer in form encoding. */
export const form = (fields, status = 200) =>
  ({status, type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString()});

/** Bytes that take the place of an HTTP answer; then the connection ends. */
export const raw = (bytes) => ({raw: bytes});

/**
 * Starts a provider that ends with the test. `token(fields, request)` gives the answer, or a promise of it, to a token request whose form is
 * `fields`; `device(fields)` that to a request for a device code. With `certificates` (see makeCertificates) it answers over TLS,
 * too, at `tlsBase`.
 */
export async function startImitatedProvider(t, {token, device, certificates}) {
  const provider = new ImitatedProvider(token, device);
  const serve = (request, response) => provider.serve(request, response);
  provider.base = `http://${await listening(t, http.createServer(serve))}`;
  if (certificates) {
    const [key, cert] = [certificates.key, certificates.cert].map((file) => fs.readFileSync(file));
    provider.tlsBase = `https://${await listening(t, https.createServer({key, cert}, serve))}`;
  }
  return provider;
}

async function listening(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${server.address().port}`;
}

class ImitatedProvider {
  constructor(token, device) {
    this.answers = {'/token': token, '/device': device};
    this.authorizations = [];  // The parameters of each, as an object.
    this.looks = [];
    this.requests = [];  // {path, fields, authorization, accept} of each request with a form.
  }

  async serve(request, response) {
    const url = new URL(request.url, this.base);
    if (url.pathname === '/authorize') return this.authorize(Object.fromEntries(url.searchParams), response);
    const parts = [];
    for await (const part of request) parts.push(part);
    const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
    const {authorization, accept} = request.headers;
    this.requests.push({path: url.pathname, fields, authorization, accept});
    for (const look of this.looks) look();
    const answer = await this.answers[url.pathname]?.(fields, request) ?? json({error: 'not_found'}, 404);
    if (answer.raw !== undefined) return response.socket.end(answer.raw);
    response.writeHead(answer.status, {'Content-Type': answer.type}).end(answer.body);
  }

  authorize(parameters, response) {
    this.authorizations.push(parameters);
    const back = new URL(parameters.redirect_uri);
    back.searchParams.set('code', 'the-code');
    back.searchParams.set('state', parameters.state);
    response.writeHead(302, {Location: back.href}).end();
  }

  /** The forms of the token requests. */
  get tokenForms() { return this.requests.filter(({path}) => path === '/token').map(({fields}) => fields); }

  /** Completes once there were `count` token requests. */
  async sees(count) {
    const reached = new Promise((resolve) => {
      const look = () => { if (this.tokenForms.length >= count) resolve(); };
      this.looks.push(look);
      look();
    });
    await within(reached, `${count} token requests`);
  }

  /** What `latchkey add` needs to use this server in place of the provider `preset`. */
  addOptions(preset) {
    return ['--provider', preset, '--client-id', 'app', '--authorize-url', `${this.base}/authorize`, '--token-url', `${this.base}/token`];
  }
}
