// A git server over HTTP: node in front of git's own http-backend (git-http-backend(1)). It wants an access token, as a
// password (Basic) or as it is (Bearer), and asks `accepts` about each.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const BACKEND = '/usr/lib/git-core/git-http-backend';

/**
 * Starts a server for the repositories in `folder` that ends with the test. `accepts(token)` says whether one is good. `seen`
 * of what it gives back: the user name and password of every request that came with one.
 */
export async function startGitServer(t, folder, accepts) {
  const server = new GitServer(folder, accepts);
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  t.after(() => {
    server.http.closeAllConnections();
    server.http.close();
  });
  server.host = `127.0.0.1:${server.http.address().port}`;
  server.url = `http://${server.host}`;
  return server;
}

class GitServer {
  constructor(folder, accepts) {
    this.folder = folder;
    this.accepts = accepts;
    this.seen = [];
    this.http = http.createServer((request, response) => {
      this.answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });
  }

  async answer(request, response) {
    const credential = credentialOf(request.headers.authorization);
    if (credential) this.seen.push(credential);
    if (!credential || !await this.accepts(credential.password)) {
      response.writeHead(401, {'WWW-Authenticate': 'Basic realm="git"'}).end();
      return;
    }
    await runBackend(this.folder, credential.user, request, response);
  }
}

function credentialOf(header) {
  const basic = header?.match(/^Basic (.*)$/);
  if (!basic) return null;
  const [user, ...password] = Buffer.from(basic[1], 'base64').toString().split(':');
  return {user, password: password.join(':')};
}

// RFC 3875: the request in the environment and on standard input, headers and body on standard output.
async function runBackend(folder, user, request, response) {
  const url = new URL(request.url, 'http://localhost');
  const backend = spawn(BACKEND, {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: folder,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.stdin.on('error', () => {});  // It may end without reading the whole request.
  request.pipe(backend.stdin);
  const parts = [];
  backend.stdout.on('data', (part) => parts.push(part));
  await once(backend, 'close');
  const whole = Buffer.concat(parts);
  const end = whole.indexOf('\r\n\r\n');
  const headers = Object.fromEntries(whole.subarray(0, end).toString().split('\r\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  const status = Number.parseInt(headers.Status ?? '200', 10);
  delete headers.Status;
  response.writeHead(status, headers).end(whole.subarray(end + 4));
}

/** Makes the bare repository NAME.git with one commit in `folder`, with a submodule at that address if there is one. */
export async function makeRepository(git, folder, name, submodule) {
  const work = fs.mkdtempSync(path.join(folder, 'work-'));
  await git('init', '-q', '-b', 'main', work);
  fs.writeFileSync(path.join(work, 'README'), `${name}\n`);
  if (submodule) {
    fs.writeFileSync(path.join(work, '.gitmodules'), `[submodule "part"]\n\tpath = part\n\turl = ${submodule}\n`);
    await git('-C', work, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},part`);
  }
  await git('-C', work, 'add', 'README', ...submodule ? ['.gitmodules'] : []);
  await git('-C', work, 'commit', '-qm', 'First');
  await git('clone', '-q', '--bare', work, path.join(folder, `${name}.git`));
}
