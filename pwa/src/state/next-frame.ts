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
