import type { CountedLine, CountOpened, CountScope, GoodsCounted } from '#schemas/stock/count-entries.ts';
import type { DemoStore } from './demo-chain.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The shelves were filled so long ago, so that there was time to count them. */
export const demoOpenedAgoMs = 9 * 24 * hourMs;

export type DemoCount = {
  countId: string;
  name: string;
  /** Names of categories, as the catalogue writes them. */
  categories: readonly string[];
  begunAgoMs: number;
  endedAgoMs: number;
  /** It is whole, looked at and booked; else somebody is in the middle of it. */
  isFinished: boolean;
  deadlineInMs: number | null;
};

/** Of each store: one that is over, with a few differences, and one that goes on. */
export function demoCounts({ serialLetter }: DemoStore): DemoCount[] {
  const countIdOf = (number: number) =>
    `0c0a${serialLetter.charCodeAt(0).toString(16).padStart(4, '0')}-0000-4000-8000-00000000000${number}`;
  return [
    {
      ...{ countId: countIdOf(1), name: 'Stationery and toys, autumn', categories: ['Stationery', 'Toys & games'] },
      ...{ begunAgoMs: 7 * 24 * hourMs, endedAgoMs: 7 * 24 * hourMs - 40 * minuteMs, isFinished: true },
      deadlineInMs: null,
    },
    {
      ...{ countId: countIdOf(2), name: 'Shoes, this week', categories: ['Shoes'], isFinished: false },
      ...{ begunAgoMs: 3 * hourMs, endedAgoMs: 4 * minuteMs, deadlineInMs: 30 * hourMs },
    },
  ];
}

export function demoPlan(
  { countId, name, deadlineInMs }: DemoCount,
  categoryIds: string[],
  placeId: string,
  nowMs: number,
): CountOpened {
  const scope: CountScope = { placeIds: [placeId], skuIds: [], categoryIds, brands: [] };
  return {
    ...{ countId, name, scope, isBlind: false, passes: 1, operatorIds: [], reason: 'plan', approvals: [] },
    deadlineAtMs: deadlineInMs === null ? null : nowMs + deadlineInMs,
  };
}

/** What the books have of a SKU at the place, and the codes of its units. */
export type DemoShelf = { skuId: string; gtin14: string; pieces: number; serials: readonly string[] };

/**
 * What two people scanned side by side, a SKU each in turn, at an even pace until the end. Of one that is over a unit was not found,
 * a pencil too few and one too many were; of one that goes on the first half is counted.
 */
export function demoScans(
  { countId, isFinished, begunAgoMs, endedAgoMs }: DemoCount,
  shelf: readonly DemoShelf[],
  placeId: string,
): GoodsCounted[] {
  const firstCoded = shelf.findIndex(({ serials }) => serials.length > 1);
  const firstNumbers = shelf.findIndex(({ serials, pieces }) => serials.length === 0 && pieces > 5);
  const counted = isFinished ? shelf : shelf.slice(0, Math.ceil(shelf.length / 2));
  const workMs = Math.min(25 * minuteMs, begunAgoMs - endedAgoMs);
  const lineOf = ({ skuId, gtin14, pieces, serials }: DemoShelf, at: number): CountedLine => {
    const found = isFinished && at === firstCoded ? serials.slice(1) : serials;
    const wrong = !isFinished ? 0 : at === firstNumbers ? -2 : at === firstNumbers + 1 ? 1 : 0;
    const agoMs = Math.round(workMs * (1 - at / counted.length));
    if (serials.length === 0) {
      return { skuId, gtin14: null, quantity: pieces + wrong, serials: [], agosMs: [agoMs], how: 'number-pad' };
    }
    // A scan every two seconds.
    const agosMs = found.map((_, nth) => Math.max(0, agoMs - nth * 2_000));
    return { skuId, gtin14, quantity: found.length, serials: [...found], agosMs, how: 'scan' };
  };
  const lines = counted.map(lineOf);
  return [0, 1].map((hand) => ({
    ...{ countId, placeId, pass: 1, unknowns: [], approvals: [] },
    lines: lines.filter((_, at) => at % 2 === hand),
  }));
}
