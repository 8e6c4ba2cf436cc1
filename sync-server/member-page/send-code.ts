import type { LocaleCode } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import type { PageChain } from '../item-page/chains.ts';
import { memberPageTexts } from './member-page-texts.ts';
import type { Address } from './sign-in.ts';

/** By mail or text message, whichever the address is of; where this server can send none, nothing goes, and the page says no other thing. */
export async function sendCode(
  { mailer, sms, log }: ServerContext,
  { chain, locale }: { chain: PageChain; locale: LocaleCode },
  { kind, to }: Address,
  code: string,
): Promise<void> {
  const texts = memberPageTexts[locale];
  if (kind === 'email' && mailer) await mailer.send({ to, ...texts.mail(chain.name, code) });
  else if (sms) await sms.send({ to, text: texts.sms(chain.name, code) });
  else log.warn({}, 'a member asked for a code, and this server can send none: set SMTP_URL or ONECODE_SMS');
}
