import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import { rotatingMs, signCode } from '#schemas/members/signed-code.ts';
import { receiptOf } from '#schemas/receipt/receipt-of.ts';
import { fail, ok } from '#schemas/result.ts';
import type { MemberRow } from '#schemas/rows/rows.ts';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeConfig, fakeSku } from './fake-till.ts';
import { memberPurchases } from './member-purchases.ts';
import { MemoryStorage } from './memory-storage.ts';

const codes = { ada: codeOf(1), bob: codeOf(2) };
const ada: MemberRow = {
  memberId: 'ada-1234',
  name: 'Ada Brand',
  phone: '+447700900123',
  code: codes.ada,
  tier: 'gold',
};
const bob: MemberRow = { memberId: 'bob-5678', name: '🌸 فاطمة', phone: '+447700900123', code: codes.bob, tier: '' };
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let till: FakeTill;
let storage: MemoryStorage;
let app: App;

function codeOf(byte: number): string {
  return memberCodeOf(new Uint8Array(memberCodeBytes).fill(byte));
}
function signed(fromMs: number, key = pair.privateKey, chain = fakeConfig.merchantId): Promise<string> {
  const how = { key, dsaEncoding: 'ieee-p1363' } as const;
  const text = (said: string) => sign('sha256', Buffer.from(said), how).toString('base64url');
  return signCode('member', chain, { subject: codes.ada, fromMs, untilMs: fromMs + rotatingMs }, text);
}
async function start(operatorId = 'ann'): Promise<void> {
  app = await startFakeApp(till, { storage });
  await app.session.signIn(operatorId, '1234');
}
/** A gold member's cup costs 700 instead of 900. */
function listForGold(): void {
  const always = { storeIds: null, validFromMs: null, validUntilMs: null, followsOnline: false, currency: 'GBP' };
  const gold = { priceListId: 'gold', channel: 'member' as const, memberTiers: ['gold'], precedence: 9, ...always };
  till.lists.push({ ...gold } as (typeof till.lists)[number]);
  const cup = fakeSku('CUP', 900);
  const entry = { ...cup.entries[0], priceListId: 'gold', priceMinor: 700 } as (typeof cup.entries)[number];
  till.skus.push({ ...cup, entries: [...cup.entries, entry] }, fakeSku('TEA', 350));
}

beforeEach(async () => {
  till = new FakeTill();
  listForGold();
  till.members.rows.push(ada, bob);
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  till.setChainKey({ kty: 'EC', crv: 'P-256', x, y });
  storage = new MemoryStorage();
  await start();
});

describe('a member in the basket', () => {
  test('has member prices from the scan of the card on, is named in the sale, and leaves by one tap', async () => {
    await app.scanner.read('CUP');
    expect(app.payment.totals?.dueMinor).toBe(900);
    await app.scanner.read(codes.ada);
    expect(app.basket.member).toMatchObject({ memberId: 'ada-1234', tier: 'gold', isShown: true });
    expect(app.payment.totals?.dueMinor).toBe(700);
    app.members.takeOff();
    expect(app.payment.totals?.dueMinor).toBe(900);
    app.basket.undo();
    await app.pay();
    app.payment.tender(700);
    const entry = await app.finishSale();
    const body = retailTransactionSchema.parse(entry?.body);
    expect(body).toMatchObject({ memberId: 'ada-1234', memberTier: 'gold', totalMinor: 700 });
    expect(app.basket.member).toBe(null);
    const facts = { storeName: 's', merchantName: 's', address: '', timeZone: 'UTC', operatorName: '', origin: null };
    const own = { locale: 'en' as const, isCopy: false, voidedBy: null, logo: null, header: '', footer: '' };
    const receipt = receiptOf({ ...(entry as NonNullable<typeof entry>) }, body, { ...facts, ...own });
    expect(receipt.memberMark).toBe('**** 1234');
    expect(JSON.stringify(receipt)).not.toMatch(/Ada|900123|ada-/);
    expect((await memberPurchases(till, 'ada-1234')).purchases).toMatchObject([{ totalMinor: 700 }]);
  });

  test('outlives a restart and being put aside, and is nobody’s once the basket is new', async () => {
    await app.scanner.read('CUP');
    await app.scanner.read(codes.ada);
    await start();
    expect([app.basket.member?.memberId, app.payment.totals?.dueMinor]).toEqual(['ada-1234', 700]);
    expect(app.members.known?.name).toBe('Ada Brand');
    const { transactionId } = app.basket;
    await app.parking.park({ label: '', note: '' });
    expect(app.basket.member).toBe(null);
    await app.parking.takeUp(transactionId);
    expect([app.basket.member?.memberId, app.payment.totals?.dueMinor]).toEqual(['ada-1234', 700]);
    await settled();
    expect(app.members.known?.name).toBe('Ada Brand');
  });

  test('[MB12] erased while in the basket: the prices of anyone, and the clerk is told; what is being paid stands still', async () => {
    await app.scanner.read('CUP');
    await app.scanner.read(codes.ada);
    await app.pay();
    till.members.rows.splice(0, 1);
    till.tellRows('member');
    await settled();
    expect([app.basket.member?.memberId, app.payment.totals?.dueMinor]).toEqual(['ada-1234', 700]);
    app.payment.close();
    app.pricing.tick();
    expect([app.basket.member, app.payment.totals?.dueMinor, app.members.news]).toEqual([null, 900, 'gone']);
  });

  test('[MB11] merged meanwhile: who goes on, with their tier and prices', async () => {
    await app.scanner.read('CUP');
    await app.scanner.read(codes.bob);
    expect(app.payment.totals?.dueMinor).toBe(900);
    till.members.rows.splice(1, 1, { ...bob, mergedInto: 'ada-1234' });
    till.tellRows('member');
    await settled();
    expect([app.basket.member?.memberId, app.payment.totals?.dueMinor]).toEqual(['ada-1234', 700]);
  });

  test('nobody is changed while it is paid', async () => {
    await app.scanner.read('CUP');
    await app.pay();
    expect(app.members.choose(ada, false)).toBe(false);
    expect([app.basket.member, app.members.news]).toEqual([null, 'paying']);
  });
});

describe('codes', () => {
  const newsOf = async (raw: string) => {
    app.members.dismiss();
    app.members.takeOff();
    await app.scanner.read(raw);
    return [app.basket.member?.memberId ?? null, app.members.news];
  };

  test('[MB5] a code on a phone is taken once, in its time, from the chain’s own key', async () => {
    const nowMs = till.nowMs();
    const fresh = await signed(nowMs);
    expect(await newsOf(fresh)).toEqual(['ada-1234', null]);
    expect(await newsOf(fresh)).toEqual([null, 'used']);
    expect(await newsOf(await signed(nowMs, other.privateKey))).toEqual([null, 'forged']);
    expect(await newsOf(await signed(nowMs, pair.privateKey, 'another-chain'))).toEqual([null, 'forged']);
    expect(await newsOf(`${fresh}x`)).toEqual([null, 'forged']);
    const next = await signed(nowMs + 1_000);
    till.clockMs += 2 * 60_000;
    expect(await newsOf(next)).toEqual([null, 'expired']);
    expect(await newsOf(await signed(till.nowMs() + 5 * 60_000))).toEqual([null, 'too-early']);
  });

  test('[MB4] a card’s code in any writing; one character off is said, and is nobody', async () => {
    expect(await newsOf(codes.ada.toLowerCase())).toEqual(['ada-1234', null]);
    const off = codes.ada.slice(0, 5) + (codes.ada[5] === '9' ? '8' : '9') + codes.ada.slice(6);
    expect(await newsOf(off)).toEqual([null, 'mistyped']);
    expect(app.scanner.notice).toBe(null);
  });

  test('a card of before the journal is known by its number; what is nobody’s is unknown goods as ever', async () => {
    till.members.rows.push({ ...ada, memberId: 'old', code: 'LL-1', cardNumber: 'LL-1' });
    expect(await newsOf('LL-1')).toEqual(['old', null]);
    expect(await newsOf('LL-2')).toEqual([null, null]);
    expect(app.scanner.notice?.code).toBe('unknown');
  });

  test('a member of another store: the server is asked, nobody waits; without a line it is said', async () => {
    till.members.othersAnswer = ok([{ memberId: 'far', name: 'F•••', phone: null, tier: 'gold' }]);
    await app.scanner.read('CUP');
    await newsOf(codeOf(9));
    await settled();
    expect([app.basket.member, app.payment.totals?.dueMinor]).toMatchObject([
      { memberId: 'far', isElsewhere: true },
      700,
    ]);
    till.members.othersAnswer = fail({ code: 'offline' });
    await newsOf(codeOf(9));
    await settled();
    expect([app.basket.member, app.members.news]).toEqual([null, 'unreachable']);
  });
});

describe('enrolling', () => {
  test('[MB9] with what was agreed to, in which wording and language; the basket is theirs at once', async () => {
    const desk = app.members.enrolment;
    desk.begin('07700 900555', 'zh-Hant');
    expect(desk.phone).toBe('07700 900555');
    await desk.enrol();
    expect(desk.trouble).toBe('not-agreed');
    const [membership] = desk.asked;
    if (membership) desk.agree(membership, true);
    await desk.enrol();
    expect(till.committed).toHaveLength(1);
    expect(till.committed[0]?.body).toMatchObject({
      consents: [
        { purpose: 'membership', isGiven: true, wording: 'membership-1', locale: 'zh-Hant' },
        { purpose: 'sms', isGiven: false, wording: 'sms-1', locale: 'zh-Hant' },
      ],
    });
    expect(desk.done).toMatchObject({ phone: '+447700900555', code: expect.stringMatching(/^MB/) });
    expect(app.basket.member).toMatchObject({ memberId: desk.done?.memberId, tier: '', isShown: true });
  });

  test('the same phone for two people: those who have it are offered, and another one is enrolled when it is said so', async () => {
    const desk = app.members.enrolment;
    desk.begin('+44 7700 900123', 'en');
    for (const one of desk.asked) desk.agree(one, true);
    await desk.enrol();
    expect(desk.sameAs.map(({ memberId }) => memberId)).toEqual(['ada-1234', 'bob-5678']);
    expect(till.committed).toEqual([]);
    expect(desk.take(ada)).toBe(true);
    expect(app.basket.member?.memberId).toBe('ada-1234');
    desk.begin('+44 7700 900123', 'en');
    for (const one of desk.asked) desk.agree(one, true);
    await desk.enrol(true);
    expect(till.committed).toHaveLength(1);
  });

  test('what cannot be is said before anything is recorded; without a key the sale goes on', async () => {
    const desk = app.members.enrolment;
    const troubleOf = async (typed: string, email = '') => {
      desk.begin(typed, 'en');
      desk.email = email === '' ? desk.email : email;
      for (const one of desk.asked) desk.agree(one, true);
      await desk.enrol();
      return desk.trouble;
    };
    expect(await troubleOf('')).toBe('nobody');
    expect(await troubleOf('12')).toBe('phone');
    expect(await troubleOf('ada@')).toBe('nobody');
    expect(await troubleOf('Zoë', 'zoë@')).toBe('email');
    till.members.hasKeys = false;
    expect(await troubleOf('Zoë')).toBe('no-key');
    expect(till.committed).toEqual([]);
  });
});

test('members of other stores are those whom this till does not hold', async () => {
  const far = { memberId: 'far', name: 'F•••', phone: null, tier: '' };
  till.members.othersAnswer = ok([{ ...far, memberId: 'ada-1234' }, far]);
  await app.members.type('0123');
  await app.members.askElsewhere();
  expect(app.members.elsewhere).toEqual({ phase: 'found', members: [far] });
});

test('[MB3] a clerk is shown masks until the code was shown; who may see more is shown it', async () => {
  await app.members.type('0123');
  expect(app.members.found.map(({ memberId }) => memberId)).toEqual(['ada-1234', 'bob-5678']);
  expect(app.members.seesWhole).toBe(false);
  expect(await app.members.enter()).toBe(true);
  expect(app.basket.member).toMatchObject({ memberId: 'ada-1234', isShown: false });
  await app.scanner.read(codes.ada);
  expect(app.basket.member?.isShown).toBe(true);
  await start('bob');
  expect(app.members.seesWhole).toBe(true);
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('somebody else than the basket asks who it is', () => {
  test('a return finds its receipts by a code on a phone, while the basket stays whose it is, even once money was taken', async () => {
    await app.scanner.read('CUP');
    await app.scanner.read(codes.bob);
    const told: string[] = [];
    const end = app.members.askInstead(({ memberId, named }) => told.push(`${memberId} ${named?.name}`));
    await app.scanner.read(await signed(till.nowMs()));
    expect([told, app.basket.member?.memberId, app.basket.lines.length]).toEqual([
      ['ada-1234 Ada Brand'],
      'bob-5678',
      1,
    ]);
    await app.members.type('+447700900123');
    expect(await app.members.enter()).toBe(true);
    expect([told.length, app.members.text, app.basket.member?.memberId]).toEqual([2, '', 'bob-5678']);
    await app.scanner.read(await signed(till.nowMs(), other.privateKey));
    expect([told.length, app.members.news]).toEqual([2, 'forged']);
    end();
    await app.scanner.read(codes.ada);
    expect([told.length, app.basket.member?.memberId]).toEqual([2, 'ada-1234']);
  });

  test('a card of before that is typed whole is found by Enter, as it is by a scan', async () => {
    till.members.rows.push({ ...bob, memberId: 'dee-1', code: codeOf(4), cardNumber: 'LL-100099' });
    const told: string[] = [];
    app.members.askInstead(({ memberId }) => told.push(memberId));
    await app.members.type('LL-100099');
    expect(await app.members.enter()).toBe(true);
    expect(told).toEqual(['dee-1']);
  });

  test('one of another store, whom the server alone knows, is told too', async () => {
    till.members.othersAnswer = ok([{ memberId: 'cy-1', name: 'C…', phone: null, tier: '' }]);
    const told: unknown[] = [];
    app.members.askInstead((member) => told.push(member));
    await app.scanner.read(codeOf(9));
    await expect.poll(() => told).toEqual([{ memberId: 'cy-1', named: { name: 'C…', phone: null } }]);
    expect(app.basket.member).toBeNull();
  });
});
