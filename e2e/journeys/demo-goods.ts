import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { demoStores } from '#sync-server/demo/demo-chain.ts';

/** One SKU of the demo's catalogue, as its file says. */
export type DemoSku = {
  skuId: string;
  /** As its barcode carries it. */
  gtin13: string;
  gtin14: string;
  names: { en: string; 'zh-Hans': string; 'zh-Hant': string };
  priceMinor: number;
};

/** What the journeys use of the demo chain: its first store, two of its people, three of its goods. */
export type Demo = {
  manager: { storeId: string; username: string; name: string; password: string };
  clerk: { operatorId: string; name: string; pin: string };
  /** Counted by the piece; more than enough on the shelf for all journeys. */
  lemonade: DemoSku;
  bowl: DemoSku;
  /** Item-coded. */
  jumper: DemoSku;
  /** All that are item-coded. */
  coded: readonly DemoSku[];
  /** Any other. */
  sku(skuId: string): DemoSku;
};

type Row = {
  sku: string;
  name_en: string;
  name_zh_hans: string;
  name_zh_hant: string;
  gtins: string;
  price: string;
  tracking: string;
};

export function demoGoods(): Demo {
  const file = join(import.meta.dirname, '..', '..', 'sync-server', 'demo', 'catalogue.csv');
  const rows: Row[] = parse(readFileSync(file, 'utf8'), { columns: true, bom: true });
  const [store] = demoStores;
  const manager = store?.operators.find(({ role }) => role === 'store-manager');
  const clerk = store?.operators.find(({ role, locale }) => role === 'clerk' && locale === 'en');
  if (!store || !manager?.password || !clerk) throw new Error('the demo has a store with a manager and a clerk');
  const { operatorId, name, pin } = clerk;
  return {
    manager: { storeId: store.storeId, username: manager.operatorId, name: manager.name, password: manager.password },
    clerk: { operatorId, name, pin },
    lemonade: skuOf(rows, 'DRI-105-330', 'quantity'),
    bowl: skuOf(rows, 'HOM-102', 'quantity'),
    jumper: skuOf(rows, 'CLO-104-NVY-M', 'item'),
    coded: rows.filter(({ tracking }) => tracking === 'item').map(({ sku }) => skuOf(rows, sku)),
    sku: (skuId) => skuOf(rows, skuId),
  };
}

function skuOf(rows: readonly Row[], skuId: string, tracking?: string): DemoSku {
  const row = rows.find(
    (candidate) => candidate.sku === skuId && (tracking ?? candidate.tracking) === candidate.tracking,
  );
  const gtin13 = row?.gtins.split(/\D/)[0];
  if (!row || !gtin13) throw new Error(`the demo's catalogue has ${skuId}, tracked by ${tracking}`);
  return {
    skuId,
    gtin13,
    gtin14: gtin13.padStart(14, '0'),
    names: { en: row.name_en, 'zh-Hans': row.name_zh_hans, 'zh-Hant': row.name_zh_hant },
    priceMinor: Math.round(Number(row.price) * 100),
  };
}
