import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import {
  discardDoneSchema,
  type InstructionDone,
  instructionDoingSchema,
  type TillInstruction,
} from '#schemas/sync/instruction.ts';
import { recordAudit } from '../audit/audit.ts';
import { clientAddress } from '../auth/client-address.ts';
import { createPairingCode } from '../auth/pairing.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { apiError, parseBody } from '../routes/answers.ts';

const maxBodyBytes = 1_000;
const instructionIdSchema = z.uuid();

type Outcome = TillInstruction | 'not-found' | 'conflict';

/** `/feed/:store/instructions`: a till says that it did what it was asked (schemas/sync/instruction.ts). */
export function instructionRoutes(context: ServerContext): Hono<TillEnv> {
  const routes = new Hono<TillEnv>();
  routes.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => apiError(c, 413, 'too-large') }));

  routes.post('/:id/done', async (c) => {
    const instructionId = instructionIdSchema.safeParse(c.req.param('id'));
    if (!instructionId.success) return apiError(c, 404, 'not-found');
    const body = await parseBody(c, instructionDoingSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const till = c.get('till');
    const done = await finish(context, till, instructionId.data, body.value.lastSequence, clientAddress(c));
    if (done === 'not-found') return apiError(c, 404, done);
    if (done === 'conflict') return apiError(c, 409, done);
    const code = done.type === 'move' ? (await createPairingCode(context, done.storeId)).code : null;
    context.changes.publish(till.storeId);
    return c.json<InstructionDone>({ code });
  });

  return routes;
}

/** `/feed/:store/discards`: a revoked till says that it clears itself now (schemas/sync/instruction.ts). */
export function discardRoutes(context: ServerContext): Hono<TillEnv> {
  const routes = new Hono<TillEnv>();
  routes.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => apiError(c, 413, 'too-large') }));

  routes.post('/:id/done', async (c) => {
    const instructionId = instructionIdSchema.safeParse(c.req.param('id'));
    if (!instructionId.success) return apiError(c, 404, 'not-found');
    const body = await parseBody(c, discardDoneSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const till = c.get('till');
    const isNoted = await noteDiscard(context, till, instructionId.data, body.value.lostEntries, clientAddress(c));
    if (!isNoted) return apiError(c, 404, 'not-found');
    context.changes.publish(till.storeId);
    return c.json({});
  });

  return routes;
}

/** Puts on record that a revoked till cleared itself, and what it said was lost with it. */
function noteDiscard(
  context: ServerContext,
  { merchantId, storeId, tillNumber }: AuthenticatedTill,
  instructionId: string,
  lostEntries: number,
  address: string,
): Promise<boolean> {
  return inTransaction(context.database, async (tx) => {
    const { rowCount } = await tx.query(
      `update till set instruction_done_at_ms = $4, waiting_entries = $5
        where store_id = $1 and till_number = $2 and revoked_at_ms is not null and instruction ->> 'type' = 'discard'
          and instruction ->> 'instructionId' = $3 and instruction_done_at_ms is null`,
      [storeId, tillNumber, instructionId, context.nowMs(), lostEntries],
    );
    if (rowCount === 0) return false;
    const by = { actorType: 'till', actorId: `${storeId}/${tillNumber}`, address, userAgent: '' } as const;
    const subject = { subjectType: 'till', subjectId: String(tillNumber), after: { lostEntries } };
    await recordAudit(tx, context, by, { merchantId, storeId, action: 'till-instruction-done', ...subject });
    return true;
  });
}

/** The till is no till any more from here on; not before every entry that it made is in the journal (J3). */
function finish(
  context: ServerContext,
  till: AuthenticatedTill,
  instructionId: string,
  lastSequence: number,
  address: string,
): Promise<Outcome> {
  const { merchantId, storeId, tillNumber } = till;
  return inTransaction(context.database, async (tx): Promise<Outcome> => {
    const { rows } = await tx.query<{ instruction: TillInstruction }>(
      `select instruction from till
        where store_id = $1 and till_number = $2 and instruction ->> 'instructionId' = $3
          and instruction_done_at_ms is null and revoked_at_ms is null for update`,
      [storeId, tillNumber, instructionId],
    );
    const [asked] = rows;
    if (!asked) return 'not-found';
    const { rowCount } = await tx.query(
      'select 1 from journal where store_id = $1 and till_number = $2 having count(*) >= $3',
      [storeId, tillNumber, lastSequence],
    );
    if (rowCount === 0) return 'conflict';
    const atMs = context.nowMs();
    await tx.query(
      `update till set instruction_done_at_ms = $3, revoked_at_ms = $3, waiting_entries = 0
        where store_id = $1 and till_number = $2`,
      [storeId, tillNumber, atMs],
    );
    const by = { actorType: 'till', actorId: `${storeId}/${tillNumber}`, address, userAgent: '' } as const;
    const subject = { subjectType: 'till', subjectId: String(tillNumber) };
    await recordAudit(tx, context, by, { merchantId, storeId, action: 'till-instruction-done', ...subject });
    return asked.instruction;
  });
}
