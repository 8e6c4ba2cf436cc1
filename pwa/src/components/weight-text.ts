/** `0.425 kg`: to the gram, as it is sold. */
export function weightText(grams: number, locale: string): string {
  const unit = { style: 'unit', unit: 'kilogram', minimumFractionDigits: 3, maximumFractionDigits: 3 } as const;
  return new Intl.NumberFormat(locale, unit).format(grams / 1_000);
}
