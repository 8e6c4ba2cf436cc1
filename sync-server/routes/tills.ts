import { type Context, Hono } from 'hono';
import {
  moveTillSchema,
  type RevokeAnswer,
  renameTillSchema,
  type TillAnswer,
  type TillList,
  type TillReport,
  wipeTillSchema,
} from '#schemas/api/tills.ts';
import { may } from '#schemas/policy/policy.ts';
import type { AskedOfTill, TillInstruction } from '#schemas/sync/instruction.ts';
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

  routes.post('/:number/wipe', control, async (c) => {
    const body = await parseBody(c, wipeTillSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return instruct(context, c, wipes(context, body.value.reason));
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
    return instruct(context, c, {
      paired: { instruction: asked, recorded: () => ({ action: 'till-moved', after: { storeId } }) },
      revoked: null,
    });
  });

  routes.post('/:number/stay', control, (c) => {
    const stay: Asked = { instruction: null, recorded: () => ({ action: 'till-stayed' }) };
    return instruct(context, c, { paired: stay, revoked: stay });
  });

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

type ChangedTill = {
  key: [string, number];
  tillNumber: number;
  name: string;
  revokedAtMs: number | null;
  /** What it last said. */
  waitingEntries: number | null;
  /** It is revoked, and asked to clear itself at its next contact. */
  isDiscarding: boolean;
};
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
    const { rows } = await tx.query<Omit<ChangedTill, 'key' | 'tillNumber'>>(
      `select name, revoked_at_ms as "revokedAtMs", waiting_entries as "waitingEntries",
              coalesce(instruction ->> 'type' = 'discard' and instruction_done_at_ms is null, false) as "isDiscarding"
         from till where store_id = $1 and till_number = $2 for update`,
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

/** What a till is asked (null: to stay as it is), and what goes on record of it. */
type Asked = { instruction: AskedOfTill | null; recorded: (till: ChangedTill) => Recorded };

/** A till clears itself once all is sent; a revoked one, which may not send, only by a wish that says why. */
function wipes(context: ServerContext, reason: string | undefined): Record<'paired' | 'revoked', Asked | null> {
  const asked = newInstruction(context);
  const paired: Asked = { instruction: { type: 'wipe', ...asked }, recorded: wiped(reason) };
  // Its entries are lost: never by a wish that was meant for a till that can still send them.
  if (reason === undefined) return { paired, revoked: null };
  return { paired, revoked: { instruction: { type: 'discard', ...asked }, recorded: discarded(reason) } };
}

function wiped(reason: string | undefined): Asked['recorded'] {
  return () => ({ action: 'till-wiped', ...(reason === undefined ? {} : { after: { reason } }) });
}

/** How many entries a revoked till last said it holds is on record with the reason to lose them. */
function discarded(reason: string): Asked['recorded'] {
  return ({ waitingEntries }) => ({ action: 'till-discarded', after: { reason, waitingEntries } });
}

/**
 * Asks a till to do something, by whether it is revoked; null: that cannot be asked of it, `conflict`. What it has heard and
 * done is done.
 */
async function instruct(
  context: ServerContext,
  c: Context<OfficeEnv>,
  asked: Record<'paired' | 'revoked', Asked | null>,
) {
  let isAsked = false;
  const till = await changeTill(context, c, async (tx, found) => {
    const ask = found.revokedAtMs === null ? asked.paired : asked.revoked;
    const isOver = found.revokedAtMs !== null && ask?.instruction === null && !found.isDiscarding;
    if (ask === null || isOver) return null;
    isAsked = true;
    await tx.query(
      'update till set instruction = $3, instruction_done_at_ms = null where store_id = $1 and till_number = $2',
      [...found.key, ask.instruction === null ? null : JSON.stringify(ask.instruction)],
    );
    return ask.recorded(found);
  });
  if (!till) return apiError(c, 404, 'not-found');
  return isAsked ? c.json<TillAnswer>({ tillNumber: till.tillNumber }) : apiError(c, 409, 'conflict');
}
