// An RFID bridge as a process of its own, a till in a real Chromium, the real server: from a tag's being sent to its being
// counted on the screen. Run alone: node e2e/bench/rfid.ts
import { demoGoods } from '../journeys/demo-goods.ts';
import { demoPerson } from '../journeys/demo-people.ts';
import { Manager } from '../journeys/manager.ts';
import { announced, receiveTags, taggedGoods } from '../journeys/rfid-reading.ts';
import { ServerProcess } from '../journeys/server-process.ts';
import { Tablet } from '../journeys/tablet.ts';
import { spread } from './figures.ts';

export type RfidSize = { perSecond: number; seconds: number };
/** `lagsMs`: of each tag. `lost` and `twice`: what the server has less or more than was read. */
export type RfidBurst = { tags: number; reads: number; pauses: number; lagsMs: number[]; lost: number; twice: number };

const fullSize: RfidSize = { perSecond: 500, seconds: 60 };
const mostSkus = 60;

export async function benchRfid(rate: number, { perSecond, seconds }: RfidSize = fullSize): Promise<RfidBurst> {
  const server = await ServerProcess.start();
  const till = await Tablet.switchOn({ baseUrl: server.baseUrl });
  try {
    const demo = demoGoods();
    const manager = await Manager.signIn(server.baseUrl, demo.manager);
    const skus = demo.coded.slice(0, mostSkus);
    const goods = taggedGoods(skus, Math.ceil((perSecond * seconds) / skus.length));
    const deliveryId = await manager.announce({ from: 'Harrow Mill', reference: 'RFID', lines: announced(goods) });
    await till.pairAndSignIn(manager, demoPerson(demo.manager.username));
    await till.waitForAllRows();
    const devtools = await till.context.newCDPSession(till.page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    const reading = await receiveTags(till, deliveryId, goods, { perSecond });
    await till.byId('receive-leave').click();
    // Only then is the last portion on record.
    await till.byId('receive-blind').waitFor();
    await till.waitForWaiting(0);
    const { received, over } = await manager.deliveryNote(deliveryId);
    const twice = over + (await manager.exceptionsOf(till.tillNumber)).length;
    return { ...reading, lost: reading.tags - received, twice };
  } finally {
    await till.close();
    await server.close();
  }
}

if (import.meta.main) {
  const { lagsMs, ...counts } = await benchRfid(1);
  console.log(counts, spread(lagsMs));
}
