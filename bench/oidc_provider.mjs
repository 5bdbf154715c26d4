// A real OpenID Connect provider that has already granted a refresh token, for a client that oidc-agent can be given.
// Prints one line, {"issuer", "client_id", "client_secret", "refresh_token"}, and serves until it is killed. The secret is
// form-encoded already: oidc-agent 4.2.6 puts it into the Authorization header as it is (RFC 6749 §2.3.1 wants it encoded).
import {BASIC_CLIENT, CLIENT_SECRET, startOidcServer} from '../tests/e2e/support/oidc_server.mjs';

const scope = 'openid offline_access';
const {issuer, provider} = await startOidcServer({after() {}});
const client = await provider.Client.find(BASIC_CLIENT);
const grant = new provider.Grant({accountId: 'person', clientId: BASIC_CLIENT});
grant.addOIDCScope(scope);
const grantId = await grant.save();
const refreshToken = await new provider.RefreshToken({
  accountId: 'person', client, grantId, scope, gty: 'authorization_code', authTime: Math.floor(Date.now() / 1000),
}).save();
console.log(JSON.stringify({
  issuer, client_id: BASIC_CLIENT, client_secret: encodeURIComponent(CLIENT_SECRET), refresh_token: refreshToken,
}));
