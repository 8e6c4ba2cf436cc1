import { createHash } from 'node:crypto';
import {
  type ApprovalAsk,
  type ApprovalItem,
  type ApprovalList,
  type ApprovalState,
  approvalWaitMs,
} from '#schemas/api/approvals.ts';
import type { ApprovalDecision } from '#schemas/policy/approval.ts';
import type { Measure } from '#schemas/policy/limits.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { lockCounter } from '../journal/post-batch.ts';

/** A lost notification, and a request whose time is over, are noticed this late. */
const pollMs = 1_000;
/** A busy store's sales wake who waits here too: they look no more often than this. */
const restMs = 200;
const shownMs = 24 * 3_600_000;
const keptMs = 30 * 24 * 3_600_000;
const maxShown = 100;

/** Of whoever asks: a store of another chain has no requests for them. */
type Store = { storeId: string; merchantId: string };

/** Who looks or decides; `rights`: those of which they are shown requests. */
type Reader = {
  operatorId: string;
  rights: readonly Right[];
  may: (right: string, measures: readonly Measure[]) => boolean;
};

type Row = {
  requestId: string;
  tillNumber: number;
  operatorId: string;
  operatorName: string | null;
  right: string;
  reason: string;
  detail: string[];
  measures: Measure[];
  askedAtMs: number;
  expiresAtMs: number;
  decision: ApprovalDecision | null;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAtMs: number | null;
};

const columns = `r.request_id as "requestId", r.till_number as "tillNumber", r.operator_id as "operatorId",
  asker.name as "operatorName", r."right", r.reason, r.detail, r.measures, r.asked_at_ms as "askedAtMs",
  r.expires_at_ms as "expiresAtMs", r.decision, r.decided_by as "decidedBy", decider.name as "decidedByName",
  r.decided_at_ms as "decidedAtMs"`;
const source = `approval_request r join store s using (store_id)
  left join operator asker on asker.merchant_id = s.merchant_id and asker.operator_id = r.operator_id
  left join operator decider on decider.merchant_id = s.merchant_id and decider.operator_id = r.decided_by`;

/** Tills ask for a second person who is not there, managers answer on their screens. */
export class ApprovalRequests {
  readonly #context: ServerContext;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Puts a till's request on the managers' screens. */
  async ask(
    till: AuthenticatedTill,
    asked: ApprovalAsk,
  ): Promise<Result<ApprovalState, { code: 'forbidden' | 'conflict' }>> {
    const { storeId, tillNumber, merchantId } = till;
    const { requestId, operatorId, right, reason, detail, measures = [] } = asked;
    const nowMs = this.#context.nowMs();
    const taken = await inTransaction(this.#context.database, async (tx) => {
      const { rowCount } = await tx.query(
        'select 1 from operator where merchant_id = $1 and operator_id = $2 and left_at_ms is null',
        [merchantId, operatorId],
      );
      if (rowCount === 0) return 'forbidden';
      await tx.query(
        `update approval_request set expires_at_ms = $4
          where store_id = $1 and till_number = $2 and request_id <> $3 and decision is null and expires_at_ms > $4`,
        [storeId, tillNumber, requestId, nowMs],
      );
      // What was approved is kept as long as the journal, whose entries name it (P2).
      await tx.query(
        `delete from approval_request where store_id = $1 and asked_at_ms < $2 and decision is distinct from 'approved'`,
        [storeId, nowMs - keptMs],
      );
      await tx.query(
        `insert into approval_request
           (store_id, request_id, till_number, operator_id, "right", reason, detail, asked_at_ms, expires_at_ms, measures)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
        [
          ...[storeId, requestId, tillNumber, operatorId, right, reason, JSON.stringify(detail)],
          ...[nowMs, nowMs + approvalWaitMs, JSON.stringify(measures)],
        ],
      );
      return 'asked';
    });
    if (taken === 'forbidden') return fail({ code: 'forbidden' });
    this.#context.changes.publish(storeId);
    const state = await this.state(till, requestId);
    return state === null ? fail({ code: 'conflict' }) : ok(state);
  }

  /** Where a till's own request stands; null: it is none of its own. */
  async state(till: AuthenticatedTill, requestId: string): Promise<ApprovalState | null> {
    const { rows } = await this.#context.database.pool.query<Row>(
      `select ${columns} from ${source} where r.store_id = $1 and r.request_id = $2 and r.till_number = $3`,
      [till.storeId, requestId, till.tillNumber],
    );
    const [row] = rows;
    const serverTimeMs = this.#context.nowMs();
    return row === undefined ? null : { serverTimeMs, requestId, ...outcomeOf(row, serverTimeMs) };
  }

  /** The till does not wait any longer. */
  async cancel(till: AuthenticatedTill, requestId: string): Promise<ApprovalState | null> {
    await this.#context.database.pool.query(
      `update approval_request set expires_at_ms = least(expires_at_ms, $4)
        where store_id = $1 and request_id = $2 and till_number = $3 and decision is null`,
      [till.storeId, requestId, till.tillNumber, this.#context.nowMs()],
    );
    this.#context.changes.publish(till.storeId);
    return this.state(till, requestId);
  }

  /** What somebody with these rights in the store is shown, as far as their limits reach. */
  async list({ storeId, merchantId }: Store, reader: Reader): Promise<ApprovalList> {
    const serverTimeMs = this.#context.nowMs();
    const { rows } = await this.#context.database.pool.query<Row>(
      `select ${columns} from ${source} where r.store_id = $1 and s.merchant_id = $5 and r."right" = any($2)
          and r.asked_at_ms > $3
        order by (r.decision is null and r.expires_at_ms > $4) desc, r.asked_at_ms desc, r.request_id limit ${maxShown}`,
      [storeId, reader.rights, serverTimeMs - shownMs, serverTimeMs, merchantId],
    );
    const shown = rows.filter(({ right, measures }) => reader.may(right, measures));
    const requests = shown.map((row) => itemOf(row, serverTimeMs, reader.operatorId));
    const version = createHash('sha256').update(JSON.stringify(requests)).digest('hex').slice(0, 32);
    return { serverTimeMs, version, requests };
  }

  /** Approves or denies; null when the request is not there for somebody with these rights. */
  async decide(
    store: Store,
    requestId: string,
    by: Omit<Reader, 'rights'> & { audit: AuditActor },
    decision: ApprovalDecision,
  ): Promise<Result<null, { code: 'not-found' | 'forbidden' | 'conflict' }>> {
    const { storeId, merchantId } = store;
    const nowMs = this.#context.nowMs();
    const decided = await inTransaction(this.#context.database, async (tx) => {
      // First, as posting does: which entries came before the decision is settled by this lock.
      const { journalSeq: afterSeq } = await lockCounter(tx, storeId);
      const request = await lockedRequest(tx, store, requestId);
      if (request === null || !by.may(request.right, request.measures)) return fail({ code: 'not-found' as const });
      // [A1] A second person is another one.
      if (request.operatorId === by.operatorId) return fail({ code: 'forbidden' as const });
      if (request.decision !== null || request.expiresAtMs <= nowMs) return fail({ code: 'conflict' as const });
      await tx.query(
        `update approval_request set decision = $3, decided_by = $4, decided_at_ms = $5, decided_after_seq = $6
          where store_id = $1 and request_id = $2`,
        [storeId, requestId, decision, by.operatorId, nowMs, afterSeq],
      );
      const { tillNumber, operatorId, right, reason } = request;
      const after = { decision, tillNumber, operatorId, right, reason };
      const subject = { subjectType: 'approval', subjectId: requestId };
      const action = 'approval-decided';
      await recordAudit(tx, this.#context, by.audit, { merchantId, storeId, action, ...subject, after });
      return ok(null);
    });
    if (decided.ok) this.#context.changes.publish(storeId);
    return decided;
  }

  /** Asks again and again until `isNews`, the time is over or the asker is gone; the last answer. */
  async wait<Answer>(
    storeId: string,
    read: () => Promise<Answer>,
    isNews: (answer: Answer) => boolean,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const startedAtMs = performance.now();
      const leftMs = Math.max(0, untilMs - startedAtMs);
      const hearing = new AbortController();
      const until = AbortSignal.any([signal, hearing.signal]);
      const heard = this.#context.changes.wait([storeId], Math.min(leftMs, pollMs), until);
      const answer = await read();
      if (leftMs === 0 || isNews(answer) || signal.aborted || this.#context.changes.closed) {
        hearing.abort();
        return answer;
      }
      await heard;
      const tooSoonMs = Math.min(restMs - (performance.now() - startedAtMs), untilMs - performance.now());
      if (tooSoonMs > 0) await new Promise((resolve) => setTimeout(resolve, tooSoonMs));
    }
  }
}

async function lockedRequest(tx: Queryable, { storeId, merchantId }: Store, requestId: string) {
  const { rows } = await tx.query<
    Pick<Row, 'tillNumber' | 'operatorId' | 'right' | 'reason' | 'measures' | 'decision' | 'expiresAtMs'>
  >(
    `select till_number as "tillNumber", operator_id as "operatorId", "right", reason, measures, decision,
            expires_at_ms as "expiresAtMs"
       from approval_request join store using (store_id)
      where store_id = $1 and request_id = $2 and merchant_id = $3 for update of approval_request`,
    [storeId, requestId, merchantId],
  );
  return rows[0] ?? null;
}

function outcomeOf(
  row: Row,
  nowMs: number,
): Pick<ApprovalState, 'status' | 'expiresAtMs' | 'decidedBy' | 'decidedAtMs'> {
  const { decision, expiresAtMs, decidedAtMs } = row;
  const status = decision ?? (expiresAtMs > nowMs ? 'waiting' : 'expired');
  const decidedBy = row.decidedBy === null ? null : { operatorId: row.decidedBy, name: row.decidedByName ?? '' };
  return { status, expiresAtMs, decidedBy, decidedAtMs };
}

function itemOf(row: Row, nowMs: number, readerId: string): ApprovalItem {
  const { requestId, tillNumber, operatorId, operatorName, right, reason, detail, askedAtMs } = row;
  const operator = { operatorId, name: operatorName ?? '' };
  const isOwn = operatorId === readerId;
  return { requestId, tillNumber, operator, right, reason, detail, askedAtMs, isOwn, ...outcomeOf(row, nowMs) };
}
