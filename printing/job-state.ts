import { unreachable } from '#schemas/assert.ts';

/**
 * A print job of the relay.
 * - `queued`: waits for its turn, or for a printer that could not be reached. `printing`: labels are with the printer.
 * - `blocked`: the printer says that it cannot (paper, cover …); tried again by itself, nothing was sent meanwhile.
 * - `unknown`: the line died with labels on their way. Somebody has to look; nothing is printed again by itself.
 * - `paused`, `cancelled`: by a person. `printed`: all of it.
 */
export const printJobStates = ['queued', 'printing', 'paused', 'blocked', 'unknown', 'printed', 'cancelled'] as const;
export type PrintJobState = (typeof printJobStates)[number];

/** Why a job does not go on; each is in the screens' message files. */
export const printTroubles = [
  'unreachable',
  'no-answer',
  'label-unprintable',
  'paper-out',
  'head-open',
  'jam',
  'ribbon-out',
  'paused',
  'other',
] as const;
export type PrintTrouble = (typeof printTroubles)[number];

export type PrintJob = {
  state: PrintJobState;
  total: number;
  /** The first so many labels are known to be printed. */
  printed: number;
  /** So many after those were handed over, and their fate is not known yet. */
  inFlight: number;
  trouble: PrintTrouble | null;
};

export type PrintEvent =
  /** `labels` are about to be handed to the printer: put on record before the first byte. */
  | { type: 'sending'; labels: number }
  | { type: 'sent' }
  /** Nothing was sent. */
  | { type: 'refused'; trouble: PrintTrouble }
  /** Part of it may have been sent. */
  | { type: 'died' }
  | { type: 'pause' }
  | { type: 'go-on' }
  | { type: 'cancel' }
  /** A person looked: so many labels of the job came out altogether. */
  | { type: 'settle'; printed: number };

/** The job after an event; null: that event cannot happen to it. Pure. */
export function afterPrintEvent(job: PrintJob, event: PrintEvent): PrintJob | null {
  const { state, total, printed, inFlight } = job;
  const isOpen = state === 'queued' || state === 'blocked';
  switch (event.type) {
    case 'sending':
      if (!isOpen || event.labels < 1 || printed + event.labels > total) return null;
      return { ...job, state: 'printing', inFlight: event.labels, trouble: null };
    case 'sent': {
      if (state !== 'printing') return null;
      const done = printed + inFlight;
      return { ...job, state: done === total ? 'printed' : 'queued', printed: done, inFlight: 0, trouble: null };
    }
    case 'refused':
      if (!isOpen && state !== 'printing') return null;
      return {
        ...job,
        state: event.trouble === 'unreachable' ? 'queued' : 'blocked',
        inFlight: 0,
        trouble: event.trouble,
      };
    case 'died':
      return state === 'printing' ? { ...job, state: 'unknown', trouble: null } : null;
    case 'pause':
      return isOpen ? { ...job, state: 'paused', trouble: null } : null;
    case 'go-on':
      return state === 'paused' || isOpen ? { ...job, state: 'queued', trouble: null } : null;
    case 'cancel':
      return isOpen || state === 'paused' || state === 'unknown'
        ? { ...job, state: 'cancelled', inFlight: 0, trouble: null }
        : null;
    case 'settle': {
      if (state !== 'unknown' || event.printed < printed || event.printed > printed + inFlight) return null;
      const isDone = event.printed === total;
      return { ...job, state: isDone ? 'printed' : 'queued', printed: event.printed, inFlight: 0 };
    }
    default:
      return unreachable(event);
  }
}
