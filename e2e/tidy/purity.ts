import ts from 'typescript';
import { isCode, isTest, lineOf, type SourceFile, scriptsOf, type Violation, walk } from './source-tree.ts';

const impureCalls = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'crypto.getRandomValues',
  'crypto.randomUUID',
  'fetch',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
]);
const impureObjects = new Set(['process', 'console', 'localStorage', 'indexedDB', 'navigator', 'document', 'window']);

/** Design §4: the pure core has no clock, randomness or I/O; its callers pass times and random bytes in. */
export function purity(tree: SourceFile[]): Violation[] {
  const core = tree.filter((file) => file.path.startsWith('schemas/') && isCode(file.path) && !isTest(file.path));
  return core.flatMap((file) =>
    scriptsOf(file).flatMap((script) => {
      const violations: Violation[] = [];
      walk(script, (node) => {
        const what = impurity(node);
        if (!what) return;
        const message = `${what} is not pure: take the value as an argument, or do this outside schemas.`;
        violations.push({ path: file.path, line: lineOf(script, node), message });
      });
      return violations;
    }),
  );
}

function impurity(node: ts.Node): string | null {
  if (ts.isCallExpression(node)) {
    const name = node.expression.getText().replace(/^globalThis\./, '');
    return impureCalls.has(name) ? `${name}()` : null;
  }
  if (ts.isNewExpression(node)) {
    const isNow = node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
    return isNow ? 'new Date() without a time' : null;
  }
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return node.moduleSpecifier.text.startsWith('node:') ? node.moduleSpecifier.text : null;
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return impureObjects.has(node.expression.text) && !isDeclared(node.expression) ? node.expression.text : null;
  }
  return null;
}

/** Whether the name belongs to the file (a parameter called `document`) and not to the platform. */
function isDeclared(name: ts.Identifier): boolean {
  let found = false;
  const look = (node: ts.Node) => {
    const isDeclaration = ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node);
    if (isDeclaration && ts.isIdentifier(node.name) && node.name.text === name.text) found = true;
    ts.forEachChild(node, look);
  };
  look(name.getSourceFile());
  return found;
}
