import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { epcOf } from '#schemas/item-code/epc.ts';
import { isGtin14 } from '#schemas/item-code/gtin.ts';
import type { ReaderNews, ReaderOrder } from '../bench/rfid-reader.ts';
import type { DemoSku } from './demo-goods.ts';
import type { Tablet } from './tablet.ts';

/** Units of item-coded goods with numbers as serials: what fits into an SGTIN-96. */
export type TaggedGoods = { sku: DemoSku; serials: string[] }[];

/** `lagsMs`: from each tag's first being sent to the frame in which the till counts it, in the order of the tags. */
export type TagReading = { tags: number; reads: number; pauses: number; lagsMs: number[] };

const digitsOfCompany = 7;
/** As a reader sees a tag that lies in its field: again and again. */
const againAfterMs = [100, 400, 900];

/** As a supplier announces them. */
export function announced(goods: TaggedGoods): { gtin: string; quantity: number; serials: string[] }[] {
  return goods.map(({ sku, serials }) => ({ gtin: sku.gtin13, quantity: serials.length, serials }));
}

/** So many units of each SKU, with serials that no other run uses. */
export function taggedGoods(skus: readonly DemoSku[], unitsOfEach: number): TaggedGoods {
  const first = (Date.now() % 100_000_000) * 1_000;
  return skus.map((sku) => ({
    sku,
    serials: Array.from({ length: unitsOfEach }, (_, at) => String(first + at)),
  }));
}

/** The tags as they come past the reader: not one SKU after the other. */
function epcsOf(goods: TaggedGoods): string[] {
  const most = Math.max(...goods.map(({ serials }) => serials.length));
  return Array.from({ length: most }, (_, at) =>
    goods.flatMap(({ sku, serials }) => {
      const { gtin14 } = sku;
      const serial = serials[at];
      if (serial === undefined || !isGtin14(gtin14)) return [];
      return [epcOf(gtin14, serial, digitsOfCompany).hex];
    }),
  ).flat();
}

/** The next news of the reader's process; throws when it ends instead. */
function news<Type extends ReaderNews['type']>(reader: ChildProcess, type: Type) {
  return new Promise<Extract<ReaderNews, { type: Type }>>((resolve, reject) => {
    reader.on('message', (message: ReaderNews) => {
      if (message.type === type) resolve(message as Extract<ReaderNews, { type: Type }>);
    });
    reader.once('exit', (code) => reject(new Error(`the reader's process ended with ${code}`)));
  });
}

/** Notes when the screen showed how many pieces: only growing numbers are of interest. */
async function watchCounter(till: Tablet, counter: string): Promise<void> {
  await till.page.evaluate((testId) => {
    const shown: [number, number][] = [];
    const look = () => {
      const count = Number(document.querySelector(`[data-testid="${testId}"]`)?.getAttribute('data-count'));
      if (count > (shown.at(-1)?.[0] ?? 0)) shown.push([count, performance.timeOrigin + performance.now()]);
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { shown });
  }, counter);
}

export type TagScreen = {
  /** The element whose `data-count` says how many pieces were taken; it shows `before` when the reading begins. */
  counter: string;
  before?: number;
  /** Goes to the screen that takes tags. */
  open: () => Promise<void>;
};

/** Plays tags past a reader: so many new ones a second, each of them four times; resolves when the screen has all. */
export async function readTags(
  till: Tablet,
  epcs: string[],
  perSecond: number,
  { counter, before = 0, open }: TagScreen,
): Promise<TagReading> {
  const reader = fork(join(import.meta.dirname, '..', 'bench', 'rfid-reader.ts'));
  try {
    const order: ReaderOrder = { epcs, perSecond, againAfterMs };
    const listening = news(reader, 'listening');
    reader.send(order);
    const { url } = await listening;
    await till.open('/till');
    await till.byId('rfid-bridge').fill(url);
    await till.byId('rfid-bridge').blur();
    const done = news(reader, 'done');
    await open();
    await expect(till.byId(counter)).toBeVisible();
    await watchCounter(till, counter);
    const { sentAtMs, reads, pauses } = await done;
    await expect(till.byId(counter)).toHaveAttribute('data-count', String(before + epcs.length), { timeout: 120_000 });
    const shown = await till.page.evaluate(() => (window as unknown as { shown: [number, number][] }).shown);
    let at = 0;
    const lagsMs = sentAtMs.map((sent, index) => {
      while ((shown[at]?.[0] ?? 0) <= before + index) at += 1;
      return (shown[at]?.[1] ?? Number.NaN) - sent;
    });
    return { tags: epcs.length, reads, pauses, lagsMs };
  } finally {
    reader.kill();
  }
}

/** Reads all tags into a delivery that nothing was received of yet. `byOffer`: which one it is, the tags say first. */
export function receiveTags(
  till: Tablet,
  deliveryId: string,
  goods: TaggedGoods,
  { perSecond, byOffer = false }: { perSecond: number; byOffer?: boolean },
): Promise<TagReading> {
  const card = byOffer
    ? `[data-testid="tag-offer"][data-code="${deliveryId}"] [data-testid="tag-offer-open"]`
    : `[data-testid="delivery-card"][data-delivery="${deliveryId}"]`;
  return readTags(till, epcsOf(goods), perSecond, {
    counter: 'receive-received',
    open: async () => {
      await till.open('/stock/receive');
      await till.page.locator(card).click();
    },
  });
}
