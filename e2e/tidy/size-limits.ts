import ts from 'typescript';
import {
  isCode,
  isGenerated,
  lineOf,
  type Script,
  type SourceFile,
  scriptsOf,
  type Violation,
  walk,
} from './source-tree.ts';

const fileLimit = 400;
const componentLimit = 200;
const functionLimit = 70;
const folderReadmeLimit = 40;

/** Nothing grows into a god file: limits in lines. */
export function sizeLimits(tree: SourceFile[]): Violation[] {
  return tree.flatMap((file) => {
    if (/^[^/]+\/README\.md$/.test(file.path))
      return tooLong(file, folderReadmeLimit, 'keep the decisions, drop the rest');
    if (!isCode(file.path) || isGenerated(file.path)) return [];
    const isComponent = file.path.endsWith('.svelte');
    const limit = isComponent ? componentLimit : fileLimit;
    const advice = isComponent ? 'split off a component' : 'split it by what its parts are about';
    return [...tooLong(file, limit, advice), ...scriptsOf(file).flatMap((script) => longFunctions(file, script))];
  });
}

function tooLong(file: SourceFile, limit: number, advice: string): Violation[] {
  const lines = file.text.trimEnd().split('\n').length;
  if (lines <= limit) return [];
  return [{ path: file.path, line: limit + 1, message: `${lines} lines, the limit is ${limit}: ${advice}.` }];
}

function longFunctions(file: SourceFile, script: Script): Violation[] {
  const violations: Violation[] = [];
  walk(script, (node) => {
    if (!ts.isFunctionLike(node) || isSuite(node)) return;
    const lines = lineOfEnd(script, node) - lineOf(script, node) + 1;
    if (lines <= functionLimit) return;
    const message = `a function of ${lines} lines, the limit is ${functionLimit}: keep the branching here and move the leaves out.`;
    violations.push({ path: file.path, line: lineOf(script, node), message });
  });
  return violations;
}

/** The function given to `describe` holds tests as a file does, and is not one thing. */
function isSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /\bdescribe\b/.test(node.parent.expression.getText());
}

function lineOfEnd(script: Script, node: ts.Node): number {
  return script.source.getLineAndCharacterOfPosition(node.getEnd()).line + script.firstLine;
}
