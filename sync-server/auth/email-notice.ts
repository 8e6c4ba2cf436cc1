import type { LocaleCode } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import { emailChangedText } from './mail-texts.ts';
import type { PersonActor } from './web-session.ts';

type Person = { name: string; merchantName: string; locale: LocaleCode | null };

/** Tells the address that was an account's until now that it is so no longer: whoever took the account over does not. */
export async function tellOldAddress(context: ServerContext, person: PersonActor, oldEmail: string): Promise<void> {
  const { mailer, log } = context;
  if (mailer === undefined) return;
  try {
    const { rows } = await context.database.pool.query<Person>(
      `select o.name, o.locale, m.name as "merchantName" from operator o join merchant m using (merchant_id)
        where o.merchant_id = $1 and o.operator_id = $2`,
      [person.merchantId, person.operatorId],
    );
    const [found] = rows;
    if (found) await mailer.send({ to: oldEmail, ...emailChangedText(found.locale, found) });
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'a changed address was not told');
  }
}
