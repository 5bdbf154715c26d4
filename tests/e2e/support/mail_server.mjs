// As much of an SMTP and an IMAP server as msmtp and mbsync need, over TLS. Both let in only who brings an access token, by
// XOAUTH2 or OAUTHBEARER (RFC 7628), and ask `accepts` about it.
import {once} from 'node:events';
import fs from 'node:fs';
import readline from 'node:readline';
import tls from 'node:tls';

export const MESSAGE = 'From: bob@example.com\r\nTo: ann@example.com\r\nSubject: Hello\r\n\r\nHello, Ann.\r\n';

const RESPONSES = {
  XOAUTH2: /^user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01$/,
  OAUTHBEARER: /^n,a=([^,]+),\x01(?:host=[^\x01]*\x01)?(?:port=[^\x01]*\x01)?auth=Bearer ([^\x01]+)\x01\x01$/,
};

/** What the client said: {mechanism, user, token}, or nothing where it makes no sense. */
function identityOf(mechanism, base64 = '') {
  const found = Buffer.from(base64, 'base64').toString().match(RESPONSES[mechanism] ?? /$^/);
  return found && {mechanism, user: found[1], token: found[2]};
}

/** A server that ends with the test. `serve(say, lines, server)` holds one conversation. */
async function startServer(t, {key, cert}, accepts, serve) {
  const server = {accepts, seen: [], mails: []};
  const sockets = new Set();
  const listener = tls.createServer({key: fs.readFileSync(key), cert: fs.readFileSync(cert)}, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});  // The client may leave as it likes.
    const lines = readline.createInterface({input: socket, crlfDelay: Infinity})[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value;
    serve((text) => socket.write(`${text}\r\n`), next, server).finally(() => socket.end());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  server.port = listener.address().port;
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return server;
}

async function isLetIn(server, mechanism, response) {
  const identity = identityOf(mechanism, response);
  if (!identity) return false;
  server.seen.push(identity);
  return server.accepts(identity.token);
}

async function smtp(say, next, server) {
  let isIn = false;
  say('220 localhost ESMTP');
  for (let line = await next(); line !== undefined; line = await next()) {
    const [verb, mechanism, response] = line.split(' ');
    switch (verb.toUpperCase()) {
      case 'EHLO': say('250-localhost\r\n250 AUTH XOAUTH2 OAUTHBEARER'); break;
      case 'AUTH':
        isIn = await isLetIn(server, mechanism, response ?? (say('334 '), await next()));
        say(isIn ? '235 2.7.0 Accepted' : '535 5.7.8 Refused');
        break;
      case 'MAIL': case 'RCPT': say(isIn ? '250 OK' : '530 5.7.0 Authentication required'); break;
      case 'DATA': {
        say('354 Go on');
        const mail = [];
        for (let text = await next(); text !== '.' && text !== undefined; text = await next()) mail.push(text);
        server.mails.push(mail.join('\n'));
        say('250 OK');
        break;
      }
      case 'QUIT': say('221 Bye'); return;
      default: say('500 What?');
    }
  }
}

// One mailbox with one message.
async function imap(say, next, server) {
  say('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER] Ready');
  for (let line = await next(); line !== undefined; line = await next()) {
    const [tag, verb, ...words] = line.split(' ');
    const answers = {
      CAPABILITY: ['* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER'],
      LIST: ['* LIST () "/" INBOX'],
      SELECT: ['* FLAGS (\\Seen)', '* 1 EXISTS', '* 0 RECENT', '* OK [UIDVALIDITY 1] Valid', '* OK [UIDNEXT 2] Next'],
      UID: words[2]?.includes('BODY') || line.includes('BODY.PEEK')
        ? [`* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Jan-2026 00:00:00 +0000" BODY[] {${MESSAGE.length}}\r\n${MESSAGE})`]
        : [`* 1 FETCH (UID 1 FLAGS () RFC822.SIZE ${MESSAGE.length})`],
      LOGOUT: ['* BYE'],
    }[verb.toUpperCase()] ?? [];
    let status = 'OK';
    if (verb.toUpperCase() === 'AUTHENTICATE') {
      const isIn = await isLetIn(server, words[0], words[1] ?? (say('+ '), await next()));
      status = isIn ? 'OK' : 'NO';
    }
    for (const answer of answers) say(answer);
    say(`${tag} ${status} ${verb} done`);
    if (verb.toUpperCase() === 'LOGOUT') return;
  }
}

export const startSmtpServer = (t, certificates, accepts) => startServer(t, certificates, accepts, smtp);
export const startImapServer = (t, certificates, accepts) => startServer(t, certificates, accepts, imap);
