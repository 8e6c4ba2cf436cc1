import { m } from '#pwa/paraglide/messages.js';
import type { ConsentPurpose, MemberKind } from '#schemas/members/member-entries.ts';
import type { MemberState } from '#schemas/members/member-fold.ts';
import type { LedgerKind } from '#schemas/members/points-ledger.ts';

const states: Readonly<Record<MemberState, () => string>> = {
  unknown: m.membership_state_unknown,
  base: m.membership_state_base,
  enrolled: m.membership_state_enrolled,
  left: m.membership_state_left,
  erased: m.personal_erased,
};
const purposes: Readonly<Record<ConsentPurpose, () => string>> = {
  membership: m.membership_purpose_membership,
  mail: m.membership_purpose_mail,
  sms: m.membership_purpose_sms,
  post: m.membership_purpose_post,
  profile: m.membership_purpose_profile,
};
const acts: Readonly<Record<MemberKind, () => string>> = {
  'member-enrolled': m.audit_kind_member_enrolled,
  'member-edited': m.audit_kind_member_edited,
  'members-merged': m.audit_kind_members_merged,
  'member-left': m.audit_kind_member_left,
  'member-erased': m.audit_kind_member_erased,
};
const steps: Readonly<Record<LedgerKind, () => string>> = {
  earned: m.membership_points_earned,
  'taken-back': m.membership_points_back,
  adjusted: m.membership_points_by_hand,
  spent: m.membership_points_spent,
  'given-back': m.membership_points_given_back,
};

export const stateText = (state: MemberState): string => states[state]();
export const purposeText = (purpose: ConsentPurpose): string => purposes[purpose]();
export const actText = (kind: MemberKind): string => acts[kind]();
export const stepText = (kind: LedgerKind): string => steps[kind]();
