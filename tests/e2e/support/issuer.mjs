// An OpenID Connect issuer that asks nobody, and whose ID tokens and keys are the test's: for the lies that no honest server
// tells. Keys and signatures come from node's crypto alone.
import crypto from 'node:crypto';
import http from 'node:http';
import {once} from 'node:events';

const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A signing key of the issuer: `kid`, both halves, and the JWK that it publishes. */
export function makeKey(kid) {
  const {privateKey, publicKey} = crypto.generateKeyPairSync('rsa', {modulusLength: 2048});
  return {kid, privateKey, publicKey, jwk: {...publicKey.export({format: 'jwk'}), kid, use: 'sig'}};
}

/** A JWS of `claims` by `key`; `header` over the good one. `sign` makes another signature of the first two parts. */
export function jws(claims, key, {header = {}, sign} = {}) {
  const input = `${encoded({alg: 'RS256', kid: key.kid, ...header})}.${encoded(claims)}`;
  const signature = sign ? sign(input) : crypto.sign('sha256', Buffer.from(input), key.privateKey);
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** Starts an issuer that ends with the test. */
export async function startIssuer(t) {
  const issuer = new Issuer();
  const server = http.createServer((request, response) => issuer.serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer.base = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return issuer;
}

class Issuer {
  constructor() {
    this.key = makeKey('first');
    this.published = [this.key];
    this.keysAnswer = () => ({keys: this.published.map(({jwk}) => jwk)});  // null: 503.
    this.subject = 'ann';
    this.makeIdToken = (claims) => jws(claims, this.key);
    this.authorizations = [];
    this.tokenForms = [];
    this.revoked = [];
    this.keyFetches = 0;
  }

  /** What nobody could object to, for the last login. `grant_type` tells a login from a refresh. */
  goodClaims(accessToken, {grant_type}) {
    const now = Math.floor(Date.now() / 1000);
    const hash = crypto.createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
    const login = grant_type === 'authorization_code' && {nonce: this.authorizations.at(-1).nonce};
    return {iss: this.base, aud: 'app', sub: this.subject, exp: now + 3600, iat: now, at_hash: hash, ...login};
  }

  async serve(request, response) {
    const url = new URL(request.url, this.base);
    const parts = [];
    for await (const part of request) parts.push(part);
    const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
    const answer = this.answers[url.pathname]?.call(this, fields, Object.fromEntries(url.searchParams), response);
    if (answer === undefined) return response.headersSent || response.writeHead(404).end();
    if (answer === null) return response.writeHead(503).end();
    response.writeHead(200, {'Content-Type': 'application/json'}).end(JSON.stringify(answer));
  }

  answers = {
    '/.well-known/openid-configuration'() {
      return {issuer: this.base, authorization_endpoint: `${this.base}/authorize`, token_endpoint: `${this.base}/token`,
        revocation_endpoint: `${this.base}/revoke`, jwks_uri: `${this.base}/jwks`, scopes_supported: ['openid'],
        id_token_signing_alg_values_supported: ['RS256']};
    },
    '/jwks'() {
      ++this.keyFetches;
      return this.keysAnswer();
    },
    '/authorize'(_, parameters, response) {
      this.authorizations.push(parameters);
      const back = new URL(parameters.redirect_uri);
      back.searchParams.set('code', 'the-code');
      back.searchParams.set('state', parameters.state);
      response.writeHead(302, {Location: back.href}).end();
    },
    '/token'(fields) {
      const number = this.tokenForms.push(fields);
      const access_token = `access-${number}`;
      const id_token = this.makeIdToken(this.goodClaims(access_token, fields));
      return {access_token, token_type: 'Bearer', expires_in: 3600, refresh_token: `refresh-${number}`, scope: 'openid', id_token};
    },
    '/revoke'({token}) {
      this.revoked.push(token);
      return {};
    },
  };

  /** What `latchkey add` needs for an account here. */
  addOptions() { return ['--issuer', this.base, '--client-id', 'app', '--scope', 'openid']; }
}
