import { type Context, Hono } from 'hono';
import type { MemberHealth, MembersLatest } from '#schemas/api/member-health.ts';
import { adjustPointsSchema } from '#schemas/api/member-points.ts';
import {
  editMemberSchema,
  enrolMemberAnswerSchema,
  enrolMemberSchema,
  leaveMemberSchema,
  type MemberChanged,
  type MemberDetail,
  type MembersAnswer,
  membersQuerySchema,
  mergeMembersSchema,
} from '#schemas/api/members.ts';
import { memberIdSchema } from '#schemas/members/member-entries.ts';
import { may } from '#schemas/policy/policy.ts';
import type { Result } from '#schemas/result.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { findMembers, summaryOf } from '../members/find-members.ts';
import { readHealth } from '../members/health.ts';
import { readLatest } from '../members/latest-members.ts';
import { readMemberDetail } from '../members/read-member.ts';
import {
  adjustPoints,
  editMember,
  enrolMember,
  leaveMember,
  type MemberFailure,
  mergeMembers,
} from '../members/write-member.ts';
import { notWritten } from './announcing.ts';
import { apiError, parseBody } from './answers.ts';
import { habitRoutes } from './member-habits.ts';
import { memberRulesRoutes } from './member-rules.ts';
import { segmentRoutes } from './member-segments.ts';
import { memberDataRoutes } from './personal-data.ts';

type C = Context<OfficeEnv>;

/** What a store's office has of members: their accounts, and what the law asks to be shown, handed over and erased. */
export function mountMembers(store: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  store.route('/members', memberRoutes(context, office));
  store.route('/members', habitRoutes(context, office));
  store.route('/member-rules', memberRulesRoutes(context, office));
  store.route('/segments', segmentRoutes(context, office));
  store.route('/personal-data/members', memberDataRoutes(context, office));
}

/** `…/members`: the chain's members, as a store's people look them up and keep them (schemas/api/members.ts). */
function memberRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;
  const lookUp = office.require('look-up-members');

  // [MB3] A phone or a name in an address would be in every log on the way: it comes as a body.
  routes.post('/find', lookUp, async (c) => {
    const query = await parseBody(c, membersQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { q, limit } = query.value;
    const found = await findMembers(pool, c.get('store'), q, limit + 1);
    const members = found.slice(0, limit).map((member) => summaryOf(member, seesWhole(c)));
    return c.json<MembersAnswer>({ members, more: found.length > limit });
  });

  routes.post('/', office.require('enrol-members'), async (c) => {
    const body = await parseBody(c, enrolMemberSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const enrolled = await enrolMember(context, c.get('store'), actorId(c.get('actor')), body.value);
    return enrolled.ok ? c.json(enrolMemberAnswerSchema.parse(enrolled.value)) : refused(c, enrolled.error);
  });

  routes.get('/latest', lookUp, async (c) =>
    c.json<MembersLatest>(await readLatest(pool, c.get('store'), seesWhole(c))),
  );

  routes.get('/health', office.require('read-reports'), async (c) =>
    c.json<MemberHealth>(await readHealth(pool, c.get('store'), context.nowMs())),
  );

  routes.get('/:member', lookUp, async (c) => {
    const isWhole = seesWhole(c);
    const { merchantId, storeId } = c.get('store');
    const detail = await inTransaction(context.database, async (tx) => {
      const read = await readMemberDetail(tx, c.get('store'), idOf(c), isWhole, context.nowMs());
      if (read !== null && isWhole) {
        const subject = { subjectType: 'member', subjectId: read.memberId, action: 'personal-data-shown' as const };
        await recordAudit(tx, context, auditActor(c), { merchantId, storeId, ...subject });
      }
      return read;
    });
    return detail === null ? apiError(c, 404, 'not-found') : c.json<MemberDetail>(detail);
  });

  routes.post('/:member', office.require('edit-members'), async (c) => {
    const body = await parseBody(c, editMemberSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changed(c, await editMember(context, c.get('store'), who(c), body.value));
  });

  routes.post('/:member/merge', office.require('merge-members'), async (c) => {
    const body = await parseBody(c, mergeMembersSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changed(c, await mergeMembers(context, c.get('store'), who(c), body.value));
  });

  routes.post('/:member/points', office.require('adjust-points'), async (c) => {
    const body = await parseBody(c, adjustPointsSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changed(c, await adjustPoints(context, c.get('store'), who(c), body.value));
  });

  routes.post('/:member/leave', office.require('edit-members'), async (c) => {
    const body = await parseBody(c, leaveMemberSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changed(c, await leaveMember(context, c.get('store'), who(c)));
  });
  return routes;
}

function seesWhole(c: C): boolean {
  const { merchantId, storeId } = c.get('store');
  return may(c.get('actor').grants, 'see-members-whole', { type: 'store', merchantId, storeId });
}

function who(c: C): { memberId: string; operatorId: string } {
  return { memberId: idOf(c), operatorId: actorId(c.get('actor')) };
}

/** The id in the path; what is no key is nobody. */
function idOf(c: C): string {
  const id = memberIdSchema.safeParse(c.req.param('member'));
  return id.success ? id.data : '';
}

function changed(c: C, result: Result<MemberChanged, MemberFailure>) {
  return result.ok ? c.json<MemberChanged>(result.value) : refused(c, result.error);
}

function refused(c: C, failure: MemberFailure) {
  switch (failure.code) {
    case 'not-found':
      return apiError(c, 404, 'not-found');
    case 'bad-request':
      return apiError(c, 400, 'bad-request', failure.detail);
    case 'conflict':
      return apiError(c, 409, 'conflict', failure.detail);
    default:
      return notWritten(c, failure);
  }
}
