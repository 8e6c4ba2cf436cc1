import { parseArgs } from 'node:util';
import { percentile } from '../bench/figures.ts';
import { type Loaded, LoadedChain } from './load.ts';
import { LoadedPeer } from './peer.ts';

const usage = `npm run load -- [--stores 1,10,100] [--tills 2] [--sales 200] [--every MS] [--processes 1] [--nobody-listens] [--peer] [--morning]
Real servers on one PostgreSQL with fsync on, four-line sales, tills on the same machine. Sales are made, signed and written as
requests before the clock runs: what is left to the tills is to send bytes and to follow the rows.
  --sales      a selling till makes so many; the first till of each store listens
  --every      one sale of a till each so many milliseconds; without it the next when the last is answered
  --nobody-listens  all tills sell, one sale in flight each, and none follows the rows: what the server takes in
  --peer       with it or --morning, the same documents once more to pouchdb-server, which it fetches from the registry the first time
  --morning    all tills come back at once with their sales, in batches, instead of selling
`;

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '1,10,100' },
    tills: { type: 'string', default: '2' },
    sales: { type: 'string', default: '200' },
    every: { type: 'string', default: '0' },
    processes: { type: 'string', default: '1' },
    'nobody-listens': { type: 'boolean', default: false },
    peer: { type: 'boolean', default: false },
    morning: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const everyMs = Number(values.every);

function ms(samples: readonly number[]): string {
  if (samples.length === 0) return '–';
  return `${Math.round(percentile(samples, 0.5))} / ${Math.round(percentile(samples, 0.99))}`;
}

function row(stores: string, loaded: Loaded): string[] {
  const { tookMs, salesPerSecond, postedMs, seenMs, turnedAway, memoryBeforeMb, memoryPeakMb } = loaded;
  return [
    stores,
    String(loaded.sales),
    (tookMs / 1_000).toFixed(1),
    String(salesPerSecond),
    ms(postedMs),
    ms(seenMs),
    String(turnedAway),
    `${loaded.serverCpuUs} + ${loaded.postgresCpuUs} + ${loaded.tillsCpuUs}`,
    `${Math.round(memoryBeforeMb)} → ${Math.round(memoryPeakMb)}`,
    String(loaded.bytesPerSale),
  ];
}

async function main(): Promise<void> {
  const head = [
    'stores',
    'sales',
    'seconds',
    'sales/s',
    values.morning ? 'batch posted ms (p50 / p99)' : 'put → posted ms (p50 / p99)',
    '→ seen on the other till ms',
    'turned away',
    'CPU µs a sale: server + PostgreSQL + tills',
    'server memory MB, before → most',
    'database bytes a sale',
  ];
  process.stdout.write(`| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|\n`);
  for (const stores of values.stores.split(',').map(Number)) {
    const chain = await LoadedChain.start({
      stores,
      tillsPerStore: Number(values.tills),
      processes: Number(values.processes),
      listens: !values['nobody-listens'] && !values.morning && Number(values.tills) > 1,
    });
    await measure(`${stores}`, chain);
    if (values.peer) await measure(`${stores}, pouchdb-server`, await LoadedPeer.start(stores, Number(values.tills)));
  }
}

async function measure(name: string, loaded: LoadedChain | LoadedPeer): Promise<void> {
  const load = () => (values.morning ? loaded.morning() : loaded.sell(everyMs));
  try {
    // Once in small, so that plans, caches and compiled code are there.
    await loaded.prepare(20);
    await load();
    await loaded.prepare(Number(values.sales));
    process.stdout.write(`| ${row(name, await load()).join(' | ')} |\n`);
  } finally {
    await loaded.close();
  }
}

const isPeerOdd = values.peer && !values.morning && !values['nobody-listens'];
if (values.help) process.stdout.write(usage);
else if (isPeerOdd) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else await main();
