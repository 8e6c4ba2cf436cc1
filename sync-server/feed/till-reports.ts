import type { DeltaQuery } from '#schemas/sync/delta-query.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';

/** An unchanged report is written down no more often than this. */
const stampMs = 10_000;

/** Keeps what tills say of themselves, for the manager. */
export class TillReports {
  readonly #context: ServerContext;
  readonly #latest = new Map<string, { text: string; atMs: number }>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Writes beside the request, not in its way. */
  stamp(till: AuthenticatedTill, { waiting, offsetMs, app }: DeltaQuery): void {
    const name = `${till.storeId}/${till.tillNumber}`;
    // A clock wobbles by some milliseconds: only seconds make it another report.
    const text = JSON.stringify([waiting, offsetMs === undefined ? null : Math.round(offsetMs / 1_000), app]);
    const atMs = this.#context.nowMs();
    const latest = this.#latest.get(name);
    if (latest && latest.text === text && Math.abs(atMs - latest.atMs) < stampMs) return;
    this.#latest.set(name, { text, atMs });
    this.#context.database.pool
      .query(
        `update till set last_contact_at_ms = $3, waiting_entries = coalesce($4, waiting_entries),
                clock_offset_ms = coalesce($5, clock_offset_ms), app_version = coalesce($6, app_version)
          where store_id = $1 and till_number = $2`,
        [till.storeId, till.tillNumber, atMs, waiting ?? null, offsetMs ?? null, app ?? null],
      )
      .catch((error: Error) => this.#context.log.warn({ error: error.message }, "a till's report is not written"));
  }
}
