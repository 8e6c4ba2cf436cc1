import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CustomerDisplayFeed, type DisplayChannel, watchCustomerDisplay } from './customer-display.ts';

type Listener = (event: MessageEvent) => void;
let ends: Set<Listener>[];

/** Windows that hear each other and not themselves, as a BroadcastChannel has it. */
function channel(): DisplayChannel {
  const listeners = new Set<Listener>();
  ends.push(listeners);
  return {
    postMessage: (data: unknown) => {
      const said = structuredClone(data);
      if (!ends.includes(listeners)) return;
      for (const others of ends) {
        if (others !== listeners) for (const listener of others) listener({ data: said } as MessageEvent);
      }
    },
    addEventListener: (_type: string, listener: unknown) => listeners.add(listener as Listener),
    close: () => void ends.splice(ends.indexOf(listeners), 1),
  };
}

beforeEach(() => {
  ends = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('a display that is opened later is told what is shown, and each change after it', () => {
  const feed = new CustomerDisplayFeed(channel);
  feed.show(() => ({ total: 1 }));
  const seen: unknown[] = [];
  const stop = watchCustomerDisplay((view) => seen.push(view), channel);
  feed.show(() => ({ total: 2 }));
  expect(seen).toEqual([{ total: 1 }, { total: 2 }]);
  stop();
  feed.show(() => ({ total: 3 }));
  expect(seen).toHaveLength(2);
  feed.close();
});

test('nobody looks: nothing is made ready', () => {
  const feed = new CustomerDisplayFeed(channel);
  const view = vi.fn(() => ({}));
  feed.show(view);
  vi.advanceTimersByTime(60_000);
  expect(view).not.toHaveBeenCalled();
  feed.close();
});

test('a till that is closed says so; one that dies is missed soon, and heard again when it is back', () => {
  const seen: unknown[] = [];
  const stop = watchCustomerDisplay((view) => seen.push(view), channel);
  const first = new CustomerDisplayFeed(channel);
  first.show(() => ({ total: 1 }));
  vi.advanceTimersByTime(3_000);
  expect(seen.at(-1)).toEqual({ total: 1 });
  first.close();
  expect(seen.at(-1)).toEqual({ phase: 'closed' });

  const dying = new CustomerDisplayFeed(channel);
  dying.show(() => ({ total: 2 }));
  vi.advanceTimersByTime(3_000);
  expect(seen.at(-1)).toEqual({ total: 2 });
  // The window of the till is killed: nothing of it says a word any more.
  ends.length = 1;
  vi.advanceTimersByTime(15_000);
  expect(seen.at(-1)).toBeNull();
  const back = new CustomerDisplayFeed(channel);
  back.show(() => ({ total: 3 }));
  vi.advanceTimersByTime(3_000);
  expect(seen.at(-1)).toEqual({ total: 3 });
  back.close();
  stop();
  dying.close();
});
