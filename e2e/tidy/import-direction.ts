import {
  importsOf,
  isCode,
  type ModuleImport,
  resolveSpecifier,
  type SourceFile,
  type Violation,
} from './source-tree.ts';

/** Which top folders each top folder may import; itself is understood. */
const allowed: Record<string, string[]> = {
  schemas: [],
  printing: ['schemas'],
  'sync-server': ['schemas', 'printing'],
  pwa: ['schemas', 'printing'],
  e2e: ['schemas', 'printing', 'sync-server', 'pwa'],
};

/** Layers of the web app: a layer imports its own and the lower ones. */
const layers: Record<string, number> = { routes: 3, components: 2, state: 1, db: 0, devices: 0 };

/** Design §4: who may import whom, and the only place that knows Dexie and PouchDB. */
export function importDirection(tree: SourceFile[]): Violation[] {
  return tree
    .filter((file) => isCode(file.path))
    .flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const message =
          folderViolation(file.path, found) ?? layerViolation(file.path, found) ?? storeViolation(file.path, found);
        return message ? [{ path: file.path, line: found.line, message }] : [];
      }),
    );
}

function folderViolation(path: string, { specifier }: ModuleImport): string | null {
  const from = topFolder(path);
  const target = resolveSpecifier(path, specifier);
  const may = from ? allowed[from] : undefined;
  // Configuration at the top, and what the web app's build reads there, belong to no folder.
  const to = target ? topFolder(target) : null;
  if (!may || !from || !to || to === from || may.includes(to)) return null;
  const names = [from, ...may].join(', ');
  return `${from} must not import ${to} (${specifier}): it may import ${names}. Move what both need to schemas.`;
}

function layerViolation(path: string, { specifier, isTypeOnly }: ModuleImport): string | null {
  const target = resolveSpecifier(path, specifier);
  const from = layerOf(path);
  const to = target ? layerOf(target) : null;
  if (!from || !to || isTypeOnly) return null;
  if (from === 'components' && to === 'db')
    return `a component must not touch the database (${specifier}): take it from pwa/src/state.`;
  const isUpward = (layers[to] ?? 0) > (layers[from] ?? 0);
  return isUpward
    ? `${from} must not import ${to} (${specifier}): routes → components → state → db and devices.`
    : null;
}

function storeViolation(path: string, { specifier }: ModuleImport): string | null {
  if (!path.startsWith('pwa/') || path.startsWith('pwa/src/db/')) return null;
  if (!/^(dexie|pouchdb)/.test(specifier)) return null;
  return `only pwa/src/db may import ${specifier}: give pwa/src/db a function for it.`;
}

function topFolder(path: string): string | null {
  const [folder] = path.split('/');
  return folder && folder in allowed ? folder : null;
}

function layerOf(path: string): string | null {
  const layer = /^pwa\/src\/([^/]+)\//.exec(path)?.[1];
  return layer && layer in layers ? layer : null;
}
