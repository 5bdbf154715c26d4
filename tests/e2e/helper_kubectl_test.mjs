// `latchkey helper kubectl` with the real kubectl, against an API server over TLS that knows who the token is from.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makeCertificates} from './support/certificates.mjs';
import {startKubeServer} from './support/kube_server.mjs';
import {loggedInAtSandbox} from './support/logged_in.mjs';
import {run} from './support/programs.mjs';
import {binary, filesBelow} from './support/world.mjs';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const RAW = ['get', '--raw', '/api/v1/namespaces'];

/** Debian's kubectl (1.20) speaks v1beta1 alone; v1 came with 1.22. */
async function versionsOf(kubectl) {
  const {clientVersion} = JSON.parse((await kubectl('version', '--client', '-o', 'json')).stdout);
  return Number.parseInt(clientVersion.minor, 10) >= 22 ? [V1BETA1, V1] : [V1BETA1];
}

async function worldWithKubectl(t) {
  const {sandbox, world} = await loggedInAtSandbox(t);
  const tls = await makeCertificates(world.folder('tls'));
  const server = await startKubeServer(t, tls, async (token) => await sandbox.balanceStatus(token) === 200);
  const kubeconfig = path.join(world.root, 'kubeconfig');
  const configure = (apiVersion) => fs.writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{name: 'test', cluster: {server: server.url, 'certificate-authority': tls.ca}}],
    contexts: [{name: 'test', context: {cluster: 'test', user: 'acme'}}],
    users: [{name: 'acme', user: {exec: {apiVersion, command: binary('latchkey'), args: ['helper', 'kubectl', 'acme'], interactiveMode: 'Never'}}}],
  }));
  const kubectl = (...args) => run('/usr/bin/kubectl', args, {...world.env, KUBECONFIG: kubeconfig});
  return {sandbox, world, server, configure, kubectl};
}

test('kubectl is let in with the token, in every version of the protocol that it speaks', async (t) => {
  const {world, server, configure, kubectl} = await worldWithKubectl(t);
  const token = (await world.latchkeyDone('token', 'acme')).trim();
  for (const version of await versionsOf(kubectl)) {
    configure(version);
    const {code, stdout, stderr} = await kubectl(...RAW);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).kind, 'NamespaceList');
    assert.equal(server.seen.at(-1), `Bearer ${token}`);
  }
  for (const file of filesBelow(world.env.HOME)) assert.ok(!file.bytes.includes(token), file.path);
});

test('kubectl gets the new token once the grant has moved on', async (t) => {
  const {world, server, configure, kubectl} = await worldWithKubectl(t);
  configure(V1BETA1);
  assert.equal((await kubectl(...RAW)).code, 0);
  const before = server.seen.at(-1);
  await world.latchkeyDone('token', 'acme', '--stale-generation', '1');
  assert.equal((await kubectl(...RAW)).code, 0);
  assert.notEqual(server.seen.at(-1), before);
});

test('without a grant kubectl fails and shows what to do', async (t) => {
  const {world, server, configure, kubectl} = await worldWithKubectl(t);
  configure(V1BETA1);
  await world.latchkeyDone('logout', 'acme');
  const {code, stderr} = await kubectl(...RAW);
  assert.notEqual(code, 0);
  assert.match(stderr, /latchkey login acme/);
  assert.deepEqual(server.seen.filter((header) => header !== ''), []);
});

test('a version that nobody speaks any more is refused with the one to write', async (t) => {
  const {world} = await worldWithKubectl(t);
  const info = {apiVersion: 'client.authentication.k8s.io/v1alpha1', kind: 'ExecCredential', spec: {interactive: false}};
  const ended = await world.start('latchkey', ['helper', 'kubectl', 'acme'], {KUBERNETES_EXEC_INFO: JSON.stringify(info)}).end();
  assert.equal(ended.code, 2);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /client\.authentication\.k8s\.io\/v1 /);
});
