import { describe, expect, test } from 'vitest';
import { backOffMs, type FeedEvent, type FeedState, nextFeedState } from './feed-machine.ts';

const states: FeedState[] = [
  { type: 'stopped' },
  { type: 'joining', attempt: 2 },
  { type: 'following', attempt: 2 },
  { type: 'waiting', attempt: 2, resume: 'following' },
  { type: 'refused', code: 'till-revoked' },
];
const events: FeedEvent[] = [
  { type: 'start', joined: true },
  { type: 'joined' },
  { type: 'answered' },
  { type: 'must-join' },
  { type: 'failed' },
  { type: 'refused', code: 'unauthorized' },
  { type: 'retry' },
  { type: 'stop' },
];
/** `state` after each event, in the order of `events`. */
const table: Record<FeedState['type'], string[]> = {
  stopped: ['following', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped'],
  joining: ['joining', 'following', 'joining', 'waiting', 'waiting', 'refused', 'joining', 'stopped'],
  following: ['following', 'following', 'following', 'joining', 'waiting', 'refused', 'following', 'stopped'],
  waiting: ['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'refused', 'following', 'stopped'],
  refused: ['following', 'refused', 'refused', 'refused', 'refused', 'refused', 'refused', 'stopped'],
};

describe('the feed', () => {
  test.each(states)('$type goes where it must at each event', (state) => {
    expect(events.map((event) => nextFeedState(state, event).type)).toEqual(table[state.type]);
  });

  test('failures are counted until an answer comes', () => {
    let state = nextFeedState({ type: 'stopped' }, { type: 'start', joined: true });
    for (const attempt of [1, 2, 3]) {
      state = nextFeedState(state, { type: 'failed' });
      expect(state).toEqual({ type: 'waiting', attempt, resume: 'following' });
      state = nextFeedState(state, { type: 'retry' });
    }
    expect(nextFeedState(state, { type: 'answered' })).toEqual({ type: 'following', attempt: 0 });
  });

  test('a page that is gone while the till waits makes it begin from a manifest', () => {
    const waiting = nextFeedState({ type: 'waiting', attempt: 1, resume: 'following' }, { type: 'must-join' });
    expect(nextFeedState(waiting, { type: 'retry' })).toEqual({ type: 'joining', attempt: 1 });
  });

  test('the back-off doubles from half a second to 5 s, and chance takes up to half of it', () => {
    expect([1, 2, 3, 6, 50].map((attempt) => backOffMs(attempt, 0))).toEqual([500, 1_000, 2_000, 5_000, 5_000]);
    expect([1, 50].map((attempt) => backOffMs(attempt, 1))).toEqual([250, 2_500]);
  });
});
