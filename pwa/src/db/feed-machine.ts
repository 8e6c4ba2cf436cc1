/** Why the server refuses: mostly a person has to act. It is asked again now and then. */
export type RefusalCode = 'till-revoked' | 'unauthorized' | 'protocol-unknown';

/** Where the connection to the row feed stands. */
export type FeedState =
  /** Not begun, or closed. */
  | { type: 'stopped' }
  /** Asks the manifest, its pages where the till must not do without them, and the changes after it. */
  | { type: 'joining'; attempt: number }
  /** Asks for changes, one long wait after the other. */
  | { type: 'following'; attempt: number }
  /** The last request failed: waits, then goes on where it was. `attempt` counts failures in a row. */
  | { type: 'waiting'; attempt: number; resume: 'joining' | 'following' }
  | { type: 'refused'; code: RefusalCode };

export type FeedEvent =
  | { type: 'start'; joined: boolean }
  /** A manifest and the changes after it are stored. */
  | { type: 'joined' }
  /** Changes are stored. */
  | { type: 'answered' }
  /** The server cannot tell the changes after the till's cursor, or a page is gone: begin from a manifest. */
  | { type: 'must-join' }
  | { type: 'failed' }
  | { type: 'refused'; code: RefusalCode }
  /** The wait is over: its time has come, or the network or the person came back. */
  | { type: 'retry' }
  | { type: 'stop' };

type Next<StateType extends FeedState['type']> = {
  [EventType in FeedEvent['type']]: (
    state: Extract<FeedState, { type: StateType }>,
    event: Extract<FeedEvent, { type: EventType }>,
  ) => FeedState;
};

const stop = (): FeedState => ({ type: 'stopped' });
const same = (state: FeedState): FeedState => state;
const refuse = (_state: FeedState, { code }: { code: RefusalCode }): FeedState => ({ type: 'refused', code });
const follow = (): FeedState => ({ type: 'following', attempt: 0 });
const join = (): FeedState => ({ type: 'joining', attempt: 0 });
const begin = (_state: FeedState, { joined }: { joined: boolean }): FeedState => (joined ? follow() : join());

/** Every state × event; the compiler refuses a forgotten cell. */
const next: { [StateType in FeedState['type']]: Next<StateType> } = {
  stopped: {
    start: begin,
    joined: same,
    answered: same,
    'must-join': same,
    failed: same,
    refused: same,
    retry: same,
    stop: same,
  },
  joining: {
    start: same,
    joined: follow,
    answered: same,
    // The manifest was out of date before its changes were asked for: that is a failure, so that it cannot spin.
    'must-join': ({ attempt }) => ({ type: 'waiting', attempt: attempt + 1, resume: 'joining' }),
    failed: ({ attempt }) => ({ type: 'waiting', attempt: attempt + 1, resume: 'joining' }),
    refused: refuse,
    retry: same,
    stop,
  },
  following: {
    start: same,
    joined: follow,
    answered: follow,
    'must-join': join,
    failed: ({ attempt }) => ({ type: 'waiting', attempt: attempt + 1, resume: 'following' }),
    refused: refuse,
    retry: same,
    stop,
  },
  waiting: {
    start: same,
    joined: same,
    answered: same,
    'must-join': ({ attempt }) => ({ type: 'waiting', attempt, resume: 'joining' }),
    failed: same,
    refused: refuse,
    retry: ({ attempt, resume }) => ({ type: resume, attempt }),
    stop,
  },
  refused: {
    start: begin,
    joined: same,
    answered: same,
    'must-join': same,
    failed: same,
    refused: refuse,
    retry: same,
    stop,
  },
};

export function nextFeedState(state: FeedState, event: FeedEvent): FeedState {
  const cell = next[state.type][event.type] as (state: FeedState, event: FeedEvent) => FeedState;
  return cell(state, event);
}

/** How long to wait after the nth failure in a row: 0.5 s doubling to 5 s, of which `random` (0 … 1) takes up to half. */
export function backOffMs(attempt: number, random: number): number {
  const fullMs = Math.min(500 * 2 ** Math.max(0, attempt - 1), 5_000);
  return Math.round(fullMs * (1 - random / 2));
}
