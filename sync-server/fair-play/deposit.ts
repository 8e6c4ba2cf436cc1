import type pg from 'pg';
import type { DepositAnswer, DepositDetail, MoveDeposit } from '#schemas/api/fair-play.ts';
import { assert } from '#schemas/assert.ts';
import { termsOn } from '#schemas/procurement/contract.ts';
import {
  type Deposit,
  type DepositMovement,
  depositHeld,
  mostMovements,
  moveDeposit,
  noDeposit,
} from '#schemas/procurement/deposit.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { readContract } from '../suppliers/contract.ts';

export type Parties = { merchantId: string; supplierId: string };
export type FairPlayFailure = { code: 'not-found' | 'conflict' | 'bad-request'; detail: string };
type Row = DepositMovement & { complaintNumber: number | null };

const shown = 200;

/** [DE1] The ledger is what its rows say, in their order. */
function depositOf(rows: readonly DepositMovement[]): Deposit {
  return rows.reduce((deposit, row) => {
    const moved = moveDeposit(deposit, row, { agreedMinor: Number.MAX_SAFE_INTEGER });
    assert(moved.ok, 'a row of the ledger was to be booked');
    return moved.value;
  }, noDeposit);
}

async function readRows(database: Queryable, { merchantId, supplierId }: Parties): Promise<Row[]> {
  const { rows } = await database.query<Row>(
    `select d.number, move, amount_minor as "amountMinor", currency, d.complaint_id as "complaintId", note, at_ms as "atMs",
            c.number as "complaintNumber"
       from deposit_movement d left join complaint c on c.merchant_id = d.merchant_id and c.complaint_id = d.complaint_id
      where d.merchant_id = $1 and d.supplier_id = $2 order by d.number`,
    [merchantId, supplierId],
  );
  return rows;
}

export async function readDeposit(database: Queryable, parties: Parties): Promise<Deposit> {
  return depositOf(await readRows(database, parties));
}

/** [DE2] What the contract that holds today names; a deposit of another currency is none. */
async function agreedOn(context: ServerContext, database: Queryable, parties: Parties) {
  const today = new Date(context.nowMs()).toISOString().slice(0, 10);
  const terms = termsOn(await readContract(database, parties), today);
  const agreedMinor = terms?.depositMinor ?? null;
  return { agreedMinor, currency: agreedMinor === null ? null : (terms?.currency ?? null) };
}

/** Null: no such supplier. */
export async function readDepositDetail(context: ServerContext, parties: Parties): Promise<DepositDetail | null> {
  const { pool } = context.database;
  const { rows: found } = await pool.query<{ supplierName: string }>(
    'select name as "supplierName" from supplier where merchant_id = $1 and supplier_id = $2',
    [parties.merchantId, parties.supplierId],
  );
  const [about] = found;
  if (!about) return null;
  const rows = await readRows(pool, parties);
  const { agreedMinor, currency } = await agreedOn(context, pool, parties);
  let deposit = noDeposit;
  const movements = rows.map((row) => {
    const moved = moveDeposit(deposit, row, { agreedMinor: Number.MAX_SAFE_INTEGER });
    assert(moved.ok, 'a row of the ledger was to be booked');
    deposit = moved.value;
    return { ...row, heldMinor: depositHeld(deposit) };
  });
  return {
    ...{ serverTimeMs: context.nowMs(), supplierId: parties.supplierId, ...about, agreedMinor },
    ...{ currency: deposit.currency ?? currency, heldMinor: depositHeld(deposit), sums: deposit.sums },
    ...{ version: deposit.number, movements: movements.toReversed().slice(0, shown) },
  };
}

/** Freezes or releases, if the row that its booker saw is still the last. */
export async function bookDeposit(
  context: ServerContext,
  actor: Parties & { by: AuditActor },
  { version, ...word }: MoveDeposit,
): Promise<Result<DepositAnswer, FairPlayFailure>> {
  return inTransaction(context.database, async (tx) => {
    if (!(await lockSupplier(tx, actor))) return fail({ code: 'not-found', detail: 'no such supplier' });
    const deposit = await readDeposit(tx, actor);
    if (deposit.number !== version) return fail({ code: 'conflict', detail: `it is at row ${deposit.number}` });
    const agreed = await agreedOn(context, tx, actor);
    const currency = word.move === 'frozen' ? agreed.currency : deposit.currency;
    if (currency === null) return fail({ code: 'bad-request', detail: 'nothing is agreed, or nothing is held' });
    const booked = await book(
      context,
      tx,
      { ...actor, deposit, agreedMinor: agreed.agreedMinor ?? 0 },
      {
        ...{ ...word, currency, complaintId: null },
      },
    );
    return booked.ok ? ok({ version: deposit.number + 1 }) : booked;
  });
}

type Booking = Parties & { by: AuditActor; deposit: Deposit; agreedMinor: number };

/** [DE1] Adds a row to the ledger; the supplier's row is locked, so numbers have no gaps. */
export async function book(
  context: ServerContext,
  tx: pg.PoolClient,
  { merchantId, supplierId, by, deposit, agreedMinor }: Booking,
  row: Omit<DepositMovement, 'number' | 'atMs'>,
): Promise<Result<Deposit, FairPlayFailure>> {
  const moved = moveDeposit(deposit, row, { agreedMinor });
  if (!moved.ok) return fail({ code: 'bad-request', detail: moved.error.code });
  if (moved.value.number > mostMovements) return fail({ code: 'bad-request', detail: 'the ledger is full' });
  await tx.query(
    `insert into deposit_movement
       (merchant_id, supplier_id, number, move, amount_minor, currency, complaint_id, note, actor_id, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[
        merchantId,
        supplierId,
        moved.value.number,
        row.move,
        row.amountMinor,
        row.currency,
        row.complaintId,
        row.note,
      ],
      ...[by.actorId, context.nowMs()],
    ],
  );
  await recordAudit(tx, context, by, {
    ...{ merchantId, storeId: null, action: 'deposit-moved', subjectType: 'supplier', subjectId: supplierId },
    after: { ...row, heldMinor: depositHeld(moved.value) },
  });
  return moved;
}

/** Those who book or complain with one supplier take turns. */
export async function lockSupplier(tx: pg.PoolClient, { merchantId, supplierId }: Parties): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from supplier where merchant_id = $1 and supplier_id = $2 for no key update',
    [merchantId, supplierId],
  );
  return rowCount !== 0;
}
