// Starts a program with an environment of its own and watches what it says. Every end-to-end test starts its programs here.
import {spawn} from 'node:child_process';
import {once} from 'node:events';

// A program that says nothing for this long has failed; ctest's own limit is longer.
const LONGEST_WAIT_MS = 60_000;

/** Rejects with `what` where `promise` takes longer than a test may wait. */
export async function within(promise, what, milliseconds = LONGEST_WAIT_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The kernel ends the program with the test that started it, even where the test itself is killed.
const WITH_PARENT = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'];

export class Program {
  /** `input`: 'open' keeps standard input for write(). */
  constructor(path, args, env, {input = 'closed'} = {}) {
    this.name = path.split('/').at(-1);
    this.stdout = '';
    this.stderr = '';
    const [first, ...rest] = [...WITH_PARENT, path, ...args];
    this.child = spawn(first, rest, {env, stdio: ['pipe', 'pipe', 'pipe']});
    this.child.stdin.on('error', () => {});  // A program may end without reading its input.
    if (input === 'closed') this.child.stdin.end();
    for (const stream of ['stdout', 'stderr']) {
      this.child[stream].setEncoding('utf8');
      this.child[stream].on('data', (text) => { this[stream] += text; });
    }
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({code, signal, stdout: this.stdout, stderr: this.stderr}));
    });
    this.exited.catch(() => {});  // Whoever waits for it sees the error.
  }

  get pid() { return this.child.pid; }
  get running() { return this.child.exitCode === null && this.child.signalCode === null; }

  write(text) { this.child.stdin.write(text); }

  /** The first match of `pattern` in what the program has said or is yet to say on `stream`. */
  async says(stream, pattern) {
    const search = async () => {
      for (;;) {
        const found = this[stream].match(pattern);
        if (found) return found;
        const ended = await Promise.race([once(this.child[stream], 'data').then(() => false), this.exited.then(() => true)]);
        if (ended && !this[stream].match(pattern)) {
          throw new Error(`${this.name} ended before it said ${pattern}:\n${this.stdout}${this.stderr}`);
        }
      }
    };
    return within(search(), `${pattern} from ${this.name}, which said:\n${this.stdout}${this.stderr}\n`);
  }

  /** Waits for the end: {code, signal, stdout, stderr}. */
  async end() { return within(this.exited, `end of ${this.name}, which said:\n${this.stdout}${this.stderr}\n`); }

  async stop(signal = 'SIGTERM') {
    if (this.running) this.child.kill(signal);
    return this.end();
  }
}

/** Runs to the end. */
export async function run(path, args, env) { return new Program(path, args, env).end(); }
