// A certified OpenID Connect provider (npm oidc-provider) in the test's own process. It knows every secret that it gave out,
// so that a test can look for them where they must not be.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {once} from 'node:events';

import Provider from 'oidc-provider';

import {within} from './programs.mjs';

export const PUBLIC_CLIENT = 'latchkey-public';
export const BASIC_CLIENT = 'latchkey-basic';
export const POST_CLIENT = 'latchkey-post';
/** A public client that may not use the device flow. */
export const BROWSER_CLIENT = 'latchkey-browser';
export const CLIENT_SECRET = 'a secret: with %, + and & in it';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

// Native clients: the provider takes any port of the registered loopback address (RFC 8252 §7.3).
function clients(device, bound, algorithm) {
  const native = {
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token', ...(device ? [DEVICE_GRANT] : [])],
    response_types: ['code'],
    dpop_bound_access_tokens: Boolean(bound),
    ...(algorithm && {id_token_signed_response_alg: algorithm}),
  };
  return [
    {...native, client_id: PUBLIC_CLIENT, token_endpoint_auth_method: 'none'},
    {...native, client_id: BASIC_CLIENT, client_secret: CLIENT_SECRET, token_endpoint_auth_method: 'client_secret_basic'},
    {...native, client_id: BROWSER_CLIENT, grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none'},
    {...native, client_id: POST_CLIENT, client_secret: CLIENT_SECRET, token_endpoint_auth_method: 'client_secret_post'},
  ];
}

// A server that wants its own nonces in proofs (RFC 9449 §8) changes them now and then; this secret makes them.
const DPOP = {enabled: true, nonceSecret: Buffer.alloc(32, 'n'), requireNonce: () => true};

// What a client may be registered for; the default of oidc-provider is the first four.
const ID_TOKEN_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'RS512', 'ES384', 'HS256'];

function configuration(accessTokenLifetime, {device, bound, idTokens}) {
  return {
    clients: clients(device, bound, idTokens?.algorithm),
    ...(idTokens && {jwks: {keys: idTokens.keys}, enabledJWA: {idTokenSigningAlgValues: ID_TOKEN_ALGORITHMS}}),
    cookies: {keys: ['a key of the tests']},
    pkce: {methods: ['S256'], required: () => true},
    clockTolerance: 0,
    rotateRefreshToken: true,
    features: {devInteractions: {enabled: true}, revocation: {enabled: true}, deviceFlow: {enabled: Boolean(device)},
      ...(bound && {dPoP: DPOP, pushedAuthorizationRequests: {enabled: true, requirePushedAuthorizationRequests: true}})},
    ttl: {AccessToken: accessTokenLifetime, AuthorizationCode: 60, IdToken: 3600, RefreshToken: 86400,
      Interaction: 600, Session: 600, Grant: 86400, DeviceCode: device?.lifetime ?? 600},
  };
}

/**
 * Starts a provider that ends with the test. `tls`: {key, cert} file names for https. `device`: with the device flow, as
 * {lifetime, interval}, seconds; without an interval the provider says none. `bound`: takes pushed requests alone, and gives
 * tokens that are bound to a key, in proofs with its own nonces. `idTokens`: {algorithm, keys}, how every client's ID tokens
 * are signed, and the private JWKs for it.
 */
export async function startOidcServer(t, {tls, accessTokenLifetime = 3600, device, bound = false, idTokens} = {}) {
  let handle = (_, response) => response.writeHead(503).end();
  const serve = (incoming, response) => handle(incoming, response);
  const server = tls ? https.createServer({key: fs.readFileSync(tls.key), cert: fs.readFileSync(tls.cert)}, serve)
    : http.createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const oidc = new OidcServer(`${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`, accessTokenLifetime, {device, bound, idTokens});
  handle = (incoming, response) => oidc.handle(incoming, response);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return oidc;
}

class OidcServer {
  constructor(issuer, accessTokenLifetime, features) {
    this.issuer = issuer;
    this.configuration = configuration(accessTokenLifetime, features);
    this.device = features.device;
    this.authorizations = [];  // The parameters of each authorization request that the browser brought.
    this.keyFetches = 0;
    this.tokenRequests = [];  // {grant_type, client_id, status, error, device_code, at}, in order; `at` in ms.
    this.pushed = [];  // the parameters of each pushed authorization request
    this.deviceRequests = [];  // {user_code, at}
    this.awaitingPolls = [];
    this.held = null;
    this.secrets = {codes: [], verifiers: [], refreshTokens: [], accessTokens: [], idTokens: [], deviceCodes: []};
    this.begin();
  }

  begin() {
    this.provider = new Provider(this.issuer, this.configuration);
    this.provider.use((context, next) => this.observe(context, next));
    this.handle = this.provider.callback();
  }

  /** Signs with these private JWKs from now on. The grants stay: oidc-provider keeps them beside the provider. */
  changeKeys(keys) {
    this.configuration = {...this.configuration, jwks: {keys}};
    this.begin();
  }

  async observe(context, next) {
    await next();
    const location = context.response.get('location');
    const code = location && new URL(location, this.issuer).searchParams.get('code');
    if (code) this.secrets.codes.push(code);
    if (context.path === '/auth') this.authorizations.push(context.query);
    if (context.path === '/jwks') ++this.keyFetches;
    if (context.path === '/request' && context.method === 'POST') this.pushed.push(context.request.body ?? context.oidc?.body);
    if (context.path === '/device/auth' && context.body?.device_code) this.observeDevice(context.body);
    if (context.path !== '/token') return;
    this.tokenRequests.push({
      grant_type: context.oidc?.params?.grant_type,
      client_id: context.oidc?.client?.clientId,
      status: context.status,
      error: context.body?.error,
      proved: Boolean(context.get('dpop')),
      device_code: context.oidc?.params?.device_code,
      at: performance.now(),
    });
    for (const look of this.awaitingPolls) look();
    const verifier = context.oidc?.params?.code_verifier;
    if (verifier) this.secrets.verifiers.push(verifier);
    const answer = context.body ?? {};
    if (answer.refresh_token) this.secrets.refreshTokens.push(answer.refresh_token);
    if (answer.access_token) this.secrets.accessTokens.push(answer.access_token);
    if (answer.id_token) this.secrets.idTokens.push(answer.id_token);
    const held = this.held;
    this.held = null;
    if (held) await held();
  }

  observeDevice(answer) {
    this.deviceRequests.push({user_code: answer.user_code, at: performance.now()});
    this.secrets.deviceCodes.push(answer.device_code);
    if (this.device.interval) answer.interval = this.device.interval;
  }

  /** The polls of devices so far; see tokenRequests. */
  get polls() { return this.tokenRequests.filter(({grant_type}) => grant_type === DEVICE_GRANT); }

  /** Completes once there were so many polls. */
  async pollsReach(count) {
    const reached = new Promise((resolve) => {
      const look = () => { if (this.polls.length >= count) resolve(); };
      this.awaitingPolls.push(look);
      look();
    });
    await within(reached, `${count} polls at the provider`);
  }

  /** Keeps the next answer of the token endpoint back: `answered` completes when it is ready, release() sends it. */
  holdNextAnswer() {
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    const answered = new Promise((resolve) => { this.held = () => { resolve(); return released; }; });
    return {answered, release};
  }

  /** Every refresh token is dead from now on. */
  async forgetGrants() {
    for (const value of this.secrets.refreshTokens) await (await this.provider.RefreshToken.find(value))?.destroy();
  }

  /** A userinfo request with this token: {status, text}. */
  async userinfo(token, {ca} = {}) {
    const client = this.issuer.startsWith('https') ? https : http;
    return new Promise((resolve, reject) => {
      client.get(`${this.issuer}/me`, {ca, headers: {Authorization: `Bearer ${token}`}, agent: false}, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({status: response.statusCode, text: Buffer.concat(parts).toString()}));
      }).on('error', reject);
    });
  }
}
