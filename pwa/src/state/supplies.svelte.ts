import type { z } from 'zod';
import type { Session } from '#schemas/api/session.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { type Office, office } from './office.svelte.ts';
import type { ApiCall } from './office-api.ts';

type Own = Session['suppliers'][number];

/** A supplier's own people at work: the supplier that the pages are about. */
export class OwnSupplies {
  readonly #office: Office;
  #supplierId = $state<string | null>(null);

  constructor(office: Office) {
    this.#office = office;
  }

  get all(): readonly Own[] {
    return this.#office.session?.suppliers ?? [];
  }
  /** The chosen one, else the first. */
  get supplier(): Own | null {
    return this.all.find(({ supplierId }) => supplierId === this.#supplierId) ?? this.all[0] ?? null;
  }

  choose(supplierId: string): void {
    this.#supplierId = supplierId;
  }

  /** The server decides again. */
  may(right: Right): boolean {
    return this.supplier?.rights.includes(right) ?? false;
  }

  /** A request about the supplier on screen; `path` goes on after `/api/supplies/<supplier>`. */
  ask<Schema extends z.ZodType>(path: string, schema: Schema, call: ApiCall = {}) {
    return this.#office.askChain(
      `supplies/${encodeURIComponent(this.supplier?.supplierId ?? '')}${path}`,
      schema,
      call,
    );
  }
}

export const ownSupplies = new OwnSupplies(office);
