import type { LocaleCode } from '#schemas/text.ts';
import { eraseEverywhere } from '../audit/erase-everywhere.ts';
import type { ServerContext } from '../context.ts';
import type { PageChain } from '../item-page/chains.ts';
import { editMember, leaveMember } from '../members/write-member.ts';
import type { OwnPerson } from './member-facts.ts';
import { askedConsents } from './member-html.ts';

/** [MB16] What members say of themselves is an entry of the office, by their own id: they need no right to it. */
function placeOf({ merchantId, timeZone }: PageChain, { storeId, memberId }: OwnPerson) {
  return { place: { merchantId, storeId, timeZone }, who: { memberId, operatorId: memberId } };
}

/** Puts on record what changed, with the wording that was shown. True: all of it is. */
export async function saveConsents(
  context: ServerContext,
  chain: PageChain,
  person: OwnPerson,
  locale: LocaleCode,
  isGiven: (purpose: string) => boolean,
): Promise<boolean> {
  const before = person.member?.consents ?? {};
  const changed = askedConsents.filter(({ purpose }) => (before[purpose]?.isGiven ?? false) !== isGiven(purpose));
  if (changed.length === 0) return true;
  const { place, who } = placeOf(chain, person);
  const consents = changed.map(({ purpose, wording }) => ({ purpose, wording, locale, isGiven: isGiven(purpose) }));
  return (await editMember(context, place, who, { consents, newCard: false })).ok;
}

export async function leaveOwn(context: ServerContext, chain: PageChain, person: OwnPerson): Promise<boolean> {
  const { place, who } = placeOf(chain, person);
  return (await leaveMember(context, place, who)).ok;
}

/** [MB12] In every store of the chain, for good. */
export async function eraseOwn(context: ServerContext, chain: PageChain, person: OwnPerson): Promise<boolean> {
  const { place, who } = placeOf(chain, person);
  const by = { actorType: 'system', actorId: who.memberId, address: '', userAgent: '' } as const;
  const erased = await eraseEverywhere(context, place, { ...who, by, ofChain: true });
  return erased !== null && !('code' in erased);
}
