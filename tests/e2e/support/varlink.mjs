// A Varlink client in a few lines, from the protocol's description alone: JSON objects ended by a NUL byte over a Unix socket.
import net from 'node:net';

export class VarlinkError extends Error {
  constructor({error, parameters}) {
    super(`${error} ${JSON.stringify(parameters)}`);
    this.name = error;
    this.parameters = parameters;
  }
}

export class VarlinkClient {
  constructor(socket) {
    this.waiting = [];
    this.rest = '';
    this.connection = net.connect(socket);
    this.connection.setEncoding('utf8');
    this.connection.on('data', (text) => this.received(text));
    this.connection.on('error', (error) => this.ended(error));
    this.connection.on('close', () => this.ended(new Error('the connection was closed')));
  }

  /** One call, one reply: its parameters, or a VarlinkError. Calls may be pipelined. */
  call(method, parameters = {}) {
    return new Promise((resolve, reject) => {
      this.waiting.push({resolve, reject});
      this.connection.write(JSON.stringify({method, parameters}) + '\0');
    });
  }

  /** A call with `more`. next() of what it gives completes with the parameters of each reply in turn. */
  replies(method, parameters = {}) {
    const replies = new Replies();
    this.waiting.push(replies);
    this.connection.write(JSON.stringify({method, parameters, more: true}) + '\0');
    return replies;
  }

  close() { this.connection.destroy(); }

  received(text) {
    const messages = (this.rest + text).split('\0');
    this.rest = messages.pop();
    for (const message of messages) {
      const reply = JSON.parse(message);
      const caller = reply.continues ? this.waiting[0] : this.waiting.shift();
      if (reply.error) caller.reject(new VarlinkError(reply));
      else caller.resolve(reply.parameters ?? {});
    }
  }

  ended(error) {
    for (const caller of this.waiting.splice(0)) caller.reject(error);
  }
}

// Replies that came and were not asked for yet, or the askers of those to come; after an error there is nothing else.
class Replies {
  constructor() {
    this.came = [];
    this.askers = [];
    this.error = null;
  }

  resolve(parameters) { this.askers.length > 0 ? this.askers.shift().resolve(parameters) : this.came.push(parameters); }

  reject(error) {
    this.error = error;
    for (const asker of this.askers.splice(0)) asker.reject(error);
  }

  /** The next reply's parameters; a VarlinkError where the call ended with one. */
  next() {
    if (this.came.length > 0) return Promise.resolve(this.came.shift());
    if (this.error) return Promise.reject(this.error);
    return new Promise((resolve, reject) => this.askers.push({resolve, reject}));
  }
}

/** One call on a connection of its own. */
export async function varlinkCall(socket, method, parameters) {
  const client = new VarlinkClient(socket);
  try {
    return await client.call(method, parameters);
  } finally {
    client.close();
  }
}

/** A call with `more` on a connection of its own: the parameters of all replies, once the last has come. */
export async function varlinkReplies(socket, method, parameters) {
  const connection = net.connect(socket);
  connection.write(JSON.stringify({method, parameters, more: true}) + '\0');
  const replies = [];
  let rest = '';
  connection.setEncoding('utf8');
  for await (const text of connection) {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const reply of messages.map((message) => JSON.parse(message))) {
      if (reply.error) throw new VarlinkError(reply);
      replies.push(reply.parameters);
      if (!reply.continues) return replies;
    }
  }
  throw new Error('the connection was closed before the last reply');
}
