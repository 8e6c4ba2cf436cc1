import { createHash } from 'node:crypto';
import type { CountSums, ReviewLine } from '#schemas/api/counts.ts';
import type { NumberVariance, UnitVariance } from '#schemas/stock/count-variance.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { CountNames } from './count-names.ts';
import type { LoadedCount } from './load-count.ts';

/** What was approved of a stock-take, by the key of its line. */
export type ApprovedLines = ReadonlyMap<string, { entryId: string; reason: AdjustmentReason }>;
/** Lines that were short in the stock-take before, by key. */
export type ShortBefore = ReadonlySet<string>;

export function lineKeyOf(line: UnitVariance | NumberVariance): string {
  return line.type === 'unit' ? `u|${unitKey(line.gtin14, line.serial)}` : `n|${line.placeId}|${line.skuId}`;
}

/** Every difference as the office reads it, in no order. */
export function reviewLines(
  { variance, recounts, frame }: Pick<LoadedCount, 'variance' | 'recounts' | 'frame'>,
  names: CountNames,
  { approved, shortBefore }: { approved: ApprovedLines; shortBefore: ShortBefore },
): ReviewLine[] {
  const isClosed = new Set(frame.closed.map(({ placeId, pass }) => `${placeId}|${pass}`));
  const open = recounts.filter(({ placeId, pass }) => !isClosed.has(`${placeId}|${pass}`));
  return [...variance.units, ...variance.numbers].map((line): ReviewLine => {
    const { skuId, placeId, counted, expected, operatorId } = line;
    const sku = names.skus.get(skuId);
    const lineKey = lineKeyOf(line);
    const difference = line.outcome === 'moved' || line.outcome === 'still-missing' ? 0 : counted - expected;
    const priceMinor = sku?.priceMinor ?? null;
    const isUnit = line.type === 'unit';
    return {
      ...{ lineKey, outcome: line.outcome, skuId, names: sku?.names ?? null, variant: sku?.variant ?? null },
      ...{ placeId, placeNames: names.places.get(placeId) ?? null },
      ...(isUnit ? { gtin14: line.gtin14, serial: line.serial } : { gtin14: null, serial: null }),
      booked:
        isUnit && line.booked ? { ...line.booked, placeNames: names.places.get(line.booked.placeId) ?? null } : null,
      ...{ counted, expected, asOfMs: line.asOfMs, pass: line.pass, operatorId },
      operatorName: names.people.get(operatorId) ?? null,
      ...{
        unsure: line.unsure,
        unsureBecause: line.unsureBecause,
        clockTill: line.clockTill,
        clockOffMs: line.clockOffMs,
      },
      passesDiffer: line.passesDiffer,
      isTwice: line.outcome === 'still-missing' || (counted < expected && shortBefore.has(lineKey)),
      valueMinor: priceMinor === null ? null : difference * priceMinor,
      isRecounting: open.some(
        (one) => one.placeId === placeId && (one.skuIds.length === 0 || one.skuIds.includes(skuId)),
      ),
      approved: approved.get(lineKey) ?? null,
    };
  });
}

export function noSums(): CountSums {
  return {
    ...{ expected: 0, counted: 0, short: 0, over: 0, moved: 0 },
    ...{ valueShortMinor: 0, valueOverMinor: 0, valueExpectedMinor: 0 },
  };
}

/** Adds a line to sums; what a number and its books have in common is among the matched already. */
export function addLine(sums: CountSums, line: ReviewLine, priceMinor: number): void {
  const common = line.gtin14 === null ? Math.max(0, Math.min(line.counted, line.expected)) : 0;
  sums.expected += line.expected - common;
  sums.counted += line.counted - common;
  sums.valueExpectedMinor += (line.expected - common) * priceMinor;
  if (line.outcome === 'moved') {
    // It is in the books of another place of the store: no difference of the store.
    sums.expected += 1;
    sums.valueExpectedMinor += priceMinor;
    sums.moved += 1;
    return;
  }
  const difference = line.counted - line.expected;
  sums.short += Math.max(0, -difference);
  sums.over += Math.max(0, difference);
  sums.valueShortMinor += Math.max(0, -difference) * priceMinor;
  sums.valueOverMinor += Math.max(0, difference) * priceMinor;
}

export function addMatched(sums: CountSums, pieces: number, priceMinor: number): void {
  sums.expected += pieces;
  sums.counted += pieces;
  sums.valueExpectedMinor += pieces * priceMinor;
}

export type GroupBy = 'sku' | 'place' | 'category';

/** Sums of lines and of what agreed, by what `keyOf` says; null: of nothing that has an id. */
export function groupedSums(
  lines: readonly ReviewLine[],
  matched: ReadonlyMap<string, number>,
  names: CountNames,
  by: GroupBy | 'all',
): Map<string | null, CountSums & { lines: number }> {
  const groups = new Map<string | null, CountSums & { lines: number }>();
  const groupOf = (placeId: string, skuId: string) => {
    const id =
      by === 'all'
        ? null
        : by === 'place'
          ? placeId
          : by === 'sku'
            ? skuId
            : (names.skus.get(skuId)?.categoryId ?? null);
    const sums = groups.get(id) ?? { ...noSums(), lines: 0 };
    groups.set(id, sums);
    return sums;
  };
  const priceOf = (skuId: string) => names.skus.get(skuId)?.priceMinor ?? 0;
  for (const [key, pieces] of matched) {
    const [placeId = '', skuId = ''] = key.split('|');
    addMatched(groupOf(placeId, skuId), pieces, priceOf(skuId));
  }
  for (const line of lines) {
    const sums = groupOf(line.placeId, line.skuId);
    sums.lines += 1;
    addLine(sums, line, priceOf(line.skuId));
  }
  return groups;
}

/** Names the content of a review: it changes when any line does, and not by trade that is netted off. */
export function versionOf(lines: readonly ReviewLine[], matched: ReadonlyMap<string, number>): string {
  const hash = createHash('sha256');
  const told = lines.map((line) =>
    [line.lineKey, line.outcome, line.placeId, line.counted, line.expected, line.asOfMs, line.approved?.entryId].join(
      ' ',
    ),
  );
  for (const text of told.sort()) hash.update(`${text}\n`);
  for (const text of [...matched].map(([key, pieces]) => `${key} ${pieces}`).sort()) hash.update(`${text}\n`);
  return hash.digest('hex').slice(0, 32);
}

/** Where a line and what agreed are, for what reads names. */
export function skusOf({ units, numbers, matched }: LoadedCount['variance']): Set<string> {
  const skuIds = new Set([...units, ...numbers].map(({ skuId }) => skuId));
  for (const key of matched.keys()) skuIds.add(key.split('|')[1] ?? '');
  return skuIds;
}
