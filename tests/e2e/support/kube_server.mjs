// As much of a Kubernetes API server as `kubectl get --raw` needs, over TLS. It asks `accepts` about every bearer token.
import {once} from 'node:events';
import fs from 'node:fs';
import https from 'node:https';

/** Starts a server that ends with the test: {url, seen}. `seen`: every Authorization header. `tls`: of makeCertificates(). */
export async function startKubeServer(t, tls, accepts) {
  const seen = [];
  const answer = async (request, response) => {
    const authorization = request.headers.authorization ?? '';
    seen.push(authorization);
    const isKnown = authorization.startsWith('Bearer ') && await accepts(authorization.slice('Bearer '.length));
    const status = isKnown ? {kind: 'NamespaceList', apiVersion: 'v1', items: []}
      : {kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', message: 'Unauthorized', code: 401};
    response.writeHead(isKnown ? 200 : 401, {'Content-Type': 'application/json'}).end(JSON.stringify(status));
  };
  const server = https.createServer({key: fs.readFileSync(tls.key), cert: fs.readFileSync(tls.cert)}, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {url: `https://127.0.0.1:${server.address().port}`, seen};
}
