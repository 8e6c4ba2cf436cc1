// How long a supplier's lists take in a chain of 200 suppliers with 2,000 open orders each, and the buyer's comparison of them.
// Run alone: node e2e/bench/portals.ts [SUPPLIERS [ORDERS]]
import { assert } from '#schemas/assert.ts';
import { compareSuppliers, readScorecard } from '#sync-server/fair-play/scorecard.ts';
import { testNowMs } from '#sync-server/journal/test-journal.ts';
import { listOrders } from '#sync-server/orders/read-orders.ts';
import { readSupplierCatalogue } from '#sync-server/supplier-catalogue/read-catalogue.ts';
import { listSupplies } from '#sync-server/suppliers/supplies.ts';
import { spread } from './figures.ts';
import { withFilledChain } from './filled-chain.ts';

export type PortalRow = { what: string; samplesMs: readonly number[] };
export type PortalSize = { suppliers: number; orders: number; times: number };
export const wholeMarket: PortalSize = { suppliers: 200, orders: 2_000, times: 60 };

const articles = 500;
const lines = `(select jsonb_agg(jsonb_build_object('lineNumber', l, 'skuId', 'SKU-' || l, 'quantity', 24, 'unitCostMinor', 450,
  'dueOn', '2026-12-01')) from generate_series(1, 5) l)`;
const orderId = `'o-' || s || '-' || n`;
const deliveryId = `'0001-' || lpad((s * 100000 + n)::text, 9, '0')`;

/** `$3` suppliers, `$4` orders of each. */
const fills: readonly string[] = [
  `insert into supplier (merchant_id, supplier_id, name, added_at_ms, revision)
   select $1, 's-' || s, 'Supplier ' || lpad(s::text, 4, '0'), 0, 0 from generate_series(1, $3) s`,
  `with goods as materialized (select ${lines} as lines)
   insert into purchase_order (store_id, order_id, merchant_id, supplier_id, number, phase, state, changed_at_ms)
   select $2, ${orderId}, $1, 's-' || s, s * 100000 + n, 'confirmed', jsonb_build_object('phase', 'confirmed', 'version', 3,
          'asked', goods.lines, 'proposed', null, 'agreed', goods.lines), ${testNowMs} - n * 1000
     from goods, generate_series(1, $3) s, generate_series(1, $4) n`,
  `insert into purchase_order_step (store_id, order_id, version, side, actor_id, at_ms, step)
   select $2, ${orderId}, v.version, v.side, 'amy', ${testNowMs} - 9000000 + v.version, jsonb_build_object('step', v.name)
     from generate_series(1, $3) s, generate_series(1, $4) n,
          (values (2, 'buyer', 'ordered'), (3, 'supplier', 'confirmed')) v(version, side, name)`,
  // One order in five has a delivery that is on its way.
  `insert into delivery (store_id, delivery_id, announced_at_ms, row, revision)
   select $2, ${deliveryId}, ${testNowMs} - n * 1000, jsonb_build_object('deliveryId', ${deliveryId}, 'source', jsonb_build_object(
            'type', 'supplier', 'supplierId', 's-' || s, 'name', 'Supplier ' || s, 'orderId', ${orderId}),
          'reference', 'ASN ' || n, 'expectedOn', null, 'announcedAtMs', ${testNowMs} - n * 1000, 'cartons', '[]'::jsonb, 'skus',
          (select jsonb_agg(jsonb_build_object('skuId', 'SKU-' || l, 'quantity', 24)) from generate_series(1, 5) l)), 1
     from generate_series(1, $3) s, generate_series(1, $4, 5) n`,
  `insert into supplier_article (merchant_id, supplier_id, article, version, offered, note, changed_at_ms)
   select $1, 's-' || s, 'A-' || lpad(n::text, 5, '0'), 1, jsonb_build_object('article', 'A-' || n, 'name', 'Article ' || n, 'gtin14', null,
          'packSize', 6, 'unitCostMinor', 100, 'currency', 'GBP'), '', 0
     from generate_series(1, $3) s, generate_series(1, ${articles}) n`,
];

export async function benchPortals({ suppliers, orders, times }: PortalSize = wholeMarket): Promise<PortalRow[]> {
  const sizes = [suppliers, orders];
  return withFilledChain('portals', { fills, sizes }, async ({ context, merchantId }) => {
    const { pool } = context.database;
    const asked = (at: number) => ({ merchantId, supplierId: `s-${(at % suppliers) + 1}` });
    const timed = async (what: string, ask: (at: number) => Promise<number>, most = times): Promise<PortalRow> => {
      const samplesMs: number[] = [];
      for (let at = 0; at < Math.min(times, most); at++) {
        const startMs = performance.now();
        const count = await ask(at);
        samplesMs.push(performance.now() - startMs);
        assert(count > 0, `${what}: there is something`);
      }
      return { what, samplesMs };
    };
    const first = { state: 'open', limit: 20, before: undefined } as const;
    const ofOrders = async (at: number, page: object) => {
      const list = await listOrders(context, { side: 'supplier', ...asked(at) }, { ...first, ...page });
      return list.orders.length;
    };
    const middle = `${testNowMs - Math.floor(orders / 2) * 1_000}_z`;
    return [
      await timed('orders, the first page', (at) => ofOrders(at, {})),
      await timed('orders, a page in the middle', (at) => ofOrders(at, { before: middle })),
      await timed('deliveries, the first page', async (at) => {
        const own = { ...asked(at), name: 'Supplier', rights: [] };
        return (await listSupplies(pool, own as never, { state: 'open', limit: 20 })).deliveries.length;
      }),
      await timed('catalogue, the first page', async (at) => {
        const read = await readSupplierCatalogue(context, { ...asked(at), side: 'supplier' }, { show: 'all' });
        return read?.articles.length ?? 0;
      }),
      await timed('scorecard', async (at) => (await readScorecard(context, asked(at)))?.facts.length ?? 0),
      await timed(
        'suppliers compared, a page of 50',
        async () => {
          return (await compareSuppliers(context, merchantId, '')).scorecards.length;
        },
        5,
      ),
    ];
  });
}

if (import.meta.main) {
  const [suppliers = wholeMarket.suppliers, orders = wholeMarket.orders] = process.argv.slice(2).map(Number);
  for (const { what, samplesMs } of await benchPortals({ ...wholeMarket, suppliers, orders }))
    console.log(`${what}: ${spread(samplesMs)}`);
}
