import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerContext } from '../context.ts';
import { addStore, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { createOperator } from '../people/new-operator.ts';
import { smtpMailer } from './mailer.ts';
import { PasswordResets } from './password-reset.ts';
import { startTestSmtp, type TestSmtp } from './test-smtp.ts';

let shop: TestShop;
const from = 'Onecode <shop@example.com>';
const origin = { address: '127.0.0.1', userAgent: '' };
const email = 'mei@example.com';

beforeAll(async () => {
  shop = await openTestShop();
  await addStore(shop.context, 'chain', 'store-a');
  const mei = { storeId: 'store-a', name: '王小明', username: 'mei', role: 'clerk', locale: 'zh-Hans', email } as const;
  await createOperator(shop.context, { ...mei, password: 'correct horse battery' });
});
afterAll(() => shop.close());

const links = async () => {
  const sql = `select l.url, v.expires_at > now() + interval '23 hours' as "isForADay" from unsent_link l
    join account_user u using (merchant_id, operator_id) join account_verification v on v.value = u.id`;
  return (await shop.context.database.pool.query<{ url: string; isForADay: boolean }>(sql)).rows;
};

/** Asks for a new password where mail goes to this server; answers how long it took. */
async function askReset(smtp: Pick<TestSmtp, 'url'>): Promise<number> {
  const mailer = smtpMailer(smtp.url, from, 500);
  const context: ServerContext = { ...shop.context, mailer };
  const resets = new PasswordResets(context, () => undefined);
  const beganMs = performance.now();
  resets.ask('mei', 'https://shop.example', origin);
  await resets.settled();
  mailer.close();
  return performance.now() - beganMs;
}

test('a mail in Chinese arrives as it was written: subject, words and link', async () => {
  const smtp = await startTestSmtp('takes');
  await askReset(smtp);
  await smtp.close();
  expect(smtp.mails).toHaveLength(1);
  const [mail] = smtp.mails;
  expect([mail?.from, mail?.to]).toEqual([expect.stringContaining('<shop@example.com>'), [`<${email}>`]]);
  const { headers, text } = read(mail?.raw ?? '');
  expect(headers).toMatchObject({ subject: 'chain：重设密码', from, to: email });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(text).toContain('王小明，您好：');
  expect(text).toMatch(/^https:\/\/shop\.example\/reset#[\w-]{43}$/m);
  expect(await links()).toEqual([]);
});

test.for(['hangs-up', 'silent', 'refuses', 'not there'] as const)(
  'a mail server that %s keeps nobody: the link waits, for a day, to be handed over',
  async (manner) => {
    await shop.context.database.pool.query('delete from account_verification');
    await shop.context.database.pool.query('delete from unsent_link');
    const smtp = await startTestSmtp(manner === 'not there' ? 'takes' : manner);
    if (manner === 'not there') await smtp.close();
    const tookMs = await askReset(smtp);
    if (manner !== 'not there') await smtp.close();
    expect(smtp.mails).toEqual([]);
    expect(await links()).toEqual([{ url: expect.stringMatching(/\/reset#[\w-]{43}$/), isForADay: true }]);
    expect(tookMs).toBeLessThan(15_000);
  },
);

/** A message of one part (RFC 5322, 2045, 2047). */
function read(raw: string): { headers: Record<string, string>; text: string } {
  const [head = '', body = ''] = raw.split(/\n\n([\s\S]*)/);
  const lines = head.replace(/\n[ \t]+/g, ' ').split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), words(line.slice(line.indexOf(':') + 1))]),
  );
  const isBase64 = headers['content-transfer-encoding'] === 'base64';
  return { headers, text: isBase64 ? Buffer.from(body, 'base64').toString('utf8') : quoted(body.replace(/=\n/g, '')) };
}

function words(value: string): string {
  return value
    .trim()
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      /b/i.test(kind) ? Buffer.from(text, 'base64').toString('utf8') : quoted(text.replaceAll('_', ' ')),
    );
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
