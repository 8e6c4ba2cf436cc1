import { type Context, Hono } from 'hono';
import {
  couponGivenSchema,
  giveCouponSchema,
  type MemberHabits,
  removeNoteSchema,
  writeNoteSchema,
} from '#schemas/api/member-habits.ts';
import { memberIdSchema } from '#schemas/members/member-entries.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { grantTo } from '../coupons/grant-coupons.ts';
import { readHabits, removeNote, writeNote } from '../members/habits.ts';
import { readMember } from '../members/read-member.ts';
import { standingScope } from '../members/standing-marks.ts';
import { apiError, parseBody } from './answers.ts';

type C = Context<OfficeEnv>;

/** `…/members/:member/habits` and its notes (schemas/api/member-habits.ts). */
export function habitRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;

  /** Who goes on for the id, and all who are one with them; null: nobody, or erased. */
  const personOf = async (c: C) => {
    const memberId = memberIdSchema.safeParse(c.req.param('member'));
    const known = memberId.success ? await readMember(pool, c.get('store'), memberId.data) : null;
    if (known === null || known.state === 'erased') return null;
    return { memberId: known.memberId, memberIds: known.member?.memberIds ?? [known.memberId] };
  };
  const answer = async (c: C, memberIds: readonly string[]) =>
    c.json<MemberHabits>(await readHabits(context, c.get('store'), memberIds));

  routes.get('/:member/habits', office.require('see-members-whole'), async (c) => {
    const person = await personOf(c);
    return person === null ? apiError(c, 404, 'not-found') : answer(c, person.memberIds);
  });

  routes.post('/:member/coupon', office.require('edit-promotions'), async (c) => {
    const body = await parseBody(c, giveCouponSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const person = await personOf(c);
    if (person === null) return apiError(c, 404, 'not-found');
    const { merchantId, storeId } = c.get('store');
    const { campaignId } = body.value;
    const one = { memberId: person.memberId, occasion: 'by-hand', isHeldOut: false };
    const granted = await grantTo(context, { merchantId, campaignId }, [one]);
    const subject = { subjectType: 'promotion', subjectId: campaignId, action: 'coupons-issued' } as const;
    await recordAudit(pool, context, auditActor(c), { merchantId, storeId, ...subject, after: { count: granted } });
    if (granted > 0) context.changes.publish(standingScope);
    return c.json(couponGivenSchema.parse({ granted }));
  });

  routes.post('/:member/notes', office.require('enrol-members'), async (c) => {
    const body = await parseBody(c, writeNoteSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const person = await personOf(c);
    if (person === null) return apiError(c, 404, 'not-found');
    const note = { memberId: person.memberId, operatorId: actorId(c.get('actor')), text: body.value.text };
    await writeNote(context, c.get('store'), note);
    return c.json({});
  });

  routes.post('/:member/notes/:note/remove', office.require('edit-members'), async (c) => {
    const body = await parseBody(c, removeNoteSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const person = await personOf(c);
    if (person === null) return apiError(c, 404, 'not-found');
    await removeNote(pool, c.get('store').merchantId, person.memberIds, c.req.param('note'));
    return c.json({});
  });

  return routes;
}
