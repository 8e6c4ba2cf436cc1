import { createServer, type Server, type Socket } from 'node:net';
import { assert } from '#schemas/assert.ts';

/** A mail server as far as one mail takes. For tests. */
export type TestSmtp = {
  url: string;
  /** What came, as it came: envelope and raw message. */
  mails: { from: string; to: string[]; raw: string }[];
  close(): Promise<void>;
};

/** `manner`: takes mail, hangs up at once, says nothing, or refuses each receiver. */
export async function startTestSmtp(manner: 'takes' | 'hangs-up' | 'silent' | 'refuses'): Promise<TestSmtp> {
  const mails: TestSmtp['mails'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    if (manner === 'hangs-up') socket.destroy();
    else if (manner !== 'silent') converse(socket, mails, manner === 'refuses');
  });
  const port = await listening(server);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a server that listens has a port');
  return address.port;
}

function converse(socket: Socket, mails: TestSmtp['mails'], refuses: boolean): void {
  let mail = { from: '', to: [] as string[], raw: '' };
  let isData = false;
  let rest = '';
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 mail.example ESMTP');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (isData && line !== '.') mail.raw += `${line.replace(/^\./, '')}\n`;
      else if (isData) {
        isData = false;
        mails.push(mail);
        mail = { from: '', to: [], raw: '' };
        say('250 taken');
      } else if (/^DATA/i.test(line)) {
        isData = true;
        say('354 go on');
      } else if (/^MAIL FROM:/i.test(line)) {
        mail.from = line.slice(10);
        say('250 ok');
      } else if (/^RCPT TO:/i.test(line)) {
        if (!refuses) mail.to.push(line.slice(8));
        say(refuses ? '550 nobody here' : '250 ok');
      } else if (/^QUIT/i.test(line)) {
        say('221 bye');
        socket.end();
      } else say('250 mail.example');
    }
  });
}
