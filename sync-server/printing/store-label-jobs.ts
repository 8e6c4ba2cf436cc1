import { z } from 'zod';
import type { StoreLabelGoods, StoreLabelJob } from '#schemas/api/label-jobs.ts';
import type { LabelsPrinted } from '#schemas/stock/goods.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { Queryable } from '../db/database.ts';

/** Entries that are looked through; a job of thousands is several. */
const mostEntries = 300;
const mostJobs = 50;

/** What was printed for the first time, the latest entries first. A rebuilt journal says the same. */
const printedSql = `select document->'body'->>'jobId' as "jobId", till_number as "tillNumber", sequence, occurred_at_ms as "printedAtMs",
         document->>'operatorId' as "operatorId", (document->'body'->'lines')::jsonb as lines
    from (select * from journal where store_id = $1 and kind = 'labels-printed' order by journal_seq desc limit ${mostEntries}) j
   where document->'body'->>'reprintOf' is null and unpostable is null`;

type Printed = {
  jobId: string;
  tillNumber: number;
  sequence: number;
  printedAtMs: number;
  operatorId: string;
  lines: LabelsPrinted['lines'];
};

/** The label jobs of a store's tablets, latest first. */
export async function listStoreLabelJobs(database: Queryable, storeId: string): Promise<StoreLabelJob[]> {
  // Serials stay where they are: a list does not need a thousand of them a job.
  const { rows } = await database.query<Printed & { operatorName: string }>(
    `with printed as (${printedSql})
     select "jobId", "tillNumber", sequence, "printedAtMs", "operatorId", coalesce(o.name, '') as "operatorName",
            (select jsonb_agg(jsonb_build_object('skuId', l->>'skuId', 'quantity', (l->'quantity')::int)) from jsonb_array_elements(lines) l) as lines
       from printed left join store s on s.store_id = $1
       left join operator o on o.merchant_id = s.merchant_id and o.operator_id = "operatorId"
      order by "tillNumber", sequence`,
    [storeId],
  );
  const jobs = [...Map.groupBy(rows, ({ tillNumber, jobId }) => `${tillNumber} ${jobId}`).values()].map(jobOf);
  return jobs.sort((a, b) => b.printedAtMs - a.printedAtMs).slice(0, mostJobs);
}

function jobOf(entries: (Printed & { operatorName: string })[]): StoreLabelJob {
  const quantities = new Map<string, number>();
  for (const { skuId, quantity } of entries.flatMap(({ lines }) => lines)) {
    quantities.set(skuId, (quantities.get(skuId) ?? 0) + quantity);
  }
  const skus = [...quantities].map(([skuId, quantity]) => ({ skuId, quantity }));
  const { jobId = '', tillNumber = 0, operatorName = '' } = entries[0] ?? {};
  const total = skus.reduce((sum, { quantity }) => sum + quantity, 0);
  const printedAtMs = Math.max(...entries.map((entry) => entry.printedAtMs));
  return { jobId, printedAtMs, tillNumber, operatorName, skus, total };
}

/** What the labels of a job say, in their order, with batch and date as the store knows of its units. Null: no such job. */
export async function readStoreLabelGoods(
  database: Queryable,
  storeId: string,
  jobId: string,
): Promise<StoreLabelGoods | null> {
  if (!z.uuid().safeParse(jobId).success) return null;
  const { rows } = await database.query<Printed>(
    `with printed as (${printedSql}) select * from printed where "jobId" = $2 order by "tillNumber", sequence`,
    [storeId, jobId],
  );
  const lines = rows.flatMap((entry) => entry.lines).filter(isCoded);
  if (lines.length === 0) return null;
  const origins = await readOrigins(database, storeId, lines);
  const goods = lines.flatMap(({ skuId, gtin14, serials }) =>
    runsOf(serials, (serial) => origins.get(unitKey(gtin14, serial))).map(({ origin, run }) => ({
      ...{ skuId, gtin14, quantity: run.length, serials: run },
      ...{ batch: origin?.batch ?? null, expiresOn: origin?.expiresOn ?? null },
    })),
  );
  return { jobId, goods };
}

type CodedLine = LabelsPrinted['lines'][number] & { gtin14: string };
type Origin = { batch: string | null; expiresOn: string | null };

function isCoded(line: LabelsPrinted['lines'][number]): line is CodedLine {
  return line.gtin14 !== null && line.serials.length > 0;
}

async function readOrigins(database: Queryable, storeId: string, lines: CodedLine[]): Promise<Map<string, Origin>> {
  const units = lines.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
  const { rows } = await database.query<Origin & { gtin14: string; serial: string }>(
    `select u.gtin14, u.serial, u.batch, u.expires_on as "expiresOn"
       from unnest($2::text[], $3::text[]) k(gtin14, serial)
       join unit u on u.store_id = $1 and u.gtin14 = k.gtin14 and u.serial = k.serial`,
    [storeId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial)],
  );
  return new Map(rows.map((row) => [unitKey(row.gtin14, row.serial), row]));
}

/** Serials that follow each other and are of one batch and date. */
function runsOf(serials: readonly string[], originOf: (serial: string) => Origin | undefined) {
  const runs: { origin: Origin | undefined; run: string[] }[] = [];
  for (const serial of serials) {
    const origin = originOf(serial);
    const last = runs.at(-1);
    if (last && last.origin?.batch === origin?.batch && last.origin?.expiresOn === origin?.expiresOn)
      last.run.push(serial);
    else runs.push({ origin, run: [serial] });
  }
  return runs;
}
