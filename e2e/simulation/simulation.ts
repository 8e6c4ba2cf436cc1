import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Action, act, weights } from './actions.ts';
import { type FaultAction, faultWeights } from './faults.ts';
import { goodsMoved, goodsReceived, unitsSet } from './goods-happenings.ts';
import type { SimulationPostgres } from './postgres.ts';
import { Random } from './random.ts';
import { bringToRest, checkAtRest } from './rest.ts';
import { ticket } from './shop.ts';
import { checkStep } from './step-checks.ts';
import type { View } from './till-driver.ts';
import { countTold } from './transfers.ts';
import { createWorld, placeId, storeIds, type TillKind, type World } from './world.ts';

export type SimulationOptions = {
  seed: number;
  steps: number;
  postgres: SimulationPostgres;
  /** `thin` without it. */
  tills?: TillKind;
  /** Lost messages and crashes alone; everything that can go wrong without it. */
  isMild?: boolean;
  trace?: (line: string) => void;
};

export type Outcome = {
  tills: number;
  entries: number;
  /** Entries that one store wrote into another's journal. */
  told: number;
  exceptions: number;
  tillCrashes: number;
  serverCrashes: number;
  messages: number;
  lost: number;
  duplicates: number;
  /** By the simulated clock. */
  hours: number;
  /** Faults by name, and how often they happened. */
  faults: ReadonlyMap<string, number>;
};

/** A run that broke an invariant. `message` says how to see it again. */
export class SimulationFailure extends Error {
  override name = 'SimulationFailure';
}

/** Runs one simulation from its seed. Throws SimulationFailure with the seed and the step. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { seed, steps, postgres, tills = 'thin', isMild = false, trace = () => undefined } = options;
  const world = await createWorld(seed, postgres, tills);
  const startMs = world.clock.nowMs;
  const mayHappen: Record<Action | FaultAction, number> = isMild
    ? (weights as Record<Action | FaultAction, number>)
    : { ...weights, ...faultWeights };
  let where = 'at the start';
  try {
    for (let step = 1; step <= steps; step++) {
      where = `in step ${step}`;
      const action = world.random.weighted(mayHappen);
      world.clock.nowMs += world.random.chance(0.02) ? 3_600_000 : world.random.between(10, 20_000);
      trace(`${step} ${await act(world, action)}`);
      await world.network.activity.settled();
      if (world.settleMs > 0) await sleep(world.settleMs);
      for (const faults of world.server.faults) faults.calm();
      await checkStep(world);
    }
    where = 'at rest';
    await bringToRest(world);
    await checkAtRest(world);
    where = 'with one writer a store';
    await checkLoneWriters(world);
    return await outcomeOf(world, startMs);
  } catch (error) {
    const again = `npm run simulate -- --seed ${seed} --steps ${steps}${tills === 'real' ? ' --real' : ''}${isMild ? ' --mild' : ''}`;
    throw new SimulationFailure(`seed ${seed}, ${where}: ${(error as Error).message}\n${again}`, { cause: error });
  } finally {
    await world.close();
  }
}

/** [F2] One till a store writes offline; when its entries are posted, the server has what the till showed before. */
async function checkLoneWriters(world: World): Promise<void> {
  const { random, network } = world;
  const shown = new Map<string, View>();
  for (const till of world.tills) network.setLine(till.owner, false);
  for (const storeId of storeIds) {
    const till = random.pick(world.tills.filter((candidate) => candidate.storeId === storeId));
    for (const happening of [
      goodsReceived(random, null),
      goodsMoved(random),
      unitsSet(random),
      ticket(random, placeId, world.clock.nowMs, false),
      ticket(random, placeId, world.clock.nowMs, true),
    ]) {
      const entry = await till.commit(happening);
      world.promised.get(till)?.push({ entry, seenHead: world.journal.of(storeId).length });
    }
    shown.set(storeId, await till.view());
  }
  await bringToRest(world);
  await checkAtRest(world);
  for (const till of world.tills) {
    const [before, after] = [shown.get(till.storeId), await till.view()];
    if (isDeepStrictEqual(before, after)) continue;
    throw new Error(`[F2] ${till.owner} does not show what the lone writer showed`);
  }
}

async function outcomeOf(world: World, startMs: number): Promise<Outcome> {
  const { network, counts, tills } = world;
  const { rows } = await world.server.admin.query<{ count: number }>('select count(*)::int as count from exception');
  return {
    tills: tills.length,
    entries: storeIds.reduce((sum, storeId) => sum + world.journal.of(storeId).length, 0),
    told: countTold(world),
    exceptions: rows[0]?.count ?? 0,
    tillCrashes: counts.tillCrashes,
    serverCrashes: counts.serverCrashes,
    messages: network.counts.sent,
    lost: network.counts.lostRequests + network.counts.lostAnswers,
    duplicates: network.counts.duplicates,
    hours: (world.clock.nowMs - startMs) / 3_600_000,
    faults: faultsOf(world),
  };
}

function faultsOf({ faults, network, counts }: World): Map<string, number> {
  const told = new Map(faults);
  const { lostRequests, lostAnswers, duplicates, halves, wrongs } = network.counts;
  for (const [name, count] of Object.entries({
    'requests lost': lostRequests,
    'answers lost': lostAnswers,
    'messages doubled': duplicates,
    'lines broken half-way': halves,
    'answers of somebody else': wrongs,
    'tills killed': counts.tillCrashes,
    'servers killed': counts.serverCrashes,
    "tills' clocks set": counts.clockJumps,
  })) {
    if (count > 0) told.set(name, count);
  }
  return told;
}

/** A seed for a run that nobody named. */
export function seedAfter(seed: number): number {
  return Math.floor(new Random(seed).next() * 4_294_967_296);
}
