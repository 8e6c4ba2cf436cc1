/** Work that is done one after the other, in the order in which it was asked for; a failure stops nothing behind it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#last.then(work);
    this.#last = next.catch(console.error);
    return next;
  }
}
