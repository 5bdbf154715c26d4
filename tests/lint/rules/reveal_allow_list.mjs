// Every file that looks inside a secret, with its reason. A new one is a decision, not an accident.
import {isCpp, withoutCommentsAndStrings} from '../sources.mjs';

const ALLOWED = {
  // The type itself.
  'core/secret.h': 'makes a second copy',
  'core/secret.cpp': 'compares two secrets',
  // What goes to the provider, and what comes back.
  'core/client_request.cpp': 'the client secret goes into the request',
  'core/token_endpoint.cpp': 'code, code_verifier and tokens go into requests; the body of an error is read',
  'core/token_response.cpp': 'the answer is read, and its token checked for characters that no header can hold',
  'core/device_flow.cpp': 'the device code goes into the request, and comes in an answer',
  'core/exchange_answer.cpp': 'the body of an answer of the Exchange API is read',
  'core/exchange_call.cpp': 'the secret of a Fast API key signs a call',
  'core/fast_api_key.cpp': 'the access token goes into the header',
  'core/kraken_secret.cpp': 'a private key and its passphrase go to OpenSSL, the decrypted secret is checked',
  'core/dpop.cpp': 'the key is read, the hash of the access token goes into a proof, the body of an error is read',
  'core/pushed_authorization.cpp': 'the body of an answer is read',
  'daemon/account_dpop.cpp': 'the random number of a proof, which is public',
  'core/pkce.cpp': 'the challenge is the hash of the verifier',
  'core/discovery.cpp': 'the body of an answer, which happens to be public',
  'core/redirect_judge.cpp': 'the state that came is compared with the one that was sent',
  'daemon/login_browser.cpp': 'state and nonce go into the authorize URL',
  'daemon/broker_accounts.cpp': 'the address that a person pasted is read',
  'daemon/adapters/https_transport.cpp': 'body and Authorization header go out over TLS',
  'daemon/adapters/proxy.cpp': 'the password of a proxy is encoded for its header',
  'daemon/adapters/proxy_tunnel.cpp': 'that header goes to the proxy',
  // What goes to the store, and what comes back.
  'core/grant_codec.cpp': 'a grant becomes bytes and a grant again',
  'core/journal_entry.cpp': 'a grant becomes an entry of the journal and a grant again',
  'core/sealed_box.cpp': 'encrypts and decrypts',
  'daemon/adapters/file_journal.cpp': 'a sealed entry is read',
  'daemon/adapters/file_store.cpp': 'a decrypted record is read',
  'daemon/adapters/keyring.cpp': 'a record goes to the keyring',
  'daemon/adapters/record_text.cpp': 'a record is put together',
  'daemon/adapters/store_key.cpp': 'the key is read from its file, or written to it once',
  // What goes to apps, and what comes from them.
  'ipc/message_replies.cpp': 'the access token goes to the app that asked',
  'ipc/message_calls.cpp': 'a client secret goes to the daemon',
  'core/api_key_ring.cpp': 'API keys become bytes and keys again',
  'core/userinfo.cpp': 'the access token goes into the header, and a public answer is read',
  'ipc/fast_api_key_messages.cpp': 'the secret of a new API key goes to the app that asked for it',
  'ipc/client.cpp': 'the secret of a new API key is handed to the caller of the client library',
  'ipc/client_values.cpp': 'the access token is handed to the caller of the client library',
  // Files that may hold a secret and are read as if they did.
  'cli/client_secret.cpp': 'the file that holds the client secret',
  'cli/passphrase.cpp': 'the file that holds the passphrase of a new key, checked for what openssl would not take whole',
  'cli/openssl_program.cpp': 'that passphrase goes to openssl by a pipe',
  'daemon/account_book.cpp': 'the text of an account file',
  'daemon/provider_catalog.cpp': 'the text of a provider file',
  'daemon/settings_file.cpp': 'the text of config.toml',
  'daemon/policy_book.cpp': 'the text of policy.toml',
  'daemon/audit_log.cpp': 'the text of audit.log',
};

export function check(files, _root, allowed = ALLOWED) {
  const revealing = files.filter((file) => isCpp(file) && !/^(tests|bench)\//.test(file.path))
    .filter((file) => /(\.|->|\b)reveal\(\)/.test(withoutCommentsAndStrings(file.text))).map((file) => file.path);
  return [
    ...revealing.filter((path) => !(path in allowed)).map((path) => `${path}: reveals a secret and is not on the list`),
    ...Object.keys(allowed).filter((path) => !revealing.includes(path)).map((path) => `${path}: on the list, but reveals nothing`),
  ];
}
