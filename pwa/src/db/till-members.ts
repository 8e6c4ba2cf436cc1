import { rowOfPage } from '#schemas/rows/page-value.ts';
import type { MemberRow } from '#schemas/rows/rows.ts';
import type { RowsStore } from './rows-store.ts';

/** Members that the store has seen, without a network. */
export class TillMembers {
  readonly #rows: RowsStore;

  constructor(rows: RowsStore) {
    this.#rows = rows;
  }

  /** A member by member id or by the code on the card; of two who are one person, who goes on. */
  async byCode(code: string): Promise<MemberRow | null> {
    const found = await this.#holderOf(code);
    const goesOn = found?.mergedInto ?? null;
    return goesOn === null ? found : await this.#rows.get('member', goesOn);
  }

  async #holderOf(code: string): Promise<MemberRow | null> {
    const byId = await this.#rows.get('member', code);
    if (byId !== null) return byId;
    const changed = this.#changed();
    for (const member of changed.values()) if (member?.code === code) return member;
    const wanted = JSON.stringify(code);
    for (const ref of this.#rows.storedPages('member')) {
      const page = await this.#rows.loadPage(ref);
      // Codes are no key of a page: its text is searched, which costs 0.1 ms a page.
      for (const at of page?.positionsOf(`"code":${wanted}`) ?? []) {
        const memberId = page?.keyAt(at) ?? '';
        const member = rowOfPage('member', memberId, page?.valueAt(at));
        if (member.code === code && !changed.has(memberId)) return member;
      }
    }
    return null;
  }

  /** Members whose phone number begins with these digits. */
  async byPhone(digits: string, limit: number): Promise<MemberRow[]> {
    const wanted = digits.replace(/\D/g, '');
    if (wanted === '') return [];
    const changed = this.#changed();
    const found: MemberRow[] = [];
    for (const member of changed.values()) {
      if (member?.phone?.replace('+', '').startsWith(wanted)) found.push(member);
    }
    for (const ref of this.#rows.storedPages('member-phone', wanted)) {
      const page = await this.#rows.loadPage(ref);
      if (page === null) continue;
      for (let at = page.lowerBound(wanted); at < page.rows && found.length < limit; at++) {
        const key = page.keyAt(at);
        if (!key.startsWith(wanted)) return found.slice(0, limit);
        const memberId = key.slice(key.indexOf('|') + 1);
        const member = changed.has(memberId) ? null : await this.#rows.get('member', memberId);
        if (member !== null) found.push(member);
      }
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  #changed(): Map<string, MemberRow | null> {
    return this.#rows.changedRows('member') as Map<string, MemberRow | null>;
  }
}
