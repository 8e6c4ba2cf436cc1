// How long drawing a supplier's statement of a month takes: 100,000 units of 600 SKUs, received by 1,000 entries on 40 orders.
// Run alone: node e2e/bench/statements.ts [UNITS]
import { assert } from '#schemas/assert.ts';
import { testNowMs } from '#sync-server/journal/test-journal.ts';
import { drawStatement } from '#sync-server/statements/draw-statement.ts';
import { readStatementLines } from '#sync-server/statements/read-statements.ts';
import { spread } from './figures.ts';
import { withFilledChain } from './filled-chain.ts';

export type StatementRow = { what: string; samplesMs: readonly number[] };

const [skus, orders, entryLines, linePieces, unitCostMinor] = [600, 40, 20, 5, 450];
const entryId = (n: string) => `'0001-' || lpad((${n})::text, 9, '0')`;

/** `$3` entries. Every order has all SKUs; each entry is of a delivery of its own. */
const fills: readonly string[] = [
  `insert into supplier (merchant_id, supplier_id, name, added_at_ms, revision) values ($1, 'acme', 'Acme', 0, 0)`,
  `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
   select $1, 'SKU-' || n, jsonb_build_object('en', 'Goods ' || n), 'standard', 'item', 1 from generate_series(1, ${skus}) n`,
  `insert into purchase_order (store_id, order_id, merchant_id, supplier_id, number, phase, state, changed_at_ms)
   select $2, 'order-' || n, $1, 'acme', n, 'confirmed', '{}', 0 from generate_series(1, ${orders}) n`,
  `with goods as (select jsonb_agg(jsonb_build_object('lineNumber', n, 'skuId', 'SKU-' || n, 'quantity', 1000,
                    'unitCostMinor', ${unitCostMinor}, 'dueOn', '2026-12-01')) as lines from generate_series(1, ${skus}) n)
   insert into purchase_order_step (store_id, order_id, version, side, actor_id, at_ms, step)
   select $2, 'order-' || n, s.version, s.side, 'amy', s.version,
          case s.version when 1 then jsonb_build_object('step', 'drafted', 'lines', goods.lines)
               else jsonb_build_object('step', s.name, 'note', '') end
     from goods, generate_series(1, ${orders}) n,
          (values (1, 'buyer', 'drafted'), (2, 'buyer', 'ordered'), (3, 'supplier', 'confirmed')) s(version, side, name)`,
  `insert into journal (store_id, till_number, sequence, journal_seq, rev, kind, hash, previous_hash, occurred_at_ms,
                        ordered_at_ms, recorded_at_ms, document)
   select $2, 1, n, n, '1-' || md5(n::text), 'goods-received', md5(n::text), '', ${testNowMs} + n, ${testNowMs} + n,
          ${testNowMs} + n, '{}' from generate_series(1, $3::int) n`,
  `insert into delivery (store_id, delivery_id, announced_at_ms, row, revision)
   select $2, ${entryId('n + 500000')}, ${testNowMs}, jsonb_build_object('deliveryId', ${entryId('n + 500000')},
          'source', jsonb_build_object('type', 'supplier', 'supplierId', 'acme', 'name', 'Acme', 'orderId', 'order-' || (n % ${orders} + 1)),
          'reference', 'ASN ' || n, 'expectedOn', null, 'announcedAtMs', ${testNowMs}, 'skus', '[]'::jsonb, 'cartons', '[]'::jsonb), 1
     from generate_series(1, $3::int) n`,
  `insert into receipt (store_id, delivery_id, entry_id, row, revision)
   select $2, ${entryId('n + 500000')}, ${entryId('n')}, jsonb_build_object('closes', false, 'lines',
          (select jsonb_agg(jsonb_build_object('skuId', 'SKU-' || ((n * ${entryLines} + l) % ${skus} + 1),
             'quantity', ${linePieces}, 'condition', 'good', 'sscc', null)) from generate_series(1, ${entryLines}) l)), 1
     from generate_series(1, $3::int) n`,
];

export async function benchStatements(units = 100_000): Promise<StatementRow[]> {
  const entries = Math.ceil(units / (entryLines * linePieces));
  return withFilledChain('statements', { fills, sizes: [entries] }, async ({ context, merchantId }) => {
    const by = { actorType: 'person', actorId: 'mia', address: '', userAgent: '' } as const;
    const asked = { supplierId: 'acme', currency: 'GBP', untilDay: '2026-11-30' };
    const drawnAtMs = performance.now();
    const drawn = await drawStatement(context, { merchantId, by }, asked);
    const drawMs = performance.now() - drawnAtMs;
    assert(drawn.ok, 'it is drawn');
    const readAtMs = performance.now();
    const reader = { side: 'buyer', merchantId } as const;
    const page = { after: 0, limit: 1_000_000 };
    const read = await readStatementLines(context, reader, drawn.value.statementId, page);
    const readMs = performance.now() - readAtMs;
    const pieces = read?.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    assert(pieces === entries * entryLines * linePieces, 'every piece is in it');
    assert(read?.statement.state.drawn.drawnMinor === pieces * unitCostMinor, 'to the minor unit');
    const size = `${pieces.toLocaleString('en')} units, ${read.lines.length.toLocaleString('en')} lines`;
    return [
      { what: `statement drawn: ${size}`, samplesMs: [drawMs] },
      { what: 'all its lines read, as for the CSV', samplesMs: [readMs] },
    ];
  });
}

if (import.meta.main) {
  for (const { what, samplesMs } of await benchStatements(Number(process.argv[2] ?? 100_000)))
    console.log(`${what}: ${spread(samplesMs)}`);
}
