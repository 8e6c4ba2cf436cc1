/**
 * Work that is done once before the next frame is drawn, however often it is asked for until then: a screen that is behind draws
 * what has come together. At once where no frames are drawn.
 */
export class NextFrame {
  readonly #work: () => void;
  #isAsked = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  ask(): void {
    if (this.#isAsked) return;
    if (typeof requestAnimationFrame !== 'function') {
      this.#work();
      return;
    }
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#work();
    });
  }
}

/** Where no frames are drawn, as in a page that lies behind another, waiting for one would be for ever. */
const noFrameMs = 250;

/** Does work once the next frame is on the screen and nothing else is to be done, so that nobody waits for it. Answers how to call it off. */
export function afterPaint(work: () => void): () => void {
  const run = () => {
    cancel();
    work();
  };
  // Not every browser tells when it is idle.
  const isIdleTold = typeof requestIdleCallback === 'function';
  let after: number | undefined;
  const frame = requestAnimationFrame(() => {
    after = isIdleTold ? requestIdleCallback(run, { timeout: noFrameMs }) : window.setTimeout(run);
  });
  const atLatest = window.setTimeout(run, 2 * noFrameMs);
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(atLatest);
    if (after === undefined) return;
    if (isIdleTold) cancelIdleCallback(after);
    else clearTimeout(after);
  };
  return cancel;
}
