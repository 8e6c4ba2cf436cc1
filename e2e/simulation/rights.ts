import type pg from 'pg';
import { occurredAtMs } from '#schemas/journal/envelope.ts';
import type { Fact } from '#schemas/journal/kinds.ts';
import { type RightFault, rightFaults } from '#schemas/policy/rights-needed.ts';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { createOperator } from '#sync-server/people/new-operator.ts';
import { knownFact } from './fold.ts';
import type { JournalEntry } from './journal-watch.ts';

/** Who stands at the tills. Their roles come and go; `dot` begins without any, `boss` keeps the chain's. */
export const people = ['ada', 'bea', 'cy', 'dot'] as const;
export const roles = ['clerk', 'shift-leader', 'stock-clerk', 'store-manager', 'store-manager'] as const;

export async function seedPeople(context: ServerContext, storeIds: readonly string[], password: string): Promise<void> {
  const [storeId = '', otherStoreId = ''] = storeIds;
  const boss = { operatorId: 'boss', name: 'Boss', username: 'boss', role: 'owner', pin: '1234', password } as const;
  await createOperator(context, { ...boss, storeId });
  await createOperator(context, { storeId, operatorId: 'ada', name: 'Ada', role: 'store-manager' });
  await createOperator(context, { storeId, operatorId: 'bea', name: 'Bea', role: 'clerk' });
  await createOperator(context, { storeId: otherStoreId, operatorId: 'cy', name: 'Cy', role: 'shift-leader' });
}

type Grant = { who: string; role: BuiltInRole; isHere: boolean; fromMs: number; untilMs: number | null };

/** Tills of the simulation write none of these: it is the back office, for whoever did it in the other store. */
function isWordOfAnotherStore({ kind, body }: Fact): boolean {
  return kind === 'transfer-delivered' || (kind === 'delivery-announced' && body.source.type === 'transfer');
}

/** [A1] What the history of grants, as it is now, says of a store's entries: `entryId|code|subject`, sorted. */
export async function faultsByHistory(
  client: pg.PoolClient,
  storeId: string,
  journal: readonly JournalEntry[],
): Promise<string[]> {
  const { rows: grants } = await client.query<Grant>(
    `select operator_id as who, role_id as role, scope_type = 'merchant' or scope_id = $1 as "isHere",
            from_ms as "fromMs", until_ms as "untilMs" from role_grant`,
    [storeId],
  );
  const found = journal.flatMap(({ entry, recordedAtMs }) => {
    const fact = knownFact(entry);
    if (!fact.ok || isWordOfAnotherStore(fact.value)) return [];
    const atMs = Math.max(0, Math.min(occurredAtMs(entry), recordedAtMs));
    const has = (person: string, right: string) =>
      grants.some(
        ({ who, role, isHere, fromMs, untilMs }) =>
          isHere &&
          who === person &&
          fromMs <= atMs &&
          (untilMs === null || atMs < untilMs) &&
          (builtInRoles[role].rights as readonly string[]).includes(right),
      );
    const faults = rightFaults(fact.value, entry.operatorId, { has });
    return faults.map(({ code, subject }: RightFault) => `${entry._id}|${code}|${subject}`);
  });
  return found.sort();
}
