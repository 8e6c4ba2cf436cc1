import type { CartonRow } from '#schemas/stock/delivery.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { Till } from '../db/till-types.ts';

/** What a closed carton on the shelf counts for. */
export type CartonContents = {
  units: { skuId: string; gtin14: string; serial: string }[];
  numbers: { skuId: string; gtin14: string | null; quantity: number }[];
  /** Units that were counted here before. */
  again: number;
  /** All of its units are announced, and nobody has received one. */
  isAwaited: boolean;
};

/**
 * The units that came in a carton and are still in the store by the books: those at this place. A carton none of whose units the
 * books have here was carried here whole.
 */
export async function cartonUnits(
  till: Pick<Till, 'unit'>,
  { lines }: Pick<CartonRow, 'lines'>,
  placeId: string,
  isSeen: (gtin14: string, serial: string) => boolean,
): Promise<CartonContents> {
  const coded = lines.flatMap(({ skuId, gtin14, serials }) =>
    gtin14 === null ? [] : serials.map((serial) => ({ skuId, gtin14, serial })),
  );
  const rows = await Promise.all(coded.map(({ gtin14, serial }) => till.unit(gtin14, serial)));
  const present = coded.filter((_, at) => isPresent(rows[at]?.state ?? 'gone'));
  const here = coded.filter((_, at) => isPresent(rows[at]?.state ?? 'gone') && rows[at]?.placeId === placeId);
  const inside = here.length > 0 ? here : present;
  const units = inside.filter(({ gtin14, serial }) => !isSeen(gtin14, serial));
  const numbers = lines.flatMap(({ skuId, gtin14, quantity, serials }) =>
    serials.length === 0 && quantity > 0 ? [{ skuId, gtin14, quantity }] : [],
  );
  const isAwaited = coded.length > 0 && rows.every((row) => row?.state === 'expected');
  return { units, numbers, again: inside.length - units.length, isAwaited };
}
