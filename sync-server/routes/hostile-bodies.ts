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

/** `text` goes into every field that takes any text; `number` makes it another each time, and chooses among what a field may be. */
export type Attack = { text: string; number: number };
/** What fields are called that name something: a thing that is there. */
export type Known = Readonly<Record<string, unknown>>;

/** A body (or query) that the schema accepts as far as JSON Schema can tell. */
export function hostileBody(schema: z.ZodType, attack: Attack, known: Known): unknown {
  const options = { io: 'input', unrepresentable: 'any', reused: 'inline' } as const;
  const root = z.toJSONSchema(schema, options) as Node;
  return new Maker(root, attack, known).valueOf(root, '');
}

/** How many fields of a schema take any text. */
export function countTexts(schema: z.ZodType): number {
  const marker = '\u0001';
  const made = JSON.stringify(hostileBody(schema, { text: marker, number: 0 }, {}) ?? null);
  return made.split(JSON.stringify(marker).slice(1, -1)).length - 1;
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
    const node = this.#resolved(given);
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
    const saying = choices.filter((choice) => this.#resolved(choice).type !== 'null');
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
    if (typeof pattern === 'string') return likePattern(pattern, number);
    const marked = `${text}${number}`;
    const most = Number(maxLength ?? marked.length);
    return marked.slice(0, most).padEnd(Number(minLength ?? 0), 'x');
  }

  #resolved(node: Node): Node {
    const { $ref } = node;
    if (typeof $ref !== 'string') return node;
    const path = $ref.split('/').slice(1);
    return path.reduce((at: Json, part) => at[part] as Json, this.#root) as Node;
  }
}

/** A text of that pattern: no program fits into it. */
function likePattern(pattern: string, seed: number): string {
  const [made = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { seed, numRuns: 1 });
  return made;
}
