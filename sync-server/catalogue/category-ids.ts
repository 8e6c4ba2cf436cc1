import { createHash } from 'node:crypto';
import type { Names } from '#schemas/text.ts';
import type { ProductRow } from './product-row.ts';

export type Category = { categoryId: string; names: Names };

/** As many as a store's configuration holds. */
export const maxCategories = 2_000;

/** Finds the category that a row means by its id or its name in any language, whatever the case; makes it when there is none. */
export class CategoryIds {
  readonly #byName = new Map<string, Category>();
  /** `id language` that a row of this file has said: the first one decides. */
  readonly #said = new Set<string>();
  readonly #changed = new Set<Category>();
  #count = 0;

  constructor(existing: readonly Category[]) {
    for (const { categoryId, names } of existing) this.#remember({ categoryId, names: { ...names } });
  }

  idOf(row: Pick<ProductRow, 'category' | 'categoryZhHans' | 'categoryZhHant'>): string | null {
    if (row.category === null) return null;
    const category = this.#byName.get(fold(row.category)) ?? this.#make(row.category);
    this.#translate(category, 'zh-Hans', row.categoryZhHans);
    this.#translate(category, 'zh-Hant', row.categoryZhHant);
    return category.categoryId;
  }

  /** Categories that are new or got another name. */
  changed(): Category[] {
    return [...this.#changed];
  }

  count(): number {
    return this.#count;
  }

  #remember(category: Category): void {
    this.#count += 1;
    const { en, 'zh-Hans': hans = en, 'zh-Hant': hant = en } = category.names;
    for (const name of [category.categoryId, en, hans, hant]) this.#byName.set(fold(name), category);
  }

  #make(name: string): Category {
    const slug = fold(name)
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 32)
      .replace(/^-|-$/g, '');
    const isFree = slug !== '' && !this.#byName.has(slug);
    // A name without Latin letters has no slug; its digest is the same on every import.
    const digest = createHash('sha256').update(fold(name)).digest('hex').slice(0, 12);
    const category: Category = { categoryId: isFree ? slug : `c-${digest}`, names: { en: name } };
    this.#remember(category);
    this.#changed.add(category);
    return category;
  }

  #translate(category: Category, language: 'zh-Hans' | 'zh-Hant', name: string | null): void {
    const saying = `${category.categoryId} ${language}`;
    if (name === null || this.#said.has(saying)) return;
    this.#said.add(saying);
    if (category.names[language] === name) return;
    category.names[language] = name;
    this.#byName.set(fold(name), category);
    this.#changed.add(category);
  }
}

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
