import { parseArgs } from 'node:util';
import { killTill } from './killed-till.ts';
import { torture } from './torture.ts';

const usage = `npm run torture -- [MINUTES] [--tills N] [--seed N] [--browser]
Kills the real server and its PostgreSQL with SIGKILL and cuts connections, while tills sell; then looks for every entry that was
acknowledged. Half a minute without an argument.
  --browser  kills a till in Chromium instead, in the middle of its sales, and the server with it now and then
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tills: { type: 'string', default: '4' },
    seed: { type: 'string' },
    browser: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(positionals[0] ?? 0.5);
const [tills, seed] = [Number(values.tills), Number(values.seed ?? Date.now() % 4_294_967_296)];
if (values.help || !(minutes > 0) || !(tills > 0)) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else process.exitCode = (await (values.browser ? tortureTill() : tortureServer())) ? 0 : 1;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function tortureServer(): Promise<boolean> {
  const startedAtMs = performance.now();
  const found = await torture({ seconds: minutes * 60, tills, seed, log: print });
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
  const { acknowledged, missing, twice, serverKills, postgresKills, cuts, failed, wrong } = found;
  print(
    `seed ${seed}, ${tills} tills, ${seconds} s: ${serverKills} server kills, ${postgresKills} PostgreSQL kills, ${cuts} cuts of all lines, ${failed} requests without an answer`,
  );
  print(`acknowledged ${acknowledged}, missing ${missing}, twice ${twice}`);
  for (const text of wrong) print(`WRONG ${text}`);
  return missing + twice + wrong.length === 0 && acknowledged > 0;
}

async function tortureTill(): Promise<boolean> {
  const { tillKills, serverKills, receipts, posted, missing, twice, wrong } = await killTill({
    seconds: minutes * 60,
    seed,
    log: print,
  });
  print(`seed ${seed}: Chromium killed ${tillKills} times while it sold, the server ${serverKills} times with it`);
  print(`receipts shown ${receipts}, sales posted ${posted}, missing ${missing}, twice ${twice}`);
  for (const text of wrong) print(`WRONG ${text}`);
  return missing + twice + wrong.length === 0 && receipts > 0;
}
