// A provider that answers every request with the same few words, its clock set as the test likes. For those who only knock.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {once} from 'node:events';

/** Starts one that ends with the test. `ahead`: seconds; `tls`: {key, cert} file names. */
export async function startKnockedProvider(t, {status = 400, ahead = 0, tls} = {}) {
  const requests = [];
  const serve = (request, response) => {
    requests.push({method: request.method, url: request.url, headers: request.headers});
    response.setHeader('Date', new Date(Date.now() + ahead * 1000).toUTCString());
    response.writeHead(status, {'Content-Type': 'application/json'}).end('{}');
  };
  const server = tls ? https.createServer({key: fs.readFileSync(tls.key), cert: fs.readFileSync(tls.cert)}, serve)
    : http.createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  return {
    requests,
    base,
    /** What `latchkey add` needs. */
    addOptions: () => ['--authorize-url', `${base}/authorize`, '--token-url', `${base}/token`, '--client-id', 'app'],
  };
}
