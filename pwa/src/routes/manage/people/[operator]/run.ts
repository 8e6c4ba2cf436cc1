import type { ApiFailure } from '#pwa/state/office-api.ts';
import type { Result } from '#schemas/result.ts';

/** Waits for a change of the person on screen and shows what came of it; answers whether it was done. */
export type Run = (change: Promise<Result<unknown, ApiFailure>>) => Promise<boolean>;
