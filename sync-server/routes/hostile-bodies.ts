import fc from 'fast-check';
import { z } from 'zod';

// For tests: bodies made from the schemas of routes and entries, with a program of somebody else's in every text field.

type Json = Record<string, unknown>;
type Node = Json & {
  type?: string | string[];
  properties?: Record<string, Node>;
  items?: Node | boolean;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
};

/**
 * `text` goes into every field that takes any text; `number` makes it another each time, and chooses among what a field may be.
 * `inKeys`: as much of it as a pattern lets through goes into the fields that have one, too.
 */
export type Attack = { text: string; number: number; inKeys?: boolean };
/** What fields are called that name something: a thing that is there. */
export type Known = Readonly<Record<string, unknown>>;

/** A body (or query) that the schema accepts as far as JSON Schema can tell. */
export function hostileBody(schema: z.ZodType, attack: Attack, known: Known): unknown {
  const root = jsonSchemaOf(schema);
  return new Maker(root, attack, known).valueOf(root, '');
}

/** How many fields of a schema take any text. */
export function countTexts(schema: z.ZodType): number {
  const marker = '\u0001';
  const made = JSON.stringify(hostileBody(schema, { text: marker, number: 0 }, {}) ?? null);
  return made.split(JSON.stringify(marker).slice(1, -1)).length - 1;
}

/** Names of the fields that take one of the programs, as `lines.name`; also in such alternatives as are seldom chosen. */
export function textFields(schema: z.ZodType, programs: readonly string[]): string[] {
  const root = jsonSchemaOf(schema);
  const fields = new Set<string>();
  const walk = (given: Node, path: string): void => {
    const node = resolved(root, given);
    if (takesProgram(node, programs)) fields.add(path);
    for (const choice of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) walk(choice, path);
    if (typeof node.items === 'object') walk(node.items, path);
    for (const [name, member] of Object.entries(node.properties ?? {})) walk(member, path ? `${path}.${name}` : name);
  };
  walk(root, '');
  return [...fields].toSorted();
}

function takesProgram({ type, format, pattern, ...node }: Node, programs: readonly string[]): boolean {
  if (type !== 'string' || format !== undefined || 'const' in node || 'enum' in node) return false;
  return typeof pattern !== 'string' || programs.some((program) => longestLike(new RegExp(pattern), program) !== null);
}

function jsonSchemaOf(schema: z.ZodType): Node {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Node;
}

function resolved(root: Node, node: Node): Node {
  const { $ref } = node;
  if (typeof $ref !== 'string') return node;
  const path = $ref.split('/').slice(1);
  return path.reduce((at: Json, part) => at[part] as Json, root) as Node;
}

class Maker {
  readonly #root: Node;
  readonly #attack: Attack;
  readonly #known: Known;
  #depth = 0;

  constructor(root: Node, attack: Attack, known: Known) {
    this.#root = root;
    this.#attack = attack;
    this.#known = known;
  }

  valueOf(given: Node, name: string): unknown {
    const node = resolved(this.#root, given);
    const choices = node.anyOf ?? node.oneOf;
    if ('const' in node) return node.const;
    // A switch that is called like a text is none.
    if (name in this.#known && node.type !== 'boolean') return this.#known[name];
    if (Array.isArray(node.enum)) return node.enum[this.#attack.number % node.enum.length];
    if (choices) return this.#chosen(choices, name);
    if (node.allOf) return Object.assign({}, ...node.allOf.map((part) => this.valueOf(part, name)));
    switch (node.type) {
      case 'object':
        return this.#object(node);
      case 'array':
        return this.#array(node, name);
      case 'string':
        return this.#string(node);
      case 'integer':
      case 'number':
        return Math.max(
          Number(node.minimum ?? 0),
          Number(node.exclusiveMinimum ?? -1) + 1,
          Math.min(1, Number(node.maximum ?? 1)),
        );
      case 'boolean':
        return this.#attack.number % 2 === 0;
      case 'null':
        return null;
      default:
        return this.#attack.text;
    }
  }

  #chosen(choices: readonly Node[], name: string): unknown {
    // Null says nothing.
    const saying = choices.filter((choice) => resolved(this.#root, choice).type !== 'null');
    const choice = saying[this.#attack.number % Math.max(1, saying.length)];
    return choice === undefined ? null : this.valueOf(choice, name);
  }

  #object(node: Node): Json {
    this.#depth += 1;
    const members = this.#depth > 12 ? [] : Object.entries(node.properties ?? {});
    const made = members.map(([name, member]): [string, unknown] => [name, this.valueOf(member, name)]);
    this.#depth -= 1;
    return Object.fromEntries(made.filter(([, value]) => value !== undefined));
  }

  #array(node: Node, name: string): unknown[] {
    const { items } = node;
    if (Number(node.maxItems ?? 1) < 1 || typeof items !== 'object') return [];
    const length = Math.max(1, Number(node.minItems ?? 1));
    return Array.from({ length }, () => this.valueOf(items, name.replace(/s$/, '')));
  }

  #string({ pattern, format, minLength, maxLength }: Node): string {
    const { text, number } = this.#attack;
    if (format === 'uuid') return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    if (format === 'email') return `a${number}@example.com`;
    if (format === 'date') return '2026-11-23';
    if (format === 'uri' || format === 'url') return 'https://shop.example/x';
    if (typeof pattern === 'string') return this.#likePattern(new RegExp(pattern));
    const marked = `${text}${number}`;
    const most = Number(maxLength ?? marked.length);
    return marked.slice(0, most).padEnd(Number(minLength ?? 0), 'x');
  }

  #likePattern(pattern: RegExp): string {
    const { text, number, inKeys = false } = this.#attack;
    const [like = ''] = fc.sample(fc.stringMatching(pattern), { seed: number, numRuns: 1 });
    const program = inKeys ? longestLike(pattern, text) : null;
    return program ?? like;
  }
}

/** As much of a program as a pattern lets through; null: nothing that would be one. */
export function longestLike(pattern: RegExp, program: string): string | null {
  for (const text of [program, program.replace(/[^!-{}~]/g, '')]) {
    for (let length = text.length; length >= 4; length -= 1) {
      if (pattern.test(text.slice(0, length))) return text.slice(0, length);
    }
  }
  return null;
}
