import { assert } from '#schemas/assert.ts';
import type {
  CountedLine,
  CountOpened,
  GoodsCounted,
  PlaceCounted,
  RecountAsked,
} from '#schemas/stock/count-entries.ts';
import { readReview } from '#sync-server/counts/read-review.ts';
import { approveCount } from '#sync-server/counts/write-count.ts';
import { byWhom } from './by-whom.ts';
import { placeIds } from './goods-happenings.ts';
import type { Random } from './random.ts';
import { currency, type Happening, skus } from './shop.ts';
import { merchantId, storeIds, type World } from './world.ts';

/** Few, so that tills meet in one and come late to others: each is opened, counted, approved and cancelled more than once. */
const countIds = [1, 2, 3, 4].map((nth) => `6b0f5c1e-6d7b-4b53-8f39-00000000000${nth}`);

/** Units by code and pieces, some of them a while ago, some taken back, some scanned twice. */
function countedLines(random: Random): CountedLine[] {
  return Array.from({ length: random.between(1, 3) }, (): CountedLine => {
    const agoMs = () => random.between(0, 1_200_000);
    const how = random.pick(['scan', 'number-pad', 'rfid'] as const);
    if (random.chance(0.5)) {
      const { skuId } = random.pick(skus.filter(({ tracking }) => tracking === 'quantity'));
      return { skuId, gtin14: null, quantity: random.between(-2, 40), serials: [], agosMs: [agoMs()], how };
    }
    const { skuId, gtin14, serials } = random.pick(skus.filter(({ tracking }) => tracking === 'item'));
    const seen = serials.filter(() => random.chance(0.5));
    if (seen.length === 0) seen.push(serials[0] as string);
    const quantity = random.chance(0.1) ? -seen.length : seen.length;
    return { skuId, gtin14, quantity, serials: seen, agosMs: seen.map(agoMs), how };
  });
}

/** Mostly somebody counts; now and then a place is closed, a recount asked for, or the whole thing opened or cancelled. */
export function counting(random: Random): Happening {
  const what = random.weighted({ batch: 8, close: 5, open: 2, recount: 1.5, cancel: 0.5 });
  const shared = { countId: random.pick(countIds) };
  const at = { ...shared, placeId: random.pick(placeIds), pass: random.weighted({ '1': 5, '2': 2, '3': 1 }) };
  const pass = Number(at.pass);
  const by = byWhom(random, what === 'recount' || what === 'cancel' ? 'plan-count' : 'count-stock');
  const { operatorId, approvals } = by;
  switch (what) {
    case 'batch': {
      const body: GoodsCounted = { ...at, pass, lines: countedLines(random), unknowns: [], approvals };
      return { kind: 'goods-counted', body, operatorId };
    }
    case 'close': {
      const body: PlaceCounted = { ...at, pass, approvals };
      return { kind: 'place-counted', body, operatorId };
    }
    case 'recount': {
      const skuIds = random.chance(0.5) ? [] : [random.pick(skus).skuId];
      const body: RecountAsked = { ...at, pass: Math.max(2, pass), skuIds, operatorId: null, note: '', approvals };
      return { kind: 'recount-asked', body, operatorId };
    }
    case 'cancel':
      return { kind: 'count-cancelled', body: { ...shared, note: '', approvals }, operatorId };
    case 'open': {
      const scope = { placeIds: random.chance(0.7) ? [] : ['floor'], skuIds: [], categoryIds: [], brands: [] };
      const plan = { name: 'Autumn', scope, isBlind: true, passes: 1 as const, deadlineAtMs: null, operatorIds: [] };
      const body: CountOpened = { ...shared, ...plan, reason: 'ad-hoc', approvals };
      return { kind: 'count-opened', body, operatorId };
    }
  }
}

/** A manager looks at a review and books it, all or a part; what must not be booked is told, and nothing else happens. */
export async function approving(world: World): Promise<string> {
  const { server, random } = world;
  const storeId = random.pick(storeIds);
  const [countId, isWhole, isPart] = [random.pick(countIds), random.chance(0.3), random.chance(0.3)];
  if (!server.up) return 'the manager finds no server';
  const store = { merchantId, storeId, currency };
  const review = await readReview(server.context.database, store, countId);
  if (review === null) return `${storeId} has not heard of ${countId}`;
  const { version, lines } = review;
  const bookable = lines.filter((line) => line.approved === null && line.valueMinor !== null);
  const except = isPart ? bookable.slice(1).map(({ lineKey }) => lineKey) : [];
  const asked = { version, lines: 'all' as const, except, reasons: [], note: '', isWhole };
  const approved = await approveCount(server.context, store, { countId, operatorId: 'boss' }, asked);
  if (approved.ok) return `${storeId} approves ${approved.value.lines} lines of ${countId}`;
  const { code } = approved.error;
  assert(['conflict', 'bad-request', 'unavailable'].includes(code), `an approval is refused: ${code}`);
  return `${storeId} cannot approve ${countId}: ${code}`;
}
