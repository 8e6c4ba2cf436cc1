/** The one form of a user name or an e-mail address: case and the ways to write a letter in Unicode make no difference. */
export function accountName(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}
