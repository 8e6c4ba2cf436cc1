import { fail } from '#schemas/result.ts';
import type { Till, TillMembersView, TillStatus } from './till-types.ts';

/** What may be read of a real till: its rows and who works there. Nothing here records, sends or prints anything. */
const readNames = [
  'config',
  'onConfig',
  'onRows',
  'priceBook',
  'skuByGtin',
  'skuById',
  'search',
  'unit',
  'unitLife',
  'onHandAt',
  'skusAt',
  'deliveries',
  'delivery',
  'cartonsBySscc',
  'cartonsElsewhere',
  'recalls',
  'customerAccounts',
  // Wrong attempts count: who guesses PINs is not training.
  'signIn',
  'staffOfBadge',
  'staffListAgeMs',
  'nowMs',
  'storage',
  // The tablet may be taken over by another tab.
  'close',
] as const satisfies readonly (keyof Till)[];
type Rows = Pick<Till, (typeof readNames)[number]>;

export type TillReading = {
  readonly identity: Till['identity'];
  readonly rows: Rows;
  readonly members: Pick<TillMembersView, 'find' | 'byCode' | 'byId'>;
  status(): TillStatus;
  onStatus: Till['onStatus'];
};

/** A till as a training may look at it. The till itself is in no reach of who holds this. */
export function readingOf(till: Till): TillReading {
  const bound = readNames.map((name) => [name, (till[name] as (...all: never[]) => unknown).bind(till)]);
  const { members, identity } = till;
  return Object.freeze({
    identity,
    rows: Object.freeze(Object.fromEntries(bound) as Rows),
    members: Object.freeze({
      find: (text: string, limit: number) => members.find(text, limit),
      byCode: (code: string) => members.byCode(code),
      byId: (memberId: string) => members.byId(memberId),
    }),
    status: () => till.status,
    onStatus: (listener: Parameters<Till['onStatus']>[0]) => till.onStatus(listener),
  });
}

const offline = async () => fail({ code: 'offline' as const });

/** The parts of a till that speak to the server or end it: in a training they say that nobody is there. */
export const untouched = {
  onlineQuote: offline,
  unitElsewhere: offline,
  remoteApprovals: { ask: offline, state: offline, cancel: offline },
  printers: {
    ...{ list: offline, listReceiptPrinters: offline, add: offline, addReceipt: offline, job: offline, act: offline },
    ...{ printed: offline, printedGoods: offline, changedPrices: offline },
  },
  counts: {
    all: async () => [],
    batches: async () => [],
    onBatches: () => () => undefined,
    expectedAt: async () => ({ units: [], numbers: new Map() }),
  },
  carryOut: async () => fail({ code: 'refused' as const }),
  discard: async () => 0,
  exportWaiting: async () => fail({ code: 'no-export-key' as const }),
} satisfies Partial<Till>;
