// Looks for the secrets that a provider gave out where they must not be.
import {Buffer} from 'node:buffer';

import {BASIC_CLIENT, CLIENT_SECRET} from './oidc_server.mjs';

// A secret as it is, as it travels in a form, and as it may be written elsewhere.
function spellings(text) {
  const form = new URLSearchParams({x: text}).toString().slice(2);
  return [text, form, encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('hex'), Buffer.from(text, 'utf16le').toString('latin1')];
}

function basicAuthorization() {
  const form = (text) => new URLSearchParams({x: text}).toString().slice(2);
  return Buffer.from(`${form(BASIC_CLIENT)}:${form(CLIENT_SECRET)}`).toString('base64');
}

/** The kinds of secret of `oidc` that `bytes` (text or a Buffer) holds, in any spelling; without the secrets themselves. */
export function secretsIn(bytes, oidc) {
  const haystack = Buffer.from(bytes).toString('latin1');
  const kinds = {...oidc.secrets, clientSecret: [CLIENT_SECRET], basic: [basicAuthorization()]};
  return Object.entries(kinds).filter(([, secrets]) => secrets.some((secret) =>
    spellings(secret).some((spelling) => haystack.includes(spelling)))).map(([kind]) => kind);
}
