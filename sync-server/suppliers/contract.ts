import type { ContractAnswer, ContractDetail, TakeContractStep } from '#schemas/api/contracts.ts';
import { assert } from '#schemas/assert.ts';
import {
  type Contract,
  type ContractStep,
  type ContractTerms,
  noContract,
  takeContractStep,
  termsOn,
} from '#schemas/procurement/contract.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';

type Parties = { merchantId: string; supplierId: string };
export type ContractFailure = { code: 'not-found' | 'conflict' | 'bad-request'; detail: string };
type Step = { version: number; side: OrderSide; atMs: number; name: string | null; step: ContractStep };

/** [CO4] Steps are never changed, so what holds is made of them whenever it is asked. */
function contractOf(steps: readonly Step[]): Contract {
  return steps.reduce((contract, { side, step }) => {
    const taken = takeContractStep(contract, side, step);
    assert(taken.ok, 'a step on record was to be taken');
    return taken.value;
  }, noContract);
}

async function readSteps(database: Queryable, { merchantId, supplierId }: Parties): Promise<Step[]> {
  const { rows } = await database.query<Step>(
    `select version, side, at_ms as "atMs", step, coalesce(
              (select name from operator o where o.merchant_id = t.merchant_id and o.operator_id = t.actor_id),
              (select name from api_key k where k.merchant_id = t.merchant_id and k.key_id = t.actor_id)) as name
       from supplier_contract_step t where merchant_id = $1 and supplier_id = $2 order by version`,
    [merchantId, supplierId],
  );
  return rows;
}

/** What both sides had agreed on at a time, for who has to know what a piece cost. */
export async function readContract(database: Queryable, parties: Parties, atMs?: number): Promise<Contract> {
  const steps = await readSteps(database, parties);
  return contractOf(atMs === undefined ? steps : steps.filter((step) => step.atMs <= atMs));
}

/** Null: no such supplier. */
export async function readContractDetail(context: ServerContext, parties: Parties): Promise<ContractDetail | null> {
  const { pool } = context.database;
  const { merchantId, supplierId } = parties;
  const { rows } = await pool.query<{ supplierName: string; merchantName: string }>(
    `select p.name as "supplierName", m.name as "merchantName"
       from supplier p join merchant m using (merchant_id) where merchant_id = $1 and supplier_id = $2`,
    [merchantId, supplierId],
  );
  const [about] = rows;
  if (about === undefined) return null;
  const steps = await readSteps(pool, parties);
  const contract = contractOf(steps);
  const { version, open, agreed } = contract;
  const holding = termsOn(contract, new Date(context.nowMs()).toISOString().slice(0, 10));
  const known = await readSkus(pool, merchantId, skusOf(open ? [...agreed, open.terms] : agreed));
  return {
    ...{ serverTimeMs: context.nowMs(), supplierId, ...about, version, open, agreed },
    holds: holding && agreed.indexOf(holding),
    history: steps.map(({ step: { step, note }, ...said }) => ({ ...said, step, note })),
    goods: [...known.values()].map(({ skuId, names, variant }) => ({ skuId, names, variant })),
  };
}

function skusOf(all: readonly ContractTerms[]): string[] {
  return [...new Set(all.flatMap(({ prices }) => prices.map(({ skuId }) => skuId)))];
}

/** [CO1] Takes a step, if the version that its taker saw is still the latest. */
export async function signContract(
  context: ServerContext,
  { merchantId, supplierId, side, by }: Parties & { side: OrderSide; by: AuditActor },
  { version, step }: TakeContractStep,
): Promise<Result<ContractAnswer, ContractFailure>> {
  return inTransaction(context.database, async (tx) => {
    // The two take turns.
    const { rowCount } = await tx.query(
      'select 1 from supplier where merchant_id = $1 and supplier_id = $2 and ended_at_ms is null for no key update',
      [merchantId, supplierId],
    );
    if (rowCount === 0) return fail({ code: 'not-found', detail: 'no such supplier' });
    const before = await readContract(tx, { merchantId, supplierId });
    if (before.version !== version) return fail({ code: 'conflict', detail: `it is at version ${before.version}` });
    const taken = takeContractStep(before, side, step);
    if (!taken.ok) {
      const { code } = taken.error;
      return fail({ code: code === 'not-now' ? 'conflict' : 'bad-request', detail: code });
    }
    const asked = step.step === 'proposed' ? skusOf([step.terms]) : [];
    const known = await readSkus(tx, merchantId, asked);
    const unknown = asked.find((skuId) => !known.has(skuId));
    if (unknown !== undefined) return fail({ code: 'bad-request', detail: `skuId: ${unknown} is not known` });
    await tx.query(
      `insert into supplier_contract_step (merchant_id, supplier_id, version, side, actor_id, at_ms, step)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [merchantId, supplierId, taken.value.version, side, by.actorId, context.nowMs(), JSON.stringify(step)],
    );
    await recordAudit(tx, context, by, {
      ...{ merchantId, storeId: null, action: 'contract-step-taken', subjectType: 'supplier', subjectId: supplierId },
      after: { version: taken.value.version, ...step },
    });
    await tellSystems(tx, context, {
      ...{ merchantId, supplierId, event: 'contract.changed', isForSupplier: true },
      ...{ id: supplierId, storeId: null, version: taken.value.version, phase: null, step: step.step, side },
    });
    return ok({ supplierId, version: taken.value.version });
  });
}
