// A till in Chromium that is killed while it sells, again and again, its server now and then too: what a customer was given a
// receipt for is on the server in the end, each once, and the shelf agrees.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Demo, demoGoods } from '../journeys/demo-goods.ts';
import { Manager } from '../journeys/manager.ts';
import { ServerProcess } from '../journeys/server-process.ts';
import { Tablet } from '../journeys/tablet.ts';
import { Random } from '../simulation/random.ts';

export type KilledTill = {
  tillKills: number;
  serverKills: number;
  /** Sales whose receipt was on the screen. */
  receipts: number;
  /** Sales that the server has of this till. */
  posted: number;
  /** Receipts that the server does not have; numbers below the highest that it lacks. */
  missing: number;
  /** Receipts that were shown for two sales. */
  twice: number;
  wrong: string[];
};

/** From a scan to a receipt and on takes about as long: kills fall anywhere in it. */
const longestLifeMs = 4_000;

export async function killTill({ seconds, seed, log }: { seconds: number; seed: number; log: (line: string) => void }) {
  const random = new Random(seed);
  const demo = await demoGoods();
  const server = await ServerProcess.start();
  let till: Tablet | null = null;
  try {
    const manager = await Manager.signIn(server.baseUrl, demo.manager);
    const before = await manager.onHand(demo.lemonade.skuId);
    till = await Tablet.switchOn({ baseUrl: server.baseUrl });
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForServiceWorker();
    const found: KilledTill = {
      tillKills: 0,
      serverKills: 0,
      receipts: 0,
      posted: 0,
      missing: 0,
      twice: 0,
      wrong: [],
    };
    const shown: string[] = [];
    const endsAtMs = performance.now() + seconds * 1_000;
    while (performance.now() < endsAtMs) {
      const selling = sell(till, demo, shown);
      await sleep(random.between(0, longestLifeMs));
      const isServerKilled = random.weighted({ till: 3, both: 1 }) === 'both';
      if (isServerKilled) await server.kill('SIGKILL');
      await till.kill();
      await selling;
      found.tillKills += 1;
      await till.switchOn();
      await till.open('/');
      await till.signIn(demo.clerk);
      if (isServerKilled) {
        found.serverKills += 1;
        await server.start();
      }
      await clearCounter(till);
      log(`killed ${found.tillKills} times, ${shown.length} receipts`);
    }
    await till.waitForOnline(true);
    await till.waitForWaiting(0);
    return await compare(found, shown, { manager, till, demo, before });
  } finally {
    await till?.close();
    await server.close();
  }
}

/** One lemonade after the other, until the browser is gone; `shown` gets each number that a customer could read. */
async function sell(till: Tablet, { lemonade }: Demo, shown: string[]): Promise<void> {
  try {
    for (;;) {
      await till.scan(lemonade.gtin13);
      shown.push(await till.payExactly());
      await till.nextCustomer();
    }
  } catch (error) {
    // Whatever it waited for, the browser went away under it: the next life tells what is there.
    if (!(error instanceof Error)) throw error;
  }
}

/** What the killed one left on the screen: a receipt is left, goods that were not paid go back to the shelf. */
async function clearCounter(till: Tablet): Promise<void> {
  await till.byId('next-customer').or(till.byId('basket-count')).first().waitFor();
  if (await till.byId('next-customer').isVisible()) await till.byId('next-customer').click();
  await till.byId('basket-count').waitFor();
  if (await till.byId('basket-line').first().isVisible()) await till.byId('basket-clear').click();
  await till.byId('basket-empty').waitFor();
}

type Books = { manager: Manager; till: Tablet; demo: Demo; before: number };

async function compare(
  found: KilledTill,
  shown: string[],
  { manager, till, demo, before }: Books,
): Promise<KilledTill> {
  const report = await manager.till(till.tillNumber);
  const kept = new Set((await manager.transactionsOf(till.tillNumber)).map(({ entryId }) => entryId));
  const sold = before - (await manager.onHand(demo.lemonade.skuId));
  const wrong = sold === report.postedCount ? [] : [`${report.postedCount} sales are posted, ${sold} pieces are gone`];
  const lost = shown.filter((number) => !kept.has(number));
  return {
    ...found,
    receipts: shown.length,
    posted: report.postedCount,
    missing: lost.length + report.missing,
    twice: shown.length - new Set(shown).size,
    wrong,
  };
}
