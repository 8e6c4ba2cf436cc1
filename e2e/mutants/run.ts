import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutants } from './mutants.ts';

const usage = `npm run mutants -- [--only WORD] [--part K/N]
Puts each deliberate bug of mutants.ts into a copy of the tree, and lets the simulation or tests find it. Fails when one survives,
or no longer applies.
  --only   those whose name or file has the word
  --part   every Nth of them, beginning with the Kth
`;

const root = join(import.meta.dirname, '..', '..');
const leftOut = new Set(['.git', '.onecode', 'test-results', 'build', '.vite']);
const patienceMs = 240_000;

type Verdict = { mutant: Mutant; killedBy: string | null; seconds: number };

function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'onecode-mutants-'));
  const libraries = join(root, 'node_modules');
  // pwa/node_modules and .svelte-kit are generated, and the app's own tests need them.
  cpSync(root, copy, { recursive: true, filter: (path) => path !== libraries && !leftOut.has(basename(path)) });
  symlinkSync(libraries, join(copy, 'node_modules'));
  return copy;
}

/** Whether the program ended well, within what only a hang takes. */
function ends(copy: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: 'ignore', timeout: patienceMs });
    child.on('exit', (code) => resolve(code === 0));
    child.on('error', () => resolve(false));
  });
}

function commandOf(killer: number | string): { name: string; args: string[] } {
  if (typeof killer === 'number') {
    const args = ['--seed', String(killer), '--steps', '150'];
    return { name: `simulate ${args.join(' ')}`, args: [join('e2e', 'simulation', 'run.ts'), ...args] };
  }
  const project = killer.startsWith('sync-server/') ? 'server' : 'core';
  return { name: killer, args: [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project, killer] };
}

async function tryMutant(copy: string, mutant: Mutant): Promise<Verdict> {
  const file = join(copy, mutant.file);
  const text = readFileSync(file, 'utf8');
  const parts = text.split(mutant.find);
  if (parts.length !== 2)
    throw new Error(`"${mutant.name}" no longer applies: ${mutant.file} has its text ${parts.length - 1} times.`);
  writeFileSync(file, parts.join(mutant.replace));
  const startedAtMs = performance.now();
  let killedBy: string | null = null;
  try {
    for (const killer of mutant.killers) {
      const { name, args } = commandOf(killer);
      if (await ends(copy, args)) continue;
      killedBy = name;
      break;
    }
  } finally {
    writeFileSync(file, text);
  }
  return { mutant, killedBy, seconds: (performance.now() - startedAtMs) / 1_000 };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, part: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [part = 1, of = 1] = (values.part ?? '1/1').split('/').map(Number);
  const chosen = mutants
    .filter(({ name, file }) => values.only === undefined || name.includes(values.only) || file.includes(values.only))
    .filter((_, at) => at % of === part - 1);
  const copy = copyTree();
  try {
    // What kills mutants must leave the code itself alive.
    const killers = [...new Set(chosen.flatMap((mutant) => mutant.killers))];
    const verdicts: Verdict[] = [];
    for (const mutant of chosen) {
      const verdict = await tryMutant(copy, mutant);
      verdicts.push(verdict);
      const { killedBy, seconds } = verdict;
      process.stdout.write(
        `${killedBy === null ? 'SURVIVED' : 'killed  '} ${mutant.area.padEnd(11)} ${mutant.name}: ${killedBy ?? 'nobody saw it'} (${seconds.toFixed(0)} s)\n`,
      );
    }
    const used = new Set(verdicts.map(({ killedBy }) => killedBy));
    for (const killer of killers) {
      const { name, args } = commandOf(killer);
      if (!used.has(name)) continue;
      if (!(await ends(copy, args)))
        throw new Error(`${name} fails without any mutant: its verdicts count for nothing.`);
    }
    const survivors = verdicts.filter(({ killedBy }) => killedBy === null).length;
    process.stdout.write(`${verdicts.length - survivors} of ${verdicts.length} mutants killed\n`);
    return survivors === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
