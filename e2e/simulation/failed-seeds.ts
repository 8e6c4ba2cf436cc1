import type { TillKind } from './world.ts';

/** Runs that once failed; they stay, with the faults that there were then (`isMild`). `why` is the fault that was found. */
export const failedSeeds: readonly { seed: number; steps: number; tills: TillKind; isMild?: boolean; why: string }[] = [
  {
    seed: 976554829,
    steps: 400,
    tills: 'thin',
    isMild: true,
    why: 'a connection lost inside a transaction ended the server process',
  },
  {
    seed: 1,
    steps: 100,
    tills: 'real',
    isMild: true,
    why: 'a line that broke after a pulled batch was an unhandled rejection',
  },
  {
    seed: 2,
    steps: 60,
    tills: 'thin',
    why: 'a database that went away while pages were cut was told as a fault of ours, and its connection used again',
  },
];
