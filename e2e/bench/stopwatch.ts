import type { CDPSession, Page } from '@playwright/test';
import { Tablet } from '../journeys/tablet.ts';
import type { BenchStore } from './bench-store.ts';

/** What runs in the page under test: when events happened, when elements were painted, when strict puts were on the disk. */
type PageClock = {
  /** Time stamps of the latest event of each type. */
  last: Record<string, number>;
  /** When the latest strictly durable transaction was complete. */
  committedAtMs: number;
  /** Resolves with the time of the frame that shows the first element of a selector. */
  painted(selector: string): Promise<number>;
};
declare global {
  interface Window {
    pageClock: PageClock;
  }
}

/** Runs before the app's code. */
function installPageClock(): void {
  const last: Record<string, number> = {};
  for (const type of ['keydown', 'click', 'input']) {
    window.addEventListener(type, (event) => (last[type] = event.timeStamp), { capture: true });
  }
  const painted = (selector: string) =>
    new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error(`${selector} was not painted within ten minutes`)), 600_000);
      const look = () => {
        if (!document.querySelector(selector)) return;
        observer.disconnect();
        // After the next frame's work, which is when it has been drawn.
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true, attributes: true });
      look();
    });
  window.pageClock = { last, committedAtMs: 0, painted };
  const open = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, stores, mode, options) {
    const transaction = open.call(this, stores, mode, options);
    if (options?.durability === 'strict') {
      transaction.addEventListener('complete', () => {
        window.pageClock.committedAtMs = performance.now();
      });
    }
    return transaction;
  };
}

/** A tablet under the stopwatch, its page's processor throttled if asked for. */
export class TimedTablet {
  readonly tablet: Tablet;
  readonly rate: number;
  #devtools: CDPSession | null = null;

  private constructor(tablet: Tablet, rate: number) {
    this.tablet = tablet;
    this.rate = rate;
  }

  static async switchOn({ server }: BenchStore, rate: number): Promise<TimedTablet> {
    const timed = new TimedTablet(await Tablet.switchOn({ baseUrl: server.baseUrl }), rate);
    await timed.prepare();
    return timed;
  }

  get page(): Page {
    return this.tablet.page;
  }

  /** After each switching on. */
  async prepare(): Promise<void> {
    await this.tablet.context.addInitScript(installPageClock);
    this.#devtools = await this.tablet.context.newCDPSession(this.page);
    await this.#devtools.send('Emulation.setCPUThrottlingRate', { rate: this.rate });
  }

  /** When an element was painted, by the page's own clock. */
  painted(selector: string): Promise<number> {
    return this.page.evaluate((wanted) => window.pageClock.painted(wanted), selector);
  }

  /** From the latest event of a type to the frame that shows an element. Begin to wait before the event. */
  async sinceEvent(type: 'keydown' | 'click', selector: string, act: () => Promise<void>): Promise<number> {
    await act();
    return this.page.evaluate(
      async ([name, wanted]) => (await window.pageClock.painted(wanted)) - (window.pageClock.last[name] ?? 0),
      [type, selector] as const,
    );
  }

  /** Signs in; answers the machine's share of it: from the last key to the screen that sells. */
  async signIn({ store }: BenchStore): Promise<number> {
    await this.tablet.byId(`operator-${store.operatorId}`).click();
    await this.page.keyboard.type(store.pin, { delay: 60 });
    return this.sinceEvent('keydown', '[data-testid="search-input"]', () => this.page.keyboard.press('Enter'));
  }

  async close(): Promise<void> {
    await this.tablet.close();
  }
}
