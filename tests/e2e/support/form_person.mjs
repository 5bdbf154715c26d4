// A person at a browser of the simplest kind: pages over HTTP, cookies, and forms that are sent as they stand or filled in.
import assert from 'node:assert/strict';

import {request} from './raw_http.mjs';

const LONGEST_WAY = 10;  // Redirects in a row.

const attribute = (tag, name) => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
const unescaped = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  .replaceAll('&amp;', '&');

export class FormPerson {
  constructor() {
    this.cookies = new Map();  // By path, then name.
    this.page = null;          // {url, status, text}
  }

  /** Opens `url` and follows where it leads. */
  async open(url, options = {}) {
    for (let next = url, how = options, steps = 0; next; how = {}) {
      assert.ok(++steps <= LONGEST_WAY, `more than ${LONGEST_WAY} redirects from ${url}`);
      const answer = await request(next, {...how, headers: {...how.headers, ...this.cookiesFor(next)}});
      this.keepCookies(answer.headers['set-cookie'] ?? []);
      this.page = {url: next, status: answer.status, text: answer.text};
      next = answer.headers.location ? new URL(answer.headers.location, next).href : null;
    }
    return this.page;
  }

  /** Sends the first form that holds `having`, with its hidden fields and with `values`. */
  async send(having, values = {}) {
    const form = this.page.text.match(/<form\b[^]*?<\/form>/g)?.find((each) => each.includes(having));
    assert.ok(form, `a form with ${having} in ${this.page.status} ${this.page.text}`);
    const hidden = [...form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) =>
      [attribute(tag, 'name'), unescaped(attribute(tag, 'value') ?? '')]);
    const body = new URLSearchParams({...Object.fromEntries(hidden), ...values}).toString();
    const action = new URL(unescaped(attribute(form, 'action')), this.page.url).href;
    return this.open(action, {method: 'POST', body, headers: {'Content-Type': 'application/x-www-form-urlencoded'}});
  }

  cookiesFor(url) {
    const {pathname} = new URL(url);
    const sent = [...this.cookies].filter(([path]) => pathname.startsWith(path)).flatMap(([, values]) => [...values]);
    return sent.length > 0 ? {Cookie: sent.map(([name, value]) => `${name}=${value}`).join('; ')} : {};
  }

  keepCookies(lines) {
    for (const line of lines) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      const path = line.match(/;\s*path=([^;]+)/i)?.[1] ?? '/';
      if (!this.cookies.has(path)) this.cookies.set(path, new Map());
      if (value === '') this.cookies.get(path).delete(name);
      else this.cookies.get(path).set(name, value);
    }
  }
}
