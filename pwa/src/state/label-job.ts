import { z } from 'zod';
import { digitalLinkOf } from '#schemas/item-code/digital-link.ts';
import type { Label } from '#schemas/label/label.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { goodsOriginSchema, goodsSchema, type LabelsPrinted } from '#schemas/stock/goods.ts';

const jobGoodsSchema = goodsSchema.extend({
  ...goodsOriginSchema.shape,
  gtin14: z.string(),
  name: z.string(),
  variant: z.string(),
  priceText: z.string().nullable(),
});
export type LabelGoods = z.infer<typeof jobGoodsSchema>;

/** Labels of codes that are on record; kept on the tablet, so that some can be printed again. */
export const labelJobSchema = z.object({
  jobId: z.uuid(),
  /** Of goods, or of a delivery. */
  title: z.string(),
  createdAtMs: z.number(),
  goods: z.array(jobGoodsSchema),
  /** The first so many were handed to a printer. */
  printed: z.number().int(),
  /**
   * So many labels after those were being handed over: put here before the first of them. With a queue the same hand is
   * given again under the same id; else somebody has to look at what came out.
   */
  hand: z.object({ jobId: z.uuid(), labels: z.number().int(), isQueue: z.boolean() }).nullable().default(null),
  /** Its jobs in the store's print queue, reprints too. */
  queued: z.array(z.uuid()).default([]),
});
export type LabelJob = z.infer<typeof labelJobSchema>;

/** It is not known what came out of the printer. */
export function isUnsettled({ hand }: LabelJob): boolean {
  return hand !== null && !hand.isQueue;
}

export function labelsIn({ goods }: LabelJob): number {
  return goods.reduce((sum, { serials }) => sum + serials.length, 0);
}

/** The goods of labels `from` to before `to` of a job, counted from 0. */
export function partOf({ goods }: LabelJob, from: number, to: number): LabelGoods[] {
  const part: LabelGoods[] = [];
  let start = 0;
  for (const line of goods) {
    const serials = line.serials.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += line.serials.length;
    if (serials.length > 0) part.push({ ...line, serials, quantity: serials.length });
  }
  return part;
}

/** Where codes lead that no merchant's domain is known for: GS1's own resolver. */
export const anybodysDomain = 'https://id.gs1.org';

export function labelsOf(goods: readonly LabelGoods[], config: StoreConfig | null): Label[] {
  const domain = config?.digitalLinkDomain || anybodysDomain;
  return goods.flatMap(({ serials, gtin14, skuId, name, variant, priceText, batch, expiresOn }) =>
    serials.map((serial) => {
      const digitalLink = digitalLinkOf(domain, gtin14, serial);
      return { gtin14, serial, skuId, name, variant, priceText, batch, expiresOn, digitalLink };
    }),
  );
}

export function printedLines(goods: readonly LabelGoods[]): LabelsPrinted['lines'] {
  return goods.map(({ skuId, gtin14, quantity, serials }) => ({ skuId, gtin14, quantity, serials }));
}
