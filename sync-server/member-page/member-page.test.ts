import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolMemberAnswerSchema, memberDetailSchema } from '#schemas/api/members.ts';
import { readSignedCode, rotatingMs, signCode, signedClockMs } from '#schemas/members/signed-code.ts';
import { createApp } from '../app.ts';
import type { Sms } from '../auth/sms.ts';
import { grantByRules } from '../coupons/grant-coupons.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { chainKeyOf, chainSigner } from '../members/chain-key.ts';
import { refreshStandings } from '../members/refresh-standings.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let app: Hono;
let till: TestTill;
let merchantId = '';
const host = 'shop.example';
const sent: Sms[] = [];
const mailed: { to: string; text: string }[] = [];

beforeAll(async () => {
  chain = await TestChain.open();
  const context = {
    ...chain.context,
    sms: { send: async (message: Sms) => void sent.push(message) },
    mailer: {
      send: async ({ to, text }: { to: string; text: string }) => void mailed.push({ to, text }),
      close: () => undefined,
    },
    nowMs: () => chain.nowMs,
  };
  till = await makeTill(chain.context, 'store-b', 1);
  const [store] = await chain.sql<{ merchant_id: string }>("select merchant_id from store where store_id = 'store-b'");
  merchantId = store?.merchant_id ?? '';
  await chain.sql('update merchant set digital_link_domain = $2 where merchant_id = $1', [
    merchantId,
    `https://${host}`,
  ]);
  app = createApp(context, { secret: 'a secret of thirty-two characters' });
});
afterAll(() => chain.close());

async function enrol(name: string, more: object): Promise<{ memberId: string; code: string }> {
  const [, answer] = await chain.ask('olga', 'stores/store-b/members', { name, ...more });
  return enrolMemberAnswerSchema.parse(answer);
}
type Asked = { cookie?: string; form?: Record<string, string>; headers?: Record<string, string> };
async function ask(path: string, { cookie = '', form, headers = {} }: Asked = {}) {
  const response = await app.request(`https://${host}${path}`, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    headers: { host, ...(cookie && { cookie }), ...headers },
  });
  return { response, status: response.status, text: await response.clone().text() };
}
/** Limits are by time: an hour later nobody is remembered. */
const later = () => {
  chain.nowMs += 61 * 60_000;
};
async function askCode(address: string): Promise<{ signIn: string; page: string }> {
  const { text } = await ask('/m/sign-in', { form: { address } });
  const signIn = /name="signIn" value="([^"]+)"/.exec(text)?.[1] ?? '';
  return { signIn, page: text.replace(signIn, '') };
}
async function codeTo(list: readonly { to: string; text: string }[], to: string): Promise<string> {
  await expect.poll(() => list.some((one) => one.to === to)).toBe(true);
  return /\d{6}/.exec(list.findLast((one) => one.to === to)?.text ?? '')?.[0] ?? '';
}
async function signIn(phone: string): Promise<string> {
  later();
  // Codes of others may still be on their way.
  const sentTo = () => sent.filter(({ to }) => to === phone).length;
  const count = sentTo();
  const begun = await askCode(phone);
  await expect.poll(sentTo).toBe(count + 1);
  const entered = await ask('/m/enter', { form: { signIn: begun.signIn, code: await codeTo(sent, phone) } });
  expect(entered.status).toBe(303);
  return entered.response.headers.get('set-cookie') ?? '';
}
const cookieOf = (setCookie: string) => setCookie.split(';')[0] ?? '';

test('[MB15] whoever has the phone or the mail is signed in; the answer is the same for an address that is nobody’s', async () => {
  await enrol('Ann Phone', { phone: '+447700900101', email: 'ann@example.com' });
  const known = await askCode('+44 7700 900101');
  const unknown = await askCode('+44 7700 900199');
  expect(known.page).toBe(unknown.page);
  expect(await codeTo(sent, '+447700900101')).toMatch(/^\d{6}$/);
  expect(sent.some(({ to }) => to === '+447700900199')).toBe(false);
  const byMail = await askCode('Ann@Example.com');
  const code = await codeTo(mailed, 'ann@example.com');
  const entered = await ask('/m/enter', { form: { signIn: byMail.signIn, code } });
  const cookie = entered.response.headers.get('set-cookie') ?? '';
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/m']) expect(cookie).toContain(part);
  const { text, response } = await ask('/m', { cookie: cookieOf(cookie) });
  expect(text).toContain('Ann Phone');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  // A code is good once.
  expect((await ask('/m/enter', { form: { signIn: byMail.signIn, code } })).status).toBe(422);
  expect((await ask('/m')).text).not.toContain('Ann Phone');
});

test('[MB15] five guesses, ten minutes; too many codes from one asker or to one address wait; another site’s form is nobody’s word', async () => {
  await enrol('Bob Guess', { phone: '+447700900102' });
  later();
  const begun = await askCode('+447700900102');
  const code = await codeTo(sent, '+447700900102');
  const wrong = code === '000000' ? '000001' : '000000';
  for (let guess = 0; guess < 5; guess += 1) {
    expect((await ask('/m/enter', { form: { signIn: begun.signIn, code: wrong } })).status).toBe(422);
  }
  expect((await ask('/m/enter', { form: { signIn: begun.signIn, code } })).status).toBe(422);
  later();
  const late = await askCode('+447700900102');
  await expect.poll(() => sent.filter(({ to }) => to === '+447700900102').length).toBe(2);
  chain.nowMs += 11 * 60_000;
  const lateCode = await codeTo(sent, '+447700900102');
  expect((await ask('/m/enter', { form: { signIn: late.signIn, code: lateCode } })).status).toBe(422);
  later();
  for (let time = 0; time < 3; time += 1) await askCode('+447700900102');
  const held = await ask('/m/sign-in', { form: { address: '+447700900102' } });
  expect([held.status, Number(held.response.headers.get('retry-after')) > 0]).toEqual([429, true]);
  const foreign = { form: { address: '+447700900102' }, headers: { 'sec-fetch-site': 'cross-site' } };
  expect((await ask('/m/sign-in', foreign)).status).toBe(403);
  later();
  expect((await ask('/m/sign-in', { form: { address: 'nonsense' } })).status).toBe(400);
});

test('[MB5] [MB15] points, tier, what is missing, coupons and receipts are there; the code is a picture that a till believes for a minute', async () => {
  const rules = {
    points: {
      ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [], pendingDays: 0, expiryDays: 365 },
      offlineBurnPoints: 0,
    },
    tiers: {
      ...{ firstTier: 'silver', windowDays: 365, reviewDays: 365 },
      tiers: [{ tier: 'gold', spendMinor: 100_000, visits: 9, points: null }],
    },
  };
  expect(await chain.outcome('olga', 'stores/store-b/member-rules', { rules })).toBe('200');
  const { memberId, code } = await enrol('Cas Card <b>', { phone: '+447700900103' });
  const fromMs = Math.floor(chain.nowMs / 1_000) * 1_000;
  const off = { kind: 'percentage', basisPoints: 1_000 };
  const campaign = { campaignId: 'hello', names: { en: 'Hello' }, off, spendMinor: 1, fromMs, untilMs: fromMs + 8e9 };
  expect(await chain.outcome('olga', 'stores/store-b/coupons', { ...campaign, grantRule: { kind: 'everyone' } })).toBe(
    '200',
  );
  chain.nowMs += 60_000;
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const sold = await till.next('retail-transaction', { ...saleBody([line('tea', 2)]), memberId, memberTier: 'silver' });
  await post(chain.context, till, [sold]);
  await refreshStandings(chain.context);
  await grantByRules(chain.context);
  const cookie = cookieOf(await signIn('+447700900103'));
  const { text } = await ask('/m', { cookie });
  expect(text).toContain('Cas Card &lt;b&gt;');
  expect(text).toContain('data-points="25"');
  expect(text).toContain('data-tier="silver"');
  expect(text).toContain('8 more visits');
  expect(text).toMatch(/data-coupon="hello\/[1-9a-z]+"/);
  const receipt = /href="(\/r\/store-b\/[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect((await ask(receipt)).text).toContain(sold._id);
  expect((await ask('/m?lang=zh-Hant', { cookie })).text).toContain('請在收銀台出示');
  const picture = await ask('/m/code.png', { cookie });
  expect(picture.response.headers.get('content-type')).toBe('image/png');
  expect((await ask('/m/code.png')).status).toBe(403);
  // What the picture says.
  const text2 = await signCode(
    'member',
    merchantId,
    { subject: code, fromMs: chain.nowMs, untilMs: chain.nowMs + rotatingMs },
    await chainSigner(chain.context, merchantId),
  );
  const key = await chainKeyOf(chain.context, merchantId);
  expect((await readSignedCode('member', merchantId, text2, key, chain.nowMs)).ok).toBe(true);
  const minuteLater = chain.nowMs + rotatingMs + signedClockMs + 2_000;
  expect(await readSignedCode('member', merchantId, text2, key, minuteLater)).toMatchObject({
    error: { code: 'expired' },
  });
});

test('[MB16] consents are put on record with their wording; who leaves or is erased is signed out; no exception is raised', async () => {
  const { memberId } = await enrol('Dee Own', { phone: '+447700900104' });
  const cookie = cookieOf(await signIn('+447700900104'));
  const saved = await ask('/m/consents?lang=en', { cookie, form: { mail: 'yes' } });
  expect(saved.response.headers.get('location')).toBe('/m?lang=en&said=saved');
  const [, answer] = await chain.ask('olga', `stores/store-b/members/${memberId}`);
  expect(memberDetailSchema.parse(answer).consents).toMatchObject([
    { purpose: 'mail', isGiven: true, wording: 'mail-1' },
  ]);
  expect((await ask('/m/erase', { cookie, form: {} })).response.headers.get('location')).toContain('said=confirm');
  const erased = await ask('/m/erase', { cookie, form: { sure: 'yes' } });
  expect([erased.status, erased.text.includes('Your data is erased')]).toEqual([200, true]);
  expect((await ask('/m', { cookie })).text).not.toContain('Dee Own');
  expect(await chain.sql('select 1 from member_session where member_id = $1', [memberId])).toEqual([]);
  const [row] = await chain.sql("select name, deleted from member where store_id = 'store-b' and member_id = $1", [
    memberId,
  ]);
  expect(row).toMatchObject({ deleted: true });
  expect(await chain.sql("select code from exception where store_id = 'store-b' and entry_id like '0000-%'")).toEqual(
    [],
  );

  await enrol('Eli Leaves', { phone: '+447700900105' });
  const other = cookieOf(await signIn('+447700900105'));
  expect((await ask('/m/leave', { cookie: other, form: { sure: 'yes' } })).text).toContain('You have left');
  expect((await ask('/m', { cookie: other })).text).not.toContain('Eli Leaves');
});
