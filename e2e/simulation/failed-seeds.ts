/** Runs that once failed; they stay. `why` is the fault that was found. */
export const failedSeeds: readonly { seed: number; steps: number; why: string }[] = [];
