import { type Context, Hono } from 'hono';
import {
  moveTillSchema,
  type RevokeAnswer,
  renameTillSchema,
  type TillAnswer,
  type TillList,
  type TillReport,
} from '#schemas/api/tills.ts';
import { may } from '#schemas/policy/policy.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import { type AuditRecord, auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { clockTroubles, missingSequences, postedOf, tillJournals } from '../journal/journal-state.ts';
import { newUuid } from '../random-uuid.ts';
import { apiError, parseBody } from './answers.ts';

/** Gaps that are named; the count tells of more. */
const namedGaps = 20;

type TillRow = Omit<TillReport, 'postedThrough' | 'postedCount' | 'missing' | 'missingRanges' | 'misdatedEntries'>;

/** `…/tills`: what tills say of themselves, and what the back office does with them (schemas/api/tills.ts). */
export function tillRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) =>
    c.json<TillList>(await listTills(context, c.get('storeId'))),
  );

  const control = office.require('control-till');
  routes.post('/:number/revoke', control, async (c) => {
    const atMs = context.nowMs();
    const till = await changeTill(context, c, async (tx, till) => {
      if (till.revokedAtMs !== null) return null;
      await tx.query('update till set revoked_at_ms = $3 where store_id = $1 and till_number = $2', [
        ...till.key,
        atMs,
      ]);
      return { action: 'till-revoked' };
    });
    if (!till) return apiError(c, 404, 'not-found');
    return c.json<RevokeAnswer>({ tillNumber: till.tillNumber, revokedAtMs: till.revokedAtMs ?? atMs });
  });

  routes.post('/:number/rename', control, async (c) => {
    const body = await parseBody(c, renameTillSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { name } = body.value;
    const till = await changeTill(context, c, async (tx, till) => {
      if (till.name === name) return null;
      await tx.query('update till set name = $3 where store_id = $1 and till_number = $2', [...till.key, name]);
      return { action: 'till-renamed', before: { name: till.name }, after: { name } };
    });
    return till ? c.json<TillAnswer>({ tillNumber: till.tillNumber }) : apiError(c, 404, 'not-found');
  });

  routes.post('/:number/wipe', control, (c) => {
    const asked: TillInstruction = { type: 'wipe', ...newInstruction(context) };
    return instruct(context, c, asked, { action: 'till-wiped' });
  });

  routes.post('/:number/move', control, async (c) => {
    const body = await parseBody(c, moveTillSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { storeId } = body.value;
    const { merchantId } = c.get('store');
    const { rows } = await context.database.pool.query<{ name: string }>(
      'select name from store where store_id = $1 and merchant_id = $2 and store_id <> $3',
      [storeId, merchantId, c.get('storeId')],
    );
    // [A1] A store of another chain is none, and the till becomes one of a store where the asker may make tills.
    const mayPair = may(c.get('actor').grants, 'pair-till', { type: 'store', merchantId, storeId });
    if (!rows[0] || !mayPair) return apiError(c, 403, 'forbidden');
    const asked: TillInstruction = { type: 'move', ...newInstruction(context), storeId, storeName: rows[0].name };
    return instruct(context, c, asked, { action: 'till-moved', after: { storeId } });
  });

  routes.post('/:number/stay', control, (c) => instruct(context, c, null, { action: 'till-stayed' }));

  return routes;
}

async function listTills(context: ServerContext, storeId: string): Promise<TillList> {
  const serverTimeMs = context.nowMs();
  const [{ rows }, journals, misdated] = await Promise.all([
    context.database.pool.query<TillRow>(
      `select till_number as "tillNumber", name, paired_at_ms as "pairedAtMs", revoked_at_ms as "revokedAtMs",
              last_contact_at_ms as "lastContactAtMs", waiting_entries as "waitingEntries",
              clock_offset_ms as "clockOffsetMs", app_version as "appVersion",
              storage_usage_bytes as "storageUsageBytes", storage_quota_bytes as "storageQuotaBytes",
              storage_persisted as "storagePersisted", battery_percent as "batteryPercent",
              battery_charging as "batteryCharging", instruction, instruction_done_at_ms as "instructionDoneAtMs"
         from till where store_id = $1 and till_number > 0 order by till_number`,
      [storeId],
    ),
    tillJournals(context, storeId),
    clockTroubles(context, storeId),
  ]);
  const tills: TillReport[] = [];
  for (const row of rows) {
    const journal = journals.find(({ tillNumber }) => tillNumber === row.tillNumber);
    const missing = journal ? journal.lastSequence - journal.entries : 0;
    const { through } = await postedOf(context, storeId, row.tillNumber);
    tills.push({
      ...row,
      postedThrough: through,
      postedCount: journal ? journal.entries - journal.unposted : 0,
      missing,
      missingRanges: missing > 0 ? await missingSequences(context, storeId, row.tillNumber, namedGaps) : [],
      misdatedEntries: misdated.find(({ tillNumber }) => tillNumber === row.tillNumber)?.entries ?? 0,
    });
  }
  return { serverTimeMs, tills };
}

function newInstruction(context: ServerContext) {
  return { instructionId: newUuid(context), askedAtMs: context.nowMs() };
}

type ChangedTill = { key: [string, number]; tillNumber: number; name: string; revokedAtMs: number | null };
type Recorded = Pick<AuditRecord, 'action' | 'before' | 'after'>;

/** Changes a till under its row's lock, puts it on record, and wakes the till if it waits at the feed. Null: no such till. */
async function changeTill(
  context: ServerContext,
  c: Context<OfficeEnv>,
  change: (tx: Queryable, till: ChangedTill) => Promise<Recorded | null>,
): Promise<ChangedTill | null> {
  const number = c.req.param('number') ?? '';
  if (!/^[1-9]\d{0,3}$/.test(number)) return null;
  const { merchantId, storeId } = c.get('store');
  const tillNumber = Number(number);
  const till = await inTransaction(context.database, async (tx) => {
    const { rows } = await tx.query<Pick<ChangedTill, 'name' | 'revokedAtMs'>>(
      `select name, revoked_at_ms as "revokedAtMs" from till where store_id = $1 and till_number = $2 for update`,
      [storeId, tillNumber],
    );
    if (!rows[0]) return null;
    const found: ChangedTill = { key: [storeId, tillNumber], tillNumber, ...rows[0] };
    const recorded = await change(tx, found);
    const subject = { subjectType: 'till', subjectId: String(tillNumber) };
    if (recorded) await recordAudit(tx, context, auditActor(c), { merchantId, storeId, ...subject, ...recorded });
    return found;
  });
  context.changes.publish(storeId);
  return till;
}

/** Asks a till to do something, or to stay as it is (null). A revoked till hears nothing any more. */
async function instruct(
  context: ServerContext,
  c: Context<OfficeEnv>,
  instruction: TillInstruction | null,
  recorded: Recorded,
) {
  const till = await changeTill(context, c, async (tx, found) => {
    if (found.revokedAtMs !== null) return null;
    await tx.query(
      'update till set instruction = $3, instruction_done_at_ms = null where store_id = $1 and till_number = $2',
      [...found.key, instruction === null ? null : JSON.stringify(instruction)],
    );
    return recorded;
  });
  if (!till) return apiError(c, 404, 'not-found');
  return till.revokedAtMs === null ? c.json<TillAnswer>({ tillNumber: till.tillNumber }) : apiError(c, 409, 'conflict');
}
