import { type Context, Hono } from 'hono';
import type { AuditAction } from '#schemas/api/audit.ts';
import { type EraseAnswer, type MemberList, memberQuerySchema, type PersonalData } from '#schemas/api/personal-data.ts';
import { may } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { key } from '#schemas/text.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import { collectMember, collectPerson } from '../audit/collect-personal-data.ts';
import { eraseEverywhere } from '../audit/erase-everywhere.ts';
import { erasePerson } from '../audit/erase-personal-data.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { BackOfficeFailure } from '../journal/back-office.ts';
import { changeStaff, readView, type StaffFailure } from '../people/staff-change.ts';
import { mayEditPerson } from '../people/staff-rules.ts';
import { notWritten } from './announcing.ts';
import { apiError, parseBody } from './answers.ts';
import { staffAnswer } from './staff.ts';

const listed = 50;
const keySchema = key(40);
type C = Context<OfficeEnv>;
type Named = { name: string };

/** `…/personal-data/people`, mounted under a store and under `/api` for the chain (schemas/api/personal-data.ts). */
export function personDataRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-personal-data');
  const answer = async (c: C, action: AuditAction) => {
    const found = await readablePerson(context, c, idOf(c));
    if (!found.ok) return staffAnswer(c, found);
    const { merchantId } = c.get('actor');
    return handOver(context, c, { kind: 'person', name: found.value.name, action }, (tx) =>
      collectPerson(tx, merchantId, idOf(c)),
    );
  };
  routes.get('/:person', read, (c) => answer(c, 'personal-data-shown'));
  routes.get('/:person/export', read, (c) => answer(c, 'personal-data-exported'));
  routes.post('/:person/erase', office.require('erase-personal-data'), async (c) =>
    staffAnswer(c, await changeStaff(context, c, 'erase-personal-data', (change) => erasePerson(change, idOf(c)))),
  );
  return routes;
}

/** `…/personal-data/members` of a store. */
export function memberDataRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-personal-data');

  routes.post('/find', read, async (c) => {
    const query = await parseBody(c, memberQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { rows } = await context.database.pool.query<MemberList['members'][number]>(
      `select member_id as "memberId", name, phone, code, tier from member
        where store_id = $1 and not deleted
          and ($2 = '' or starts_with(lower(name), lower($2)) or starts_with(ltrim(phone, '+'), ltrim($2, '+'))
               or starts_with(lower(code), lower($2)))
        order by name, member_id limit $3`,
      [c.get('storeId'), query.value.q.trim(), listed + 1],
    );
    return c.json<MemberList>({ members: rows.slice(0, listed), more: rows.length > listed });
  });

  const answer = async (c: C, action: AuditAction) => {
    const { merchantId, storeId } = c.get('store');
    const { rows } = await context.database.pool.query<Named>(
      `select name from member where store_id = $1 and member_id = $2 and not (deleted and code = '-')`,
      [storeId, idOf(c)],
    );
    const [member] = rows;
    if (!member) return apiError(c, 404, 'not-found');
    return handOver(context, c, { kind: 'member', name: member.name, action }, (tx) =>
      collectMember(tx, { merchantId, storeId }, idOf(c)),
    );
  };
  routes.get('/:person', read, (c) => answer(c, 'personal-data-shown'));
  routes.get('/:person/export', read, (c) => answer(c, 'personal-data-exported'));
  routes.post('/:person/erase', office.require('erase-personal-data'), async (c) => {
    const erased = await eraseMemberHere(context, c, idOf(c));
    if (erased !== null && 'code' in erased) return notWritten(c, erased);
    return erased === null ? apiError(c, 404, 'not-found') : c.json<EraseAnswer>(erased);
  });
  return routes;
}

/** The id in the path; what is no key is nobody. */
function idOf(c: C): string {
  const id = keySchema.safeParse(c.req.param('person'));
  return id.success ? id.data : '';
}

/** [A1] Somebody with a role, now or once, in the store or the chain, and with no right that the asker lacks. */
async function readablePerson(context: ServerContext, c: C, operatorId: string): Promise<Result<Named, StaffFailure>> {
  const { pool } = context.database;
  const view = await readView(context, pool, c.get('actor'));
  const storeId = c.get('storeId') ?? null;
  const { rows } = await pool.query<Named>(
    'select name from operator where merchant_id = $1 and operator_id = $2 and erased_at_ms is null',
    [c.get('actor').merchantId, operatorId],
  );
  const [person] = rows;
  const isHere = view.history.grants.some(
    (grant) =>
      grant.operatorId === operatorId &&
      (storeId === null ||
        grant.scopeType === 'merchant' ||
        (grant.scopeType === 'store' && grant.scopeId === storeId)),
  );
  if (!person || !isHere) return fail({ code: 'not-found' });
  return mayEditPerson(view, operatorId) ? ok(person) : fail({ code: 'forbidden' });
}

/** Collects and puts on record who was shown what, in one snapshot. */
async function handOver(
  context: ServerContext,
  c: C,
  what: { kind: PersonalData['kind']; name: string; action: AuditAction },
  collect: (tx: Queryable) => Promise<PersonalData['sections']>,
) {
  const { kind, name, action } = what;
  const personId = idOf(c);
  const sections = await inTransaction(context.database, async (tx) => {
    const subject = { subjectType: kind, subjectId: personId };
    const { merchantId } = c.get('actor');
    const storeId = c.get('storeId') ?? null;
    await recordAudit(tx, context, auditActor(c), { merchantId, storeId, action, ...subject });
    return collect(tx);
  });
  if (action === 'personal-data-exported') {
    c.header('Content-Disposition', 'attachment; filename="personal-data.json"');
  }
  return c.json<PersonalData>({ personId, kind, name, atMs: context.nowMs(), sections });
}

/** In every store of the chain when the asker's rights reach them, else in this one. */
async function eraseMemberHere(
  context: ServerContext,
  c: C,
  memberId: string,
): Promise<EraseAnswer | BackOfficeFailure | null> {
  const { merchantId, storeId } = c.get('store');
  const { grants } = c.get('actor');
  const ofChain = may(grants, 'erase-personal-data', { type: 'merchant', merchantId });
  const who = { memberId, operatorId: actorId(c.get('actor')), by: auditActor(c), ofChain };
  return eraseEverywhere(context, { merchantId, storeId }, who);
}
