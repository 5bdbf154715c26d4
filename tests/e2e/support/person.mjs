// A person at a browser: headless Chromium that logs in, consents, and looks at the page it lands on.
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

import {chromium} from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../artifacts/', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
// No sandbox of its own: the tests also run as root. No traffic of its own: the tests run without a network.
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const LONGEST_CLICK_MS = 20_000;

/** A browser that ends with the test. The provider's test certificate is taken: it is the daemon's trust that is tested. */
export async function makePerson(t) {
  const browser = await chromium.launch({executablePath: CHROMIUM, headless: true, args: FLAGS});
  t.after(() => browser.close());
  const context = await browser.newContext({ignoreHTTPSErrors: true});
  context.setDefaultTimeout(LONGEST_CLICK_MS);
  await context.route((url) => url.hostname !== '127.0.0.1' && url.hostname !== 'localhost', (route) => route.abort());
  return new Person(await context.newPage());
}

class Person {
  constructor(page) {
    this.page = page;
    this.addresses = [];  // Every address the address bar has shown.
    page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) this.addresses.push(frame.url()); });
  }

  /** Opens `url`, which leads to the provider's login and consent pages, and clicks through them. */
  async logInAtOidc(url, name = 'ann') {
    await this.page.goto(url);
    await this.clickThroughOidc(name);
  }

  async clickThroughOidc(name) {
    await this.page.fill('input[name=login]', name);
    await this.page.fill('input[name=password]', 'any');
    await this.page.click('button[type=submit]');
    await this.page.click('form:has(input[name=prompt][value=consent]) button[type=submit]');
  }

  /** Opens the provider's device page at `url`, compares the code, logs in and consents. */
  async allowDeviceAtOidc(url, userCode, name = 'ann') {
    await this.page.goto(url);
    await this.page.waitForSelector('form[id="op.deviceConfirmForm"]', {state: 'attached'});
    await this.page.waitForSelector(`text=${userCode}`);
    await this.page.click('button[autofocus]');
    await this.clickThroughOidc(name);
    await this.page.waitForSelector('text=Sign-in Success');
  }

  /** Types the code at the sandbox's device page `url`, and answers. */
  async answerDeviceAtSandbox(url, userCode, answer, picture) {
    await this.page.goto(url);
    await this.page.fill('#code', userCode);
    await this.page.click('#next');
    await this.picture(picture);
    await this.page.click(answer === 'allow' ? '#allow' : '#deny');
    await this.page.waitForSelector('text=You can close this page');
  }

  /** Opens `url`, and turns back at the provider's login page. */
  async abortAtOidc(url) {
    await this.page.goto(url);
    await this.page.click('a[href$="/abort"]');
  }

  /** Opens `url`, which leads to the sandbox's consent page, and answers it. */
  async answerAtSandbox(url, answer) {
    await this.page.goto(url);
    await this.page.click(answer === 'allow' ? '#allow' : '#deny');
  }

  /** Waits for the landing page: its text and what the address bar shows. Keeps a picture of it as artifacts/NAME.png. */
  async landing(name) {
    await this.page.waitForURL((url) => url.pathname === '/done');
    await this.page.waitForLoadState('load');
    await this.picture(name);
    return {text: await this.page.innerText('body'), address: this.page.url()};
  }

  async picture(name) {
    fs.mkdirSync(ARTIFACTS, {recursive: true});
    await this.page.screenshot({path: path.join(ARTIFACTS, `${name}.png`)});
  }
}
