// An account that asks for every scope of Kraken's table, through the consent page, as a person sees it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {makePerson} from './support/person.mjs';
import {startSandbox} from './support/sandbox.mjs';
import {makeWorld} from './support/world.mjs';

// A picture of the consent page for whoever asks for one. The window is as high as the page: the buttons stick to its
// lower edge and would stand before the scopes.
async function pictureFor(folder, page) {
  if (!folder) return;
  fs.mkdirSync(folder, {recursive: true});
  await page.setViewportSize({width: 720, height: await page.evaluate(() => document.documentElement.scrollHeight)});
  await page.screenshot({path: path.join(folder, 'consent_all_scopes.png')});
}

async function worldWithBrowser(t) {
  const world = makeWorld(t);
  await world.watchBrowser();
  await world.startDaemon();
  return world;
}

test('all eighteen scopes are asked for, shown with what they allow, and granted', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await worldWithBrowser(t);
  const {scopes, scopes_complete} = await world.latchkeyJson('scopes', 'kraken');
  assert.equal(scopes_complete, true);
  const asked = scopes.map(({name}) => name);
  assert.equal(asked.length, 18);

  const person = await makePerson(t);
  const login = world.start('latchkey', ['login', 'exchange', ...sandbox.addOptions(), '--scope', asked.join(' '), '--yes']);
  await person.page.goto(await world.nextBrowserUrl());
  const shown = await person.page.innerText('main');
  for (const {name, description} of scopes) assert.ok(shown.includes(name) && shown.includes(description), `${name} in ${shown}`);
  await pictureFor(process.env.LATCHKEY_SCREENSHOTS, person.page);
  await person.page.click('#allow');
  await person.page.waitForURL((url) => url.pathname === '/done');
  const ended = await login.end();
  assert.equal(ended.code, 0, ended.stderr);

  const account = await world.latchkeyJson('show', 'exchange');
  assert.deepEqual([...account.granted_scopes].sort(), [...asked].sort());
  const token = await world.latchkeyJson('token', 'exchange');
  assert.deepEqual([...token.scopes].sort(), [...asked].sort());
  assert.equal(await sandbox.balanceStatus(token.access_token), 200);
});

test('a script that asks for what moves money must say --yes, and nothing is made before', async (t) => {
  const sandbox = await startSandbox(t, ['--auto-consent']);
  const world = await worldWithBrowser(t);
  for (const verb of ['add', 'login']) {
    const {code, stderr} = await world.latchkey(verb, 'exchange', ...sandbox.addOptions(), '--scope',
      'account.info:basic account.fast-api-key:funds-withdraw');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /account\.fast-api-key:funds-withdraw \(Withdraw funds\) moves money.*--yes/);
  }
  assert.equal(await world.latchkeyDone('list'), '');
  await world.latchkeyDone('add', 'exchange', ...sandbox.addOptions(), '--scope', 'account.fast-api-key:funds-withdraw', '--yes');
  assert.deepEqual((await world.latchkeyJson('show', 'exchange')).scopes, ['account.fast-api-key:funds-withdraw']);
});

test('a mistyped scope is refused with the nearest one; without scopes the account is told what it gets', async (t) => {
  const sandbox = await startSandbox(t);
  const world = await worldWithBrowser(t);
  const refused = await world.latchkey('add', 'exchange', ...sandbox.addOptions(), '--scope', 'account.info:bsic');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Kraken documents no scope account\.info:bsic; did you mean account\.info:basic\?/);
  const added = await world.latchkey('add', 'exchange', ...sandbox.addOptions());
  assert.equal(added.code, 0);
  assert.match(added.stderr, /Without --scope, Kraken grants every scope/);
});
