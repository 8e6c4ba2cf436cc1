import { nameMatches } from '../members/masking.ts';
import { creditCodeOf } from './credit.ts';
import { type CustomerAccountRow, readAccountNumber } from './customer-account.ts';

type Findable = Pick<CustomerAccountRow, 'number' | 'name'>;

/** The account whose card was scanned; null: none here. */
export function accountOfCard<Row extends Findable>(accounts: readonly Row[], raw: string): Row | null {
  const number = readAccountNumber(raw);
  return accounts.find((one) => one.number === number) ?? null;
}

/** [AC3] Accounts that a typed text means, by the beginning of the number or of words of the name; all by name when nothing was typed. */
export function findAccounts<Row extends Findable>(accounts: readonly Row[], typed: string): Row[] {
  const start = creditCodeOf(typed);
  const isMeant = ({ number, name }: Row) => start === '' || number.startsWith(start) || nameMatches(name, typed);
  const rank = ({ number }: Row) => (number === start ? 0 : 1);
  return accounts.filter(isMeant).sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
