import { createHash, randomBytes } from 'node:crypto';
import { context as contexts, diag, type Span, type TimeInput, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../context.ts';
import type { PostedEntry, Traces } from './trace-settings.ts';

/** Beyond this what is not sent yet is left out: the counter is not held up by whoever watches. */
const mostWaitingSpans = 8_192;
/** A collector that is not there is asked again that long, also when the server stops. */
const sendsWithinMs = 3_000;
const instrument = 'onecode';

/**
 * Traces from the first scan to the posted entry, sent by OTLP over HTTP to where OTEL_EXPORTER_OTLP_ENDPOINT says. All is known
 * when an entry is posted, so that tills need not know of it: when its ticket was begun and paid is in the entry, by the till's corrected clock.
 */
export function startTraces(ratio: number, log: Logger): Traces {
  const refused = (message: string) => log.warn({ error: message }, 'traces cannot be sent');
  const nothing = () => undefined;
  diag.setLogger({ error: refused, warn: refused, info: nothing, debug: nothing, verbose: nothing });
  const ids = new EntryIds();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': instrument }).merge(
      detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
    ),
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(ratio),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ timeoutMillis: sendsWithinMs }),
        maxQueueSize: mostWaitingSpans,
      }),
    ],
  });
  const tracer = provider.getTracer(instrument);
  return {
    posted({ storeId, entries, receivedAtMs, committedAtMs }) {
      for (const entry of entries) {
        ids.next = traceIdOf(storeId, entry.entryId);
        tracePosted(tracer, storeId, entry, receivedAtMs, committedAtMs);
      }
    },
    close: () => provider.shutdown().catch((error: Error) => refused(error.message)),
  };
}

/** An entry's trace is found by its store and number: the first half of the SHA-256 of both. */
export function traceIdOf(storeId: string, entryId: string): string {
  return createHash('sha256').update(`${storeId}/${entryId}`).digest('hex').slice(0, 32);
}

/** The entry whole, and beneath it the counter's part, the wait for the server, and the posting. Nobody is named, and no amount. */
function tracePosted(
  tracer: Tracer,
  storeId: string,
  entry: PostedEntry,
  receivedAtMs: number,
  committedAtMs: number,
): void {
  const { entryId, tillNumber, kind, openedAtMs } = entry;
  // Clocks differ by a little: no part ends before it begins.
  const madeAtMs = Math.min(entry.occurredAtMs, receivedAtMs);
  const beganAtMs = Math.min(openedAtMs ?? madeAtMs, madeAtMs);
  const root = tracer.startSpan(kind, {
    root: true,
    startTime: atNs(beganAtMs),
    attributes: {
      'onecode.store.id': storeId,
      'onecode.till.number': tillNumber,
      'onecode.entry.id': entryId,
      'onecode.entry.kind': kind,
    },
  });
  if (openedAtMs !== null) part(tracer, root, 'counter', beganAtMs, madeAtMs);
  part(tracer, root, 'waiting', madeAtMs, receivedAtMs);
  part(tracer, root, 'posting', receivedAtMs, committedAtMs);
  root.end(atNs(committedAtMs));
}

function part(tracer: Tracer, root: Span, name: string, fromMs: number, untilMs: number): void {
  const under = trace.setSpan(contexts.active(), root);
  tracer.startSpan(name, { startTime: atNs(fromMs) }, under).end(atNs(untilMs));
}

/** Seconds and nanoseconds: a bare number below the process' age would be taken for one of its own clock. */
function atNs(ms: number): TimeInput {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)];
}

/** Traces have the id that follows from their entry; spans have any. */
class EntryIds {
  next = '';

  readonly generateTraceId = () => this.next;
  readonly generateSpanId = () => randomBytes(8).toString('hex');
}
