/** Thrown when an invariant of the design is broken: a bug of ours, never a user's mistake. */
export class InvariantError extends Error {
  override name = 'InvariantError';
}

/** Asserts an invariant, in production too. `violated` says what was violated. */
export function assert(condition: unknown, violated: string): asserts condition {
  if (!condition) throw new InvariantError(violated);
}

/** Ends a switch over a union: the compiler refuses a forgotten case, and so does the running program. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
