import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const usage = `npm run evidence -- [--only NAME] [--write]
Runs what proves that nothing is lost, keeps what it printed in .onecode/evidence, and writes docs/evidence.md from that.
  --only   runs this one alone; the others' last outputs stay
  --write  runs nothing, writes from the last outputs
`;

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.onecode', 'evidence');

type Proof = { name: string; claim: string; command: string; args: string[]; lines: number };

/** Each claim and the command that shows it. */
const proofs: readonly Proof[] = [
  {
    name: 'simulation',
    claim:
      'Whole chains of simulated stores come through every fault, and all invariants hold after each step and at rest.',
    command: 'npm run simulate -- --seed 20261123 --runs 6 --steps 200',
    args: [join('e2e', 'simulation', 'run.ts'), '--seed', '20261123', '--runs', '6', '--steps', '200'],
    lines: 45,
  },
  {
    name: 'simulation-real',
    claim: "The same with the browser's own code as tills.",
    command: 'npm run simulate -- --seed 4 --runs 3 --steps 120 --real',
    args: [join('e2e', 'simulation', 'run.ts'), '--seed', '4', '--runs', '3', '--steps', '120', '--real'],
    lines: 45,
  },
  {
    name: 'mutants',
    claim: 'A deliberate bug in posting, feed, effects or replication does not go unseen.',
    command: 'npm run mutants',
    args: [join('e2e', 'mutants', 'run.ts')],
    lines: 60,
  },
  {
    name: 'torture',
    claim:
      'Of what the real server acknowledged nothing is missing and nothing is there twice, while it and PostgreSQL are killed.',
    command: 'npm run torture -- 1 --seed 7',
    args: [join('e2e', 'torture', 'run.ts'), '1', '--seed', '7'],
    lines: 6,
  },
  {
    name: 'killed-till',
    claim:
      'A till in Chromium that is killed in the middle of its sales, its server with it now and then: each receipt that a customer could read is on the server, once, and the shelf agrees.',
    command: 'npm run torture -- 5 --browser --seed 5',
    args: [join('e2e', 'torture', 'run.ts'), '5', '--browser', '--seed', '5'],
    lines: 2,
  },
  {
    name: 'load',
    claim:
      'What one machine carries, told as it is: stores that sell without a pause, one sale a request, while their other till listens. Tills and PostgreSQL share the machine with the server, and each sale is in journal and books once.',
    command: 'npm run load -- --stores 1,10,100 --sales 200',
    args: [join('e2e', 'load', 'run.ts'), '--stores', '1,10,100', '--sales', '200'],
    lines: 5,
  },
  {
    name: 'intake',
    claim:
      'What the server takes in while nobody follows the rows: requests made beforehand, two tills a store, one sale a request.',
    command: 'npm run load -- --nobody-listens --stores 1,10,100,1000 --sales 40',
    args: [join('e2e', 'load', 'run.ts'), '--nobody-listens', '--stores', '1,10,100,1000', '--sales', '40'],
    lines: 6,
  },
  {
    name: 'peer',
    claim:
      'Beside pouchdb-server 4.2.0, which takes the same documents from the same tills: it keeps them without waiting for the disk, checks no signature and no chain, and posts nothing.',
    command: 'npm run load -- --nobody-listens --stores 10,100 --sales 100 --peer',
    args: [join('e2e', 'load', 'run.ts'), '--nobody-listens', '--stores', '10,100', '--sales', '100', '--peer'],
    lines: 6,
  },
  {
    name: 'peer-morning',
    claim: 'The same in batches, as tills send what they have when they come back.',
    command: 'npm run load -- --morning --stores 10 --sales 500 --peer',
    args: [join('e2e', 'load', 'run.ts'), '--morning', '--stores', '10', '--sales', '500', '--peer'],
    lines: 4,
  },
  {
    name: 'two-processes',
    claim: 'The same with two server processes on one database.',
    command: 'npm run load -- --stores 10 --sales 200 --processes 2',
    args: [join('e2e', 'load', 'run.ts'), '--stores', '10', '--sales', '200', '--processes', '2'],
    lines: 3,
  },
  {
    name: 'morning',
    claim:
      'Tills that come back at once with a day of sales are let in by and by, memory stays in bounds, and nothing is lost.',
    command: 'npm run load -- --morning --stores 100 --tills 2 --sales 200',
    args: [join('e2e', 'load', 'run.ts'), '--morning', '--stores', '100', '--tills', '2', '--sales', '200'],
    lines: 3,
  },
];

function outputOf({ name }: Proof): string {
  return join(folder, `${name}.txt`);
}

/** Its exit code: a claim that was not shown is told as one that does not hold. */
function codeOf({ name }: Proof): string {
  return join(folder, `${name}.code`);
}

async function run(proof: Proof): Promise<boolean> {
  process.stdout.write(`${proof.command}\n`);
  const child = spawn(process.execPath, proof.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stdout.write(text);
    });
  }
  const code = await new Promise((resolve) => child.on('exit', resolve));
  writeFileSync(outputOf(proof), output);
  writeFileSync(codeOf(proof), String(code));
  return code === 0;
}

function page(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, Node ${process.version}`;
  const sections = proofs.map((proof) => {
    const file = outputOf(proof);
    if (!existsSync(file)) return `## ${proof.name}\n\n${proof.claim}\n\n\`${proof.command}\`: not run yet.\n`;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-proof.lines);
    const day = statSync(file).mtime.toISOString().slice(0, 10);
    const isShown = existsSync(codeOf(proof)) && readFileSync(codeOf(proof), 'utf8') === '0';
    const claim = isShown ? proof.claim : `**Does not hold yet:** ${proof.claim}`;
    return `## ${proof.name}\n\n${claim}\n\n\`${proof.command}\`, ${day}, printed:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`;
  });
  return `# Evidence

Written by \`npm run evidence\` from what the commands below printed, to the letter; nothing is typed by hand. Machine: ${machine}.
Backups and their restoring are shown by \`sync-server/backup/backup.test.ts\`, broken data by \`sync-server/doctor/doctor.test.ts\`.

${sections.join('\n')}`;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else {
  mkdirSync(folder, { recursive: true });
  const chosen = values.write ? [] : proofs.filter(({ name }) => values.only === undefined || name === values.only);
  let isWell = true;
  for (const proof of chosen) isWell = (await run(proof)) && isWell;
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs', 'evidence.md'), page());
  process.exitCode = isWell ? 0 : 1;
}
