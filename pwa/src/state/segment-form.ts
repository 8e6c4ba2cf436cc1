import type { z } from 'zod';
import { type SaveSegment, saveSegmentSchema } from '#schemas/api/member-segments.ts';
import { consentPurposes } from '#schemas/members/member-entries.ts';
import { readPosition } from '#schemas/members/position.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { typedAmount } from './typed-amount.ts';

export type ConditionKind = SegmentCondition['kind'];
export const conditionKinds = [
  'seen-within',
  'not-seen-within',
  'spent',
  'visits',
  'bought',
  'not-bought',
  'tier',
  'points',
  'birthday-within',
  'consent',
  'lives-within',
  'rfm',
] as const satisfies readonly ConditionKind[];

/** A condition as it is typed; what its kind does not ask for is not looked at. */
export type ConditionRow = {
  kind: ConditionKind;
  days: string;
  least: string;
  amount: string;
  tier: string;
  goods: 'category' | 'sku';
  id: string;
  purpose: string;
  km: string;
  /** As a map gives it. */
  position: string;
  /** Least fifths of recency, frequency and money. */
  recency: string;
  frequency: string;
  monetary: string;
};
export type SegmentForm = { segmentId: string | null; name: string; rows: ConditionRow[] };

export const emptyCondition: ConditionRow = {
  ...{ kind: 'seen-within', days: '90', least: '1', amount: '', tier: '', goods: 'category', id: '', purpose: 'mail' },
  ...{ km: '5', position: '', recency: '1', frequency: '1', monetary: '1' },
};

const wholeOf = (typed: string) => (/^\d{1,9}$/.test(typed.trim()) ? Number(typed.trim()) : Number.NaN);

/** What is kept, as it is typed again. */
export function segmentFormOf(
  segment: { segmentId: string; name: string; conditions: readonly SegmentCondition[] } | null,
  currency: string,
): SegmentForm {
  if (segment === null) return { segmentId: null, name: '', rows: [{ ...emptyCondition }] };
  const { segmentId, name, conditions } = segment;
  return { segmentId, name, rows: conditions.map((condition) => rowOf(condition, currency)) };
}

function rowOf(condition: SegmentCondition, currency: string): ConditionRow {
  const row = { ...emptyCondition, kind: condition.kind };
  if ('days' in condition) row.days = String(condition.days);
  if ('least' in condition) row.least = String(condition.least);
  if ('goods' in condition) Object.assign(row, { goods: condition.goods, id: condition.id });
  if (condition.kind === 'spent')
    row.amount = (condition.leastMinor / 10 ** minorDigits(currency)).toFixed(minorDigits(currency));
  if (condition.kind === 'tier') row.tier = condition.tiers.join(', ');
  if (condition.kind === 'consent') row.purpose = condition.purpose;
  if (condition.kind === 'lives-within') Object.assign(row, { km: `${condition.km}`, position: condition.position });
  if (condition.kind === 'rfm') {
    const { recency, frequency, monetary } = condition;
    Object.assign(row, { recency: `${recency[0]}`, frequency: `${frequency[0]}`, monetary: `${monetary[0]}` });
  }
  return row;
}

function conditionOf(row: ConditionRow, currency: string): unknown {
  const { kind, id, goods, purpose } = row;
  const days = wholeOf(row.days);
  switch (kind) {
    case 'tier':
      return { kind, tiers: row.tier.split(/\s*[,，、]\s*/).filter((tier) => tier !== '') };
    case 'points':
      return { kind, least: wholeOf(row.least) };
    case 'visits':
      return { kind, days, least: wholeOf(row.least) };
    case 'spent':
      return { kind, days, leastMinor: typedAmount(row.amount, currency) ?? Number.NaN };
    case 'bought':
    case 'not-bought':
      return { kind, days, goods, id: id.trim() };
    case 'consent':
      return { kind, purpose: consentPurposes.find((one) => one === purpose) };
    case 'lives-within':
      return { kind, km: Number(row.km.trim().replace(',', '.')), position: readPosition(row.position) };
    case 'rfm':
      return {
        ...{ kind, recency: [wholeOf(row.recency), 5] },
        ...{ frequency: [wholeOf(row.frequency), 5], monetary: [wholeOf(row.monetary), 5] },
      };
    default:
      return { kind, days };
  }
}

/** Null: something typed makes no sense. */
export function segmentOfForm({ segmentId, name, rows }: SegmentForm, currency: string): SaveSegment | null {
  const typed: z.input<typeof saveSegmentSchema> | unknown = {
    ...{ segmentId, name: name.trim() },
    conditions: rows.map((row) => conditionOf(row, currency)),
  };
  const read = saveSegmentSchema.safeParse(typed);
  return read.success ? read.data : null;
}
