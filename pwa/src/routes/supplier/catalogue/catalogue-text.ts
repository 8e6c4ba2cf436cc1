import { m } from '#pwa/paraglide/messages.js';
import type { CatalogueAnswer, CatalogueColumn } from '#schemas/api/supplier-catalogue.ts';

type Problem = CatalogueAnswer['problems'][number];

const problems: Readonly<Record<string, (detail: string) => string>> = {
  'too-few-cells': (count) => m.catalogue_too_few_cells({ count }),
  'too-many-cells': (count) => m.catalogue_too_many_cells({ count }),
  'quote-not-closed': () => m.catalogue_quote_open(),
  'record-too-long': () => m.catalogue_row_long(),
  'unreadable-character': () => m.catalogue_unreadable(),
  'article-format': () => m.catalogue_article_wrong(),
  'article-twice': (line) => m.catalogue_article_twice({ line }),
  'name-missing': () => m.catalogue_name_missing(),
  'gtin-wrong': () => m.catalogue_gtin_wrong(),
  'gtin-rounded': () => m.catalogue_gtin_rounded(),
  'pack-format': () => m.catalogue_pack_wrong(),
  'cost-format': () => m.catalogue_cost_wrong(),
  'currency-unknown': (currencies) => m.catalogue_currency_wrong({ currencies }),
  formula: () => m.catalogue_formula(),
};

/** Why a row cannot be taken, and what to do. */
export function catalogueProblemText({ code, detail = '' }: Problem): string {
  return problems[code]?.(detail) ?? code;
}

export function catalogueFailureText({ code, columns }: NonNullable<CatalogueAnswer['failure']>): string {
  const named = columns.join(', ');
  if (code === 'column-missing') return m.catalogue_column_missing({ columns: named });
  if (code === 'column-twice') return m.catalogue_column_twice({ columns: named });
  if (code === 'encoding-unknown') return m.catalogue_encoding();
  return code === 'empty-file' ? m.catalogue_empty_file() : m.catalogue_too_many_rows();
}

const columnTexts: Readonly<Record<CatalogueColumn, () => string>> = {
  article: m.catalogue_article,
  name: m.catalogue_name,
  gtin: m.catalogue_gtin,
  pack_size: m.catalogue_pack,
  unit_cost: m.order_cost,
  currency: m.statement_currency,
};
export const columnText = (column: CatalogueColumn | null): string => (column === null ? '–' : columnTexts[column]());
