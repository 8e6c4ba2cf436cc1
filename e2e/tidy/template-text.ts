import { parse } from 'svelte/compiler';
import { lineAt, type SourceFile, type Violation } from './source-tree.ts';

/** Attributes whose text a person sees or hears. */
const shown = new Set(['placeholder', 'title', 'alt', 'label', 'aria-label', 'aria-description', 'aria-placeholder']);

/** The parts of Svelte's and ESTree's nodes that are looked at. */
interface TemplateNode {
  type: string;
  start: number;
  name?: string;
  data?: string;
  value?: unknown;
  attributes?: TemplateNode[];
  [child: string]: unknown;
}

/**
 * No text in a component but through the message files. Text that is the same in every language (a code, a sign)
 * stands in an element with `translate="no"`.
 */
export function templateText(tree: SourceFile[]): Violation[] {
  const components = tree.filter(({ path }) => /^pwa\/src\/.*\.svelte$/.test(path));
  return components.flatMap((file) => {
    const found: { text: string; start: number }[] = [];
    const { fragment } = parse(file.text, { modern: true });
    collect(fragment as unknown as TemplateNode, found);
    return found.map(({ text, start }) => ({
      path: file.path,
      line: lineAt(file.text, start + text.length - text.trimStart().length),
      message: `the text "${text.trim()}" is not in the message files: add a message in all languages, and show m.….`,
    }));
  });
}

function collect(node: TemplateNode, found: { text: string; start: number }[]): void {
  const add = (text: string, start: number) => {
    if (/\p{L}/u.test(text)) found.push({ text, start });
  };
  if (node.type === 'Text') add(node.data ?? '', node.start);
  if (node.type === 'ExpressionTag') for (const text of renderedStrings(node.expression)) add(text, node.start);
  if (node.type === 'StyleSheet' || isNotForTranslation(node)) return;
  for (const attribute of node.attributes ?? []) {
    if (attribute.type === 'Attribute' && shown.has(attribute.name ?? '')) {
      for (const part of [attribute.value].flat()) if (isNode(part)) collect(part, found);
    }
  }
  for (const [name, child] of Object.entries(node)) {
    if (name === 'attributes' || name === 'expression') continue;
    for (const part of [child].flat()) if (isNode(part)) collect(part, found);
  }
}

/** Strings that an expression may put on the screen by itself: not those it passes on or compares. */
function renderedStrings(expression: unknown): string[] {
  if (!isNode(expression)) return [];
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'string' ? [expression.value] : [];
    case 'TemplateLiteral':
      return [expression.quasis].flat().flatMap((part) => (isNode(part) ? [rawText(part)] : []));
    case 'ConditionalExpression':
      return [expression.consequent, expression.alternate].flatMap(renderedStrings);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return [expression.left, expression.right].flatMap(
        expression.operator === '+' || expression.type === 'LogicalExpression' ? renderedStrings : () => [],
      );
    default:
      return [];
  }
}

function rawText(part: TemplateNode): string {
  return (part.value as { raw: string }).raw;
}

function isNotForTranslation(node: TemplateNode): boolean {
  return (node.attributes ?? []).some((attribute) => {
    const [value] = [attribute.value].flat();
    return attribute.name === 'translate' && isNode(value) && value.data === 'no';
  });
}

function isNode(value: unknown): value is TemplateNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
