import type { TillKind } from './world.ts';

/** Runs that once failed; they stay. `why` is the fault that was found. */
export const failedSeeds: readonly { seed: number; steps: number; tills: TillKind; why: string }[] = [
  {
    seed: 976554829,
    steps: 400,
    tills: 'thin',
    why: 'a connection lost inside a transaction ended the server process',
  },
  {
    seed: 1,
    steps: 100,
    tills: 'real',
    why: 'a line that broke after a pulled batch was an unhandled rejection',
  },
];
