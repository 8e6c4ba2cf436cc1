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
  stamp(till: AuthenticatedTill, query: DeltaQuery): void {
    const { waiting, offsetMs, app, usage, quota, persisted, battery, charging } = query;
    const name = `${till.storeId}/${till.tillNumber}`;
    // A clock wobbles by some milliseconds: only seconds make it another report.
    const seconds = offsetMs === undefined ? null : Math.round(offsetMs / 1_000);
    const text = JSON.stringify([waiting, seconds, app, persisted, battery, charging]);
    const atMs = this.#context.nowMs();
    const latest = this.#latest.get(name);
    if (latest && latest.text === text && Math.abs(atMs - latest.atMs) < stampMs) return;
    this.#latest.set(name, { text, atMs });
    this.#context.database.pool
      .query(
        `update till set last_contact_at_ms = $3, waiting_entries = coalesce($4, waiting_entries),
                clock_offset_ms = coalesce($5, clock_offset_ms), app_version = coalesce($6, app_version),
                storage_usage_bytes = coalesce($7, storage_usage_bytes), storage_quota_bytes = coalesce($8, storage_quota_bytes),
                storage_persisted = coalesce($9, storage_persisted), battery_percent = coalesce($10, battery_percent),
                battery_charging = coalesce($11, battery_charging)
          where store_id = $1 and till_number = $2`,
        [
          ...[till.storeId, till.tillNumber, atMs, waiting ?? null, offsetMs ?? null, app ?? null],
          ...[usage ?? null, quota ?? null, flag(persisted), battery ?? null, flag(charging)],
        ],
      )
      .catch((error: Error) => this.#context.log.warn({ error: error.message }, "a till's report is not written"));
  }
}

function flag(value: '0' | '1' | undefined): boolean | null {
  return value === undefined ? null : value === '1';
}
