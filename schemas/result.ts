/** What can be expected to fail comes back as a value; the screen translates `error.code`. */
export type Result<Value, Failure extends { code: string } = { code: string }> =
  | { ok: true; value: Value }
  | { ok: false; error: Failure };

export function ok<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function fail<Failure extends { code: string }>(error: Failure): { ok: false; error: Failure } {
  return { ok: false, error };
}
