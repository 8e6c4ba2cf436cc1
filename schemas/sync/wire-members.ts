import type { z } from 'zod';
import { couponGivenSchema, giveCouponSchema, memberHabitsSchema, writeNoteSchema } from '../api/member-habits.ts';
import { memberHealthSchema, membersLatestSchema } from '../api/member-health.ts';
import {
  adjustPointsSchema,
  memberAttentionSchema,
  memberRulesAnswerSchema,
  saveMemberRulesSchema,
} from '../api/member-points.ts';
import {
  campaignLiftSchema,
  countSegmentSchema,
  grantSegmentSchema,
  saveSegmentSchema,
  segmentCountSchema,
  segmentGrantedSchema,
  segmentListSchema,
} from '../api/member-segments.ts';
import {
  editMemberSchema,
  enrolMemberAnswerSchema,
  enrolMemberSchema,
  leaveMemberSchema,
  memberChangedSchema,
  memberDetailSchema,
  membersAnswerSchema,
  membersQuerySchema,
  mergeMembersSchema,
} from '../api/members.ts';
import {
  memberEditedSchema,
  memberEnrolledSchema,
  memberErasedSchema,
  memberLeftSchema,
  membersMergedSchema,
} from '../members/member-entries.ts';
import { pointsAdjustedSchema } from '../members/points-adjusted.ts';
import { personSchema } from '../members/sealed-person.ts';
import {
  couponQuestionSchema,
  couponUseSchema,
  memberFindingSchema,
  memberPointsSchema,
  memberPurchasesSchema,
  memberQuestionSchema,
  memberUsesSchema,
  personKeysQuestionSchema,
  personKeysSchema,
  pointsQuestionSchema,
  purchasesQuestionSchema,
  usesQuestionSchema,
} from './till-members.ts';

/** Messages about members, by the names of their hashes (wire.test.ts). */
export const memberMessages: Readonly<Record<string, z.ZodType>> = {
  'journal member-enrolled 1': memberEnrolledSchema,
  'journal member-edited 1': memberEditedSchema,
  'journal members-merged 1': membersMergedSchema,
  'journal member-left 1': memberLeftSchema,
  'journal member-erased 1': memberErasedSchema,
  'journal points-adjusted 1': pointsAdjustedSchema,
  // Sealed in the first two.
  'journal member person': personSchema,
  'api members found query': membersQuerySchema,
  'api members found': membersAnswerSchema,
  'api member': memberDetailSchema,
  'api member enrol': enrolMemberSchema,
  'api member enrol answer': enrolMemberAnswerSchema,
  'api member edit': editMemberSchema,
  'api members merge': mergeMembersSchema,
  'api member leave': leaveMemberSchema,
  'api member changed': memberChangedSchema,
  'api member points': adjustPointsSchema,
  'api member rules': saveMemberRulesSchema,
  'api member rules answer': memberRulesAnswerSchema,
  'api members attention': memberAttentionSchema,
  'api member habits': memberHabitsSchema,
  'api member coupon given': giveCouponSchema,
  'api member coupon answer': couponGivenSchema,
  'api members latest': membersLatestSchema,
  'api member health': memberHealthSchema,
  'api member note': writeNoteSchema,
  'api segments': segmentListSchema,
  'api segment': saveSegmentSchema,
  'api segment count question': countSegmentSchema,
  'api segment count': segmentCountSchema,
  'api segment grant': grantSegmentSchema,
  'api segment granted': segmentGrantedSchema,
  'api campaign lift': campaignLiftSchema,
  'feed person keys question': personKeysQuestionSchema,
  'feed person keys': personKeysSchema,
  'feed members question': memberQuestionSchema,
  'feed members': memberFindingSchema,
  'feed purchases question': purchasesQuestionSchema,
  'feed purchases': memberPurchasesSchema,
  'feed coupon question': couponQuestionSchema,
  'feed coupon': couponUseSchema,
  'feed member points question': pointsQuestionSchema,
  'feed member points': memberPointsSchema,
  'feed member uses question': usesQuestionSchema,
  'feed member uses': memberUsesSchema,
};
