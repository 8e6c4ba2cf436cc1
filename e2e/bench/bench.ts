// npm run bench [-- [--small] [ROW …]]: measures the real thing and prints one table. Nothing here fails for being slow.
import { parseArgs } from 'node:util';
import { benchAudit } from './audit.ts';
import { benchBasketState, fullRuns, smallRuns } from './basket-state.ts';
import { type BenchStore, startBenchStore } from './bench-store.ts';
import { benchCounting, smallCounting } from './counting.ts';
import { benchCounts, oneDay, wholeStore } from './counts.ts';
import { benchCoupons } from './coupons.ts';
import { type Figure, printFigures, spread } from './figures.ts';
import { fullSize } from './generate-store.ts';
import { benchGoodsFlow, openingDay } from './goods-flow.ts';
import { benchItemPage } from './item-page.ts';
import { benchLabels } from './labels.ts';
import { benchMemberLedger, smallChain, wholeChain } from './member-ledger.ts';
import { benchMembers } from './members.ts';
import { openingMs } from './opening.ts';
import { benchParsing } from './parsing.ts';
import { benchPortals, wholeMarket } from './portals.ts';
import { benchPosting } from './posting.ts';
import {
  basketLines,
  benchQuotes,
  benchQuotesInPage,
  benchRepricing,
  fullPricing,
  smallPricing,
  wholesaleLines,
} from './pricing.ts';
import { benchReports, smallYear } from './reports.ts';
import { benchResolving } from './resolving.ts';
import { benchRfid } from './rfid.ts';
import { benchScanning } from './scanning.ts';
import { firstLoadScriptKb, serverMemoryMb } from './size-rows.ts';
import { benchStatements } from './statements.ts';
import type { TimedTablet } from './stopwatch.ts';
import {
  coldStart,
  loadedTablet,
  pay,
  scanToFullBasket,
  scanToLine,
  scanToOnline,
  searchKeys,
  snapshot,
  tillToTill,
  waitingEntries,
} from './till-rows.ts';

const rowNames = [
  'snapshot',
  'cold-start',
  'scan',
  'search',
  'pay',
  'till-to-till',
  'waiting',
  'size',
  'opening',
  'posting',
  'scanning',
  'item-page',
  'parsing',
  'pricing',
  'labels',
  'audit',
  'goods-flow',
  'resolve',
  'rfid',
  'counts',
  'counting',
  'members',
  'coupons',
  'statements',
  'portals',
  'reports',
  'segments',
] as const;
type RowName = (typeof rowNames)[number];
/** Measured on a tablet; each rate gets a tablet of its own. */
const tabletRows: readonly RowName[] = ['cold-start', 'scan', 'search', 'pay', 'till-to-till', 'waiting', 'size'];
const rates = { plain: 1, throttled: 4 } as const;
type Column = keyof typeof rates;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false } },
});
const unknown = positionals.find((name) => !rowNames.includes(name as RowName));
const wanted = new Set<RowName>(positionals.length > 0 ? (positionals as RowName[]) : rowNames);
const times = values.small ? 5 : 60;

const figures = new Map<string, Figure>();
function note(what: string, column: Column, value: string, targetPlain = '', targetThrottled = ''): void {
  const row = figures.get(what) ?? { what, plain: '', throttled: '', targetPlain, targetThrottled };
  figures.set(what, { ...row, [column]: value });
  console.error(`  ${column === 'plain' ? '' : '4× '}${what}: ${value}`);
}

async function measureSnapshot(bench: BenchStore): Promise<void> {
  // The server cuts its pages once; whoever comes first waits for that.
  await snapshot(bench, 1);
  for (const column of ['plain', 'throttled'] as const) {
    const samples = [];
    for (let left = values.small ? 1 : 3; left > 0; left--) samples.push(await snapshot(bench, rates[column]));
    note('snapshot, empty tablet to selling', column, spread(samples.map(({ selling }) => selling)), '4 s', '10 s');
    note('… to everything usable', column, spread(samples.map(({ complete }) => complete)), '15 s', '40 s');
  }
}

async function measureTablet(bench: BenchStore, timed: TimedTablet, column: Column): Promise<void> {
  if (wanted.has('scan')) {
    const samples = await scanToLine(bench, timed, times);
    note('scan to line on the screen', column, spread(samples), 'p95 30 ms', 'p95 60 ms');
    const online = await scanToOnline(bench, timed, values.small ? 5 : 30);
    note('… to the online price, asked again meanwhile', column, spread(online), '300 ms', '300 ms');
    const full = await scanToFullBasket(bench, timed, basketLines, values.small ? 3 : 30);
    note(`… into a basket of ${basketLines} lines`, column, spread(full));
  }
  if (wanted.has('search')) {
    const samples = await searchKeys(bench, timed, values.small ? 2 : 12);
    note('name search, key to results', column, spread(samples), 'p95 30 ms', 'p95 80 ms');
  }
  if (wanted.has('pay')) {
    const { committed, ready, shown, next } = await pay(bench, timed, times);
    note('pay to committed, strict', column, spread(committed), 'p95 60 ms', 'p95 120 ms');
    note("… to the change on the screen, ready for the next one's goods", column, spread(ready), '', '150 ms');
    note('… to the whole receipt, drawn after it', column, spread(shown));
    const both = ready.map((readyMs, index) => readyMs + (next[index] ?? 0));
    note('… and on to the next customer, both taps', column, spread(both), '', '150 ms');
  }
  if (wanted.has('till-to-till') && column === 'plain') {
    note('finish on till A to visible on till B', column, spread(await tillToTill(bench, timed, times)), 'p95 200 ms');
  }
  if (wanted.has('cold-start')) {
    const samples = await coldStart(bench, timed, values.small ? 2 : 10);
    note('cold start offline to ready to scan', column, spread(samples), '1.0 s', '2.5 s');
  }
  if (wanted.has('waiting') && column === 'plain') {
    const count = values.small ? 10 : 500;
    const { sinceReady, sinceContact } = await waitingEntries(bench, timed, count);
    note(`${count} waiting entries, first contact to posted`, column, spread([sinceContact]), '2 s');
    note('… from the server being ready, back-off and all', column, spread([sinceReady]));
  }
  if (wanted.has('size') && column === 'plain') {
    note('first-load JavaScript of /sell, gzip', column, `${(await firstLoadScriptKb(timed)).toFixed(0)} KB`);
  }
}

async function measureStore(): Promise<void> {
  const size = values.small ? { skus: 2_000, units: 20_000, members: 2_000, promotions: 500 } : fullSize;
  const bench = await startBenchStore(size, (line) => console.error(`  ${line}`));
  try {
    if (wanted.has('snapshot')) await measureSnapshot(bench);
    if (!tabletRows.some((row) => wanted.has(row))) return;
    for (const column of ['plain', 'throttled'] as const) {
      const timed = await loadedTablet(bench, rates[column]);
      try {
        await measureTablet(bench, timed, column);
      } finally {
        await timed.close();
      }
    }
    if (wanted.has('size')) note('server memory at rest', 'plain', `${(await serverMemoryMb(bench)).toFixed(0)} MB`);
  } finally {
    await bench.close();
  }
}

async function measureResolving(): Promise<void> {
  const size = values.small ? { units: 20_000, entries: 2_000, times: 20 } : undefined;
  for (const column of ['plain', 'throttled'] as const) {
    const { units, cold, resolved, life, firstLife } = await benchResolving(rates[column], size);
    note(`scan to unit and SKU among ${units} units`, column, spread(resolved), '', 'p95 20 ms');
    note('… in the first seconds after switching on', column, spread(cold));
    note("a unit's life from the entries held here", column, spread(life), '', 'p95 200 ms');
    note('… reading all of them for the first time', column, spread(firstLife));
  }
}

async function measureMembers(): Promise<void> {
  const size = values.small ? { members: 5_000, times: 20 } : undefined;
  for (const column of ['plain', 'throttled'] as const) {
    const found = await benchMembers(rates[column], size);
    note(`member by the last four digits, of ${found.members}`, column, spread(found.tails), '', 'p95 50 ms');
    note('… by the beginnings of two names', column, spread(found.names), '', 'p95 50 ms');
    note('… by the code of a card', column, spread(found.codes), '', 'p95 50 ms');
    note('… in the first seconds after switching on', column, spread(found.cold));
    note('… the first of all, when the keys are made', column, spread([found.first]));
    note('member enrolled, to the disk', column, spread(found.enrolments), '', '50 ms');
  }
}

async function measureSegments(): Promise<void> {
  const size = values.small ? smallChain : wholeChain;
  const { members, steps, filledSeconds, segments, reviewed, changed, keptSeconds, reviewSeconds } =
    await benchMemberLedger(size);
  console.error(`  ${members} members with ${steps} ledger rows were made in ${filledSeconds} s`);
  for (const { asked, found, ms } of segments) {
    note(`segment, ${asked}: ${found} of ${members}, ${steps} ledger rows`, 'plain', `${Math.round(ms)} ms`, '2 s');
  }
  note(
    `nightly review of all tiers: ${reviewed} kept theirs, ${changed} have another`,
    'plain',
    `${reviewSeconds.toFixed(1)} s (${keptSeconds.toFixed(1)} s who kept theirs)`,
    '60 s',
  );
}

async function measureCoupons(): Promise<void> {
  const { codes, seconds, bytesPerCode } = await benchCoupons(values.small ? 10_000 : undefined);
  note(`${codes} coupon codes issued, ${bytesPerCode} bytes each`, 'plain', `${seconds.toFixed(1)} s`, '60 s');
}

async function measureReports(): Promise<void> {
  const { rows, settleDayMs, databaseMb, generatedSeconds } = await benchReports(values.small ? smallYear : undefined);
  console.error(`  the year was made in ${generatedSeconds} s, ${databaseMb} MB`);
  for (const { asked, isChain, p50Ms, p95Ms } of rows) {
    const target = isChain ? 'p95 1 s' : 'p95 300 ms';
    note(`reports of a ${isChain ? 'chain' : 'store'}: ${asked}`, 'plain', `${p50Ms} / ${p95Ms} ms`, target);
  }
  note('reports: a day added up anew', 'plain', `${settleDayMs} ms`);
}

async function measureRfid(): Promise<void> {
  const size = values.small ? { perSecond: 500, seconds: 4 } : undefined;
  for (const column of ['plain', 'throttled'] as const) {
    const { tags, reads, pauses, lagsMs, lost, twice } = await benchRfid(rates[column], size);
    note(`RFID, 500 new tags a second, ${tags} of them: sent to shown`, column, spread(lagsMs));
    note(`… lost, counted twice, of ${reads} reads; pauses asked for`, column, `${lost}, ${twice}; ${pauses}`, '0, 0');
  }
}

async function measureCounts(): Promise<void> {
  const small = { units: 2_000, numbers: 100, movements: 500, batches: 100 };
  for (const size of values.small ? [small] : [oneDay, wholeStore]) {
    const { firstReview, review, progress, approval, lines } = await benchCounts(size);
    const what = `stock-take of ${size.units} units, ${size.numbers} numbers, ${size.movements} movements meanwhile`;
    note(`${what}: first review`, 'plain', spread([firstReview]), '2 s');
    const of = `stock-take of ${size.units} units`;
    note(`${of}: review again`, 'plain', spread(review), '2 s');
    note(`${of}: progress, asked over and over`, 'plain', spread(progress));
    note(`${of}: approval of ${lines} lines`, 'plain', spread([approval]));
  }
}

async function measureCounting(): Promise<void> {
  const size = values.small ? smallCounting : undefined;
  const { together, scans, tags, resume } = await benchCounting(4, size);
  const wrong = ({ lost, twice }: { lost: number; twice: number }) => `${lost}, ${twice}`;
  const column = 'throttled';
  note('counting 50 scans a second: last key to the counter', column, spread(scans.lagsMs), '', 'p95 100 ms');
  note(`… lost, on record twice, of ${scans.scans}`, column, wrong(scans), '', '0, 0');
  note(`counting ${tags.tags} units by RFID, 500 new ones a second: sent to the counter`, column, spread(tags.lagsMs));
  note(`… lost, on record twice, of ${tags.reads} reads`, column, wrong(tags), '', '0, 0');
  note(
    `${resume.units} units taken up after a dead battery, tap to the number`,
    column,
    spread([resume.tappedMs]),
    '',
    '2 s',
  );
  note('… from opening the page', column, spread([resume.openedMs]), '', '2 s');
  const pace = `${together.seconds.toFixed(0)} s, all three agree ${spread([together.settledMs])} later`;
  note(`${together.units} units on three tablets at once`, 'plain', pace);
  note('… lost, on record twice', 'plain', wrong(together), '0, 0');
}

async function measureGoodsFlow(): Promise<void> {
  const size = values.small ? { skus: 60, unitsPerSku: 10, unitsPerCarton: 50, sold: 50 } : openingDay;
  const units = size.skus * size.unitsPerSku;
  for (const scans of ['by carton', 'unit by unit'] as const) {
    const { totalSeconds, bytesPerUnit } = await benchGoodsFlow(scans, size);
    const target = scans === 'by carton' ? '60 s' : '';
    note(
      `${units} units from code to shelf, ${size.sold} sold, ${scans}`,
      'plain',
      `${totalSeconds.toFixed(1)} s`,
      target,
    );
    note(`database bytes a unit, ${scans}`, 'plain', String(bytesPerUnit));
  }
}

async function measurePricing(): Promise<void> {
  const size = values.small ? smallPricing : fullPricing;
  for (const column of ['plain', 'throttled'] as const) {
    const { basket, wholesale } = await benchQuotesInPage(size, rates[column]);
    note(`a basket of ${basketLines} lines priced anew, in Chromium`, column, spread(basket), '', 'p95 16 ms');
    note(`a ticket of ${wholesaleLines} lines, in Chromium`, column, spread(wholesale), '', '250 ms');
    const open = await benchBasketState(rates[column], values.small ? smallRuns : fullRuns);
    note(
      `the till's open basket of ${basketLines} lines, scan to prices`,
      column,
      spread(open.basket),
      '',
      'p95 16 ms',
    );
    note(`… of ${wholesaleLines} lines`, column, spread(open.wholesale), '', '250 ms');
  }
  const { basket, wholesale } = benchQuotes(size);
  note('… the basket on the server', 'plain', spread(basket));
  note('… the ticket on the server', 'plain', spread(wholesale));
  const sales = await benchRepricing(size.invoices);
  const text = sales && `${sales.linesPerSecond} (${sales.lines} lines, ${sales.tickets} tickets)`;
  note('real sales priced anew, lines a second', 'plain', text ?? 'the sales file is not there');
}

async function measureAudit(): Promise<void> {
  for (const { searched, samplesMs } of await benchAudit(values.small ? 20_000 : undefined)) {
    note(`audit log: ${searched}`, 'plain', spread(samplesMs));
  }
}

async function measureStatements(): Promise<void> {
  for (const { what, samplesMs } of await benchStatements(values.small ? 5_000 : undefined)) {
    note(what, 'plain', spread(samplesMs), '< 5 s');
  }
}

async function measurePortals(): Promise<void> {
  const size = values.small ? { suppliers: 5, orders: 100, times: 10 } : wholeMarket;
  for (const { what, samplesMs } of await benchPortals(size)) {
    note(
      `of ${size.suppliers} suppliers with ${size.orders} open orders: ${what}`,
      'plain',
      spread(samplesMs),
      'p95 200 ms',
    );
  }
}

async function main(): Promise<number> {
  if (unknown !== undefined) {
    console.error(`"${unknown}" is no row. Choose from: ${rowNames.join(', ')}. --small for a quick look.`);
    return 2;
  }
  if ([...wanted].some((row) => row === 'snapshot' || tabletRows.includes(row))) await measureStore();
  if (wanted.has('opening')) {
    const entries = values.small ? 2_000 : 50_000;
    for (const column of ['plain', 'throttled'] as const) {
      const { empty, full } = await openingMs(entries, rates[column], values.small ? 2 : 7);
      note('opening an empty journal', column, spread(empty));
      note(`opening one of ${entries} own entries`, column, spread(full));
    }
  }
  if (wanted.has('posting')) {
    for (const { sent, salesPerSecond, databaseBytesPerEntry } of await benchPosting()) {
      note(`posted four-line sales a second: ${sent}`, 'plain', String(salesPerSecond), '1,500');
      note(`database bytes per entry: ${sent}`, 'plain', String(databaseBytesPerEntry));
    }
  }
  if (wanted.has('scanning')) {
    for (const { decoder, pictures, right, wrong, p50Ms, p95Ms } of await benchScanning()) {
      const read = `${right} of ${pictures} right, ${wrong} wrong`;
      note(`label pictures: ${decoder}`, 'plain', `${read}, ${p50Ms} / ${p95Ms} ms`);
    }
  }
  if (wanted.has('goods-flow')) await measureGoodsFlow();
  if (wanted.has('parsing')) {
    const { codes, codesPerSecond } = values.small ? benchParsing(20_000, 3) : benchParsing();
    note(`${codes} mixed codes parsed, a second`, 'plain', String(codesPerSecond));
  }
  if (wanted.has('pricing')) await measurePricing();
  if (wanted.has('item-page')) {
    const size = values.small ? { units: 5_000, seconds: 2 } : undefined;
    for (const { meanwhile, firstByteP50Ms, firstByteP95Ms, salesPerSecond } of await benchItemPage(size)) {
      const value = `${firstByteP50Ms} / ${firstByteP95Ms} ms, ${salesPerSecond} sales/s`;
      note(`item page, 100 a second, first byte: ${meanwhile}`, 'plain', value, 'p95 10 ms');
    }
  }
  if (wanted.has('labels')) {
    for (const { kind, labelsPerSecond, bytesPerLabel } of benchLabels(values.small ? 20 : undefined)) {
      note(`labels drawn, a second: ${kind}`, 'plain', `${labelsPerSecond}, ${bytesPerLabel} bytes each`);
    }
  }
  if (wanted.has('audit')) await measureAudit();
  if (wanted.has('statements')) await measureStatements();
  if (wanted.has('portals')) await measurePortals();
  if (wanted.has('resolve')) await measureResolving();
  if (wanted.has('rfid')) await measureRfid();
  if (wanted.has('counts')) await measureCounts();
  if (wanted.has('counting')) await measureCounting();
  if (wanted.has('members')) await measureMembers();
  if (wanted.has('coupons')) await measureCoupons();
  if (wanted.has('reports')) await measureReports();
  if (wanted.has('segments')) await measureSegments();
  if (values.small) console.log('A small store and few samples: these figures say that it runs, not how fast it is.');
  printFigures([...figures.values()]);
  return 0;
}

process.exitCode = await main();
