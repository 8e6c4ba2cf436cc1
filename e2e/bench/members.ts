// How long a till takes to find one of 200,000 members as somebody types, and to enrol one. The PWA's database layer in a real browser;
// the server's part is played by a fake.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { FakeServer } from '#pwa/db/fake-server.ts';
import type { Till } from '#pwa/db/till-types.ts';
import { BrowserProfile } from '../browser/browser-profile.ts';
import { startHarness } from '../browser/harness-server.ts';
import { answerWith, openTill } from './resolving.ts';

export type MembersSize = { members: number; times: number };
export type MembersFigures = {
  members: number;
  /** The first question on a tablet that has just loaded the store: what members are found by is made then. */
  first: number;
  /** In the first seconds after switching on. */
  cold: number[];
  tails: number[];
  names: number[];
  codes: number[];
  enrolments: number[];
};

const fullSize: MembersSize = { members: 200_000, times: 100 };
/** The browser's idle time brings keys and pages into memory meanwhile. */
const settleMs = 30_000;
/** As the server cuts them on average. */
const rowsOfPage = 2_048;
const firstNames = [
  'Ada',
  'Émile',
  'Grace',
  'Kwame',
  'Saoirse',
  'Dilip',
  'Zofia',
  'Wei',
  'Ottilie',
  'Jürgen',
  '晓岚',
  '子墨',
  '若晴',
];
const syllables = [
  'ba',
  'cor',
  'den',
  'fal',
  'gri',
  'hol',
  'ker',
  'lam',
  'mor',
  'nel',
  'pra',
  'ros',
  'sto',
  'tur',
  'wit',
];

/** 3,375 family names: each of some sixty people. */
function nameOf(number: number): string {
  const at = (divisor: number) => syllables[Math.floor(number / divisor) % syllables.length] ?? '';
  return `${firstNames[number % firstNames.length]} ${at(1)}${at(15)}${at(225)}`;
}
const phoneOf = (number: number) => `+447${String((number * 7_919_777) % 1_000_000_000).padStart(9, '0')}`;
const codeOf = (number: number) => `LL-${String(number).padStart(7, '0')}`;
/** As members who enrol themselves have them: in no order. */
const idOf = (number: number) => `m${((number * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0')}`;

function fill(server: FakeServer, members: number): void {
  for (let number = 0; number < members; number++) {
    const memberId = idOf(number);
    const known = { name: nameOf(number), phone: phoneOf(number), code: codeOf(number), tier: 'basic' };
    server.set('member', memberId, { memberId, ...known });
  }
  server.rowsPerPage = rowsOfPage;
  server.cut();
  server.meets = (path) => {
    if (!path.endsWith('/person-keys')) return null;
    const keys = Array.from({ length: 200 }, () => ({
      keyId: randomUUID(),
      key: randomBytes(32).toString('base64url'),
    }));
    return Response.json({ keys });
  };
}

type Ready = Window & { till: Till };

/** Milliseconds of each look-up, each text once. */
function find(page: Page, texts: readonly string[]): Promise<number[]> {
  return page.evaluate(async (asked) => {
    const { till } = window as unknown as Ready;
    const taken: number[] = [];
    for (const text of asked) {
      const startedAtMs = performance.now();
      const { members } = await till.members.find(text, 8);
      taken.push(performance.now() - startedAtMs);
      if (members.length === 0) throw new Error(`nobody is found by ${text}`);
      // A person types slower; what the browser does between two keys is not to be counted.
      await new Promise((rest) => setTimeout(rest, 20));
    }
    return taken;
  }, texts);
}

function codes(page: Page, scanned: readonly string[]): Promise<number[]> {
  return page.evaluate(async (asked) => {
    const { till } = window as unknown as Ready;
    const taken: number[] = [];
    for (const text of asked) {
      const startedAtMs = performance.now();
      const member = await till.members.byCode(text);
      taken.push(performance.now() - startedAtMs);
      if (member === null) throw new Error(`nobody has ${text}`);
      await new Promise((rest) => setTimeout(rest, 20));
    }
    return taken;
  }, scanned);
}

function enrol(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const { till } = window as unknown as Ready;
    const taken: number[] = [];
    for (let number = 0; number < count; number++) {
      const person = { name: `New ${number}`, phone: `+4480${String(number).padStart(8, '0')}` };
      const startedAtMs = performance.now();
      const enrolled = await till.members.enrol({ person, consents: [] }, 'ann');
      taken.push(performance.now() - startedAtMs);
      if (!enrolled.ok) throw new Error(enrolled.error.code);
      await new Promise((rest) => setTimeout(rest, 50));
    }
    return taken;
  }, times);
}

/** On a profile of its own: loads the store, then looks up and enrols throttled so, in a page that has just been opened. */
export async function benchMembers(rate: number, size: MembersSize = fullSize): Promise<MembersFigures> {
  const { members, times } = size;
  const server = new FakeServer('shop');
  fill(server, members);
  const harness = await startHarness();
  const profile = new BrowserProfile();
  const open = async () => {
    const page = await profile.open(harness.url);
    await answerWith(page, server);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    await openTill(page);
    return page;
  };
  const some = (salt: number) => Array.from({ length: times }, (_, at) => ((at + salt) * 7_919) % members);
  const tail = (number: number) => phoneOf(number).slice(-4);
  try {
    const [first = 0] = await find(await open(), [phoneOf(1)]);
    await profile.kill();
    const page = await open();
    const cold = await find(page, some(1).slice(0, 20).map(tail));
    await page.waitForTimeout(settleMs);
    return {
      ...{ members, first, cold },
      tails: await find(page, some(2).map(tail)),
      names: await find(
        page,
        some(3).map((number) => nameOf(number).toLowerCase().slice(0, -1)),
      ),
      codes: await codes(page, some(4).map(codeOf)),
      enrolments: await enrol(page, Math.min(times, 50)),
    };
  } finally {
    await profile.remove();
    await harness.close();
  }
}
