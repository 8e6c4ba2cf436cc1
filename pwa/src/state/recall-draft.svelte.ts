import {
  type RecallDeliveries,
  type RecallPreview,
  type RecallScope,
  recallAnswerSchema,
  recallDeliveriesSchema,
  recallPreviewSchema,
} from '#schemas/api/recalls.ts';
import { supplierChoicesSchema } from '#schemas/api/suppliers.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

export type RecallDelivery = RecallDeliveries['deliveries'][number];

/** One a line; also with commas, as numbers are pasted out of a letter. */
function itemsOf(text: string): string[] {
  return text
    .split(/[\n,;]+/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A recall that is being written: what it names, and what that would concern. */
export class RecallDraft {
  readonly fields = $state({ title: '', advice: '', gtins: '', batches: '', codes: '' });
  #deliveries = $state.raw<readonly RecallDelivery[]>([]);
  #preview = $state.raw<RecallPreview | null>(null);
  /** What the preview is of. */
  #previewed = $state('');
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  get deliveries(): readonly RecallDelivery[] {
    return this.#deliveries;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  get isEmpty(): boolean {
    const { gtins, batches, codes, deliveries } = this.#scope;
    return gtins.length + batches.length + deliveries.length === 0 && codes.every((code) => code.trim() === '');
  }
  /** Null once something has been changed. */
  get preview(): RecallPreview | null {
    return this.#previewed === JSON.stringify(this.#scope) ? this.#preview : null;
  }
  get canOpen(): boolean {
    return this.preview?.problemCount === 0 && this.fields.title.trim() !== '' && !this.#isBusy;
  }

  get #scope(): RecallScope {
    const { gtins, batches, codes } = this.fields;
    return {
      gtins: itemsOf(gtins),
      batches: itemsOf(batches),
      codes: codes.trim() === '' ? [] : codes.split(/\r?\n/),
      deliveries: this.#deliveries.map(({ storeId, deliveryId }) => ({ storeId, deliveryId })),
    };
  }

  addDelivery(delivery: RecallDelivery): void {
    this.#deliveries = [...this.#deliveries.filter((one) => !isSame(one, delivery)), delivery];
  }

  removeDelivery(delivery: RecallDelivery): void {
    this.#deliveries = this.#deliveries.filter((one) => !isSame(one, delivery));
  }

  async look(): Promise<void> {
    const scope = this.#scope;
    this.#isBusy = true;
    const answer = await office.askChain('recalls/preview', recallPreviewSchema, { method: 'POST', body: scope });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    this.#preview = answer.ok ? answer.value : null;
    this.#previewed = JSON.stringify(scope);
  }

  /** Answers the id of the first recall, or null when it was refused. */
  async open(): Promise<string | null> {
    const { title, advice } = this.fields;
    const body = { ...this.#scope, title: title.trim(), advice: advice.trim() };
    this.#isBusy = true;
    const answer = await office.askChain('recalls', recallAnswerSchema, { method: 'POST', body });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    return answer.ok ? (answer.value.recallIds[0] ?? null) : null;
  }
}

function isSame(a: RecallDelivery, b: RecallDelivery): boolean {
  return a.storeId === b.storeId && a.deliveryId === b.deliveryId;
}

/** Suppliers' deliveries by name or number, of all suppliers or of one of the list. */
export function findDeliveries({ text, supplierId }: { text: string; supplierId: string }) {
  const asked = new URLSearchParams({ q: text.trim(), ...(supplierId !== '' && { supplier: supplierId }) });
  return office.askChain(`recalls/deliveries?${asked}`, recallDeliveriesSchema);
}

/** All of the list, those that are ended too. */
export function findSuppliers() {
  return office.askChain('recalls/suppliers', supplierChoicesSchema);
}
