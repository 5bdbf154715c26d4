// Single HTTP requests as a hostile page or a careful test writes them: nothing is followed, nothing is added.
import http from 'node:http';

/** {status, headers, text}. `url` gives the address; host, method and headers can be anything. */
export function request(url, {method = 'GET', headers = {}, body} = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, {method, headers, agent: false}, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        text: Buffer.concat(parts).toString('utf8'),
      }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Follows redirects as a browser does: every answer on the way, the last one last; each with its `url`. */
export async function follow(url) {
  const answers = [];
  for (let next = url; next;) {
    const answer = {url: next, ...await request(next)};
    answers.push(answer);
    next = answer.headers.location ? new URL(answer.headers.location, next).href : null;
    if (answers.length > 10) throw new Error(`more than ten redirects from ${url}`);
  }
  return answers;
}
