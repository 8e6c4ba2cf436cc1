import { fail, ok, type Result } from '#schemas/result.ts';

/** Times in milliseconds since 1970, the till's corrected by its offset. `openedAtMs`: when the ticket was begun, of what is one. */
export type PostedEntry = {
  entryId: string;
  tillNumber: number;
  kind: string;
  openedAtMs: number | null;
  occurredAtMs: number;
};
export type PostedBatch = {
  storeId: string;
  entries: readonly PostedEntry[];
  receivedAtMs: number;
  committedAtMs: number;
};

/** What is told of entries that were posted just now; never throws and never waits. */
export type Traces = { posted(batch: PostedBatch): void; close(): Promise<void> };

/** `ratio`: which part of the entries is traced. Where to and with which headers the exporter reads from OTEL_EXPORTER_OTLP_… itself. */
export type TraceSettings = { ratio: number };

/** OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) turns it on; OTEL_TRACES_SAMPLER_ARG is the part that is traced, all without it. */
export function readTraces(
  env: Readonly<Record<string, string | undefined>>,
): Result<TraceSettings | null, { code: 'bad-setting'; message: string }> {
  const bad = (message: string) => fail({ code: 'bad-setting' as const, message });
  const name = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
    ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
    : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const endpoint = env[name] || null;
  if (endpoint === null) return ok(null);
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    return bad(`${name} is "${endpoint}", which is no address that begins with http:// or https://.`);
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || '1');
  if (!(ratio >= 0 && ratio <= 1))
    return bad(`OTEL_TRACES_SAMPLER_ARG is "${env.OTEL_TRACES_SAMPLER_ARG}", which is no number from 0 to 1.`);
  return ok({ ratio });
}
