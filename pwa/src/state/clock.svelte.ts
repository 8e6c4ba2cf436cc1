/** The device's clock as the screens see it: moves once a second while something looks. */
export class Clock {
  #nowMs = $state(Date.now());

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what stops it. */
  start(): () => void {
    this.#nowMs = Date.now();
    const timer = setInterval(() => {
      this.#nowMs = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
