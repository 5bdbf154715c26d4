// A client in Go, on the Varlink project's own library, gets tokens from the real daemon.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {loggedInAtSandbox} from './support/logged_in.mjs';

const INTERFACE_FILE = fileURLToPath(new URL('../../ipc/io.latchkey.Broker.varlink', import.meta.url));

test('a Go program reads the interface, gets a token, and understands a refusal', async (t) => {
  const {sandbox, world} = await loggedInAtSandbox(t, {world: {unknownApps: 'allow'}});
  const ended = await world.start('varlink-go-client', [world.socket, 'acme', 'nobody']).end();
  assert.equal(ended.code, 0, ended.stderr);
  const {info, description, known, unknown} = JSON.parse(ended.stdout);
  assert.equal(info.product, 'latchkeyd');
  assert.deepEqual([...info.interfaces].sort(), ['io.latchkey.Broker', 'org.varlink.service']);
  assert.equal(description, fs.readFileSync(INTERFACE_FILE, 'utf8'));
  assert.equal(known.reply.generation, 1);
  assert.equal(await sandbox.balanceStatus(known.reply.access_token), 200);
  assert.equal(unknown.error, 'io.latchkey.Broker.NoSuchAccount');
  assert.match(unknown.parameters.message, /nobody/);
});
