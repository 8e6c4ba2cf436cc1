import { parseArgs } from 'node:util';
import { startSimulationPostgres } from './postgres.ts';
import { type Outcome, seedAfter, simulate } from './simulation.ts';

const usage = `npm run simulate -- [--seed N] [--steps M] [--runs K] [--real] [--mild] [--forever] [--trace]
  --seed     where to begin; without it, the clock says
  --steps    steps of each run, 300 without it
  --runs     how many runs, each with a seed that follows from the one before; 10 without it, 1 with a seed
  --real     with the browser's own code as tills, not the thin ones
  --mild     lost messages and crashes alone, as they once were all
  --forever  until one fails or you stop it
  --trace    prints each step`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '300' },
    runs: { type: 'string' },
    real: { type: 'boolean', default: false },
    mild: { type: 'boolean', default: false },
    forever: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function line(seed: number, outcome: Outcome, tookMs: number): string {
  const { tills, entries, told, exceptions, tillCrashes, serverCrashes, messages, lost, duplicates } = outcome;
  return (
    `seed ${seed}: ${tills} tills, ${entries} entries (${told} by other stores), ${exceptions} exceptions, ${tillCrashes}+${serverCrashes} crashes, ` +
    `${messages} messages (${lost} lost, ${duplicates} doubled), ${(tookMs / 1_000).toFixed(1)} s`
  );
}

/** What all runs together lived through. */
class Survived {
  #runs = 0;
  #hours = 0;
  #entries = 0;
  readonly #faults = new Map<string, number>();

  add({ hours, entries, faults }: Outcome): void {
    this.#runs++;
    this.#hours += hours;
    this.#entries += entries;
    for (const [name, count] of faults) this.#faults.set(name, (this.#faults.get(name) ?? 0) + count);
  }

  lines(): string[] {
    const sorted = [...this.#faults].sort(([one], [other]) => one.localeCompare(other));
    const faults = sorted.reduce((sum, [, count]) => sum + count, 0);
    return [
      `survived: ${this.#runs} runs, ${this.#hours.toFixed(0)} simulated hours, ${this.#entries} entries, ${faults} faults`,
      ...sorted.map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`),
    ];
  }
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const steps = Number(values.steps);
  let seed = values.seed === undefined ? Date.now() % 4_294_967_296 : Number(values.seed);
  const runs = values.forever ? Number.POSITIVE_INFINITY : Number(values.runs ?? (values.seed === undefined ? 10 : 1));
  if (![steps, seed].every(Number.isSafeInteger) || Number.isNaN(runs)) {
    console.error(usage);
    return 2;
  }
  const postgres = await startSimulationPostgres(() => undefined);
  const survived = new Survived();
  let stopping = false;
  process.once('SIGINT', () => {
    stopping = true;
  });
  try {
    for (let run = 0; run < runs && !stopping; run++) {
      const startedAtMs = performance.now();
      const tills = values.real ? 'real' : 'thin';
      const outcome = await simulate({
        seed,
        steps,
        postgres,
        tills,
        isMild: values.mild,
        ...(values.trace ? { trace: console.log } : {}),
      });
      survived.add(outcome);
      console.log(line(seed, outcome, performance.now() - startedAtMs));
      seed = seedAfter(seed);
    }
    for (const text of survived.lines()) console.log(text);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    console.error((error as Error).cause);
    return 1;
  } finally {
    await postgres.stop();
  }
}

process.exitCode = await main();
