import type { z } from 'zod';
import {
  type KeyList,
  type KeyReport,
  keyListSchema,
  type MakeKey,
  type NewKeyAnswer,
  newKeyAnswerSchema,
  revokeKeyAnswerSchema,
} from '#schemas/api/keys.ts';
import type { Result } from '#schemas/result.ts';
import { Live, office } from './office.svelte.ts';
import type { ApiCall, ApiFailure } from './office-api.ts';
import { ownSupplies } from './supplies.svelte.ts';

/** How keys are asked about; `path` goes on after `keys`. */
type AskKeys = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  call?: ApiCall,
) => Promise<Result<z.infer<Schema>, ApiFailure>>;

/** Other systems' keys on screen: the list, and which dialog is open. */
export class KeyDesk {
  readonly #ask: AskKeys;
  /** Keys of one supplier, whose place is the path's. */
  readonly isOfSupplier: boolean;
  readonly live: Live<KeyList>;
  #failure = $state<ApiFailure['code'] | null>(null);
  #made = $state.raw<NewKeyAnswer | null>(null);
  isMaking = $state(false);
  rotating = $state.raw<KeyReport | null>(null);
  revoking = $state.raw<KeyReport | null>(null);

  constructor(ask: AskKeys, isOfSupplier: boolean) {
    this.#ask = ask;
    this.isOfSupplier = isOfSupplier;
    this.live = new Live(() => ask('', keyListSchema));
  }

  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  /** Shown this once. */
  get made(): NewKeyAnswer | null {
    return this.#made;
  }

  /** What could not be done; null: the key is shown. */
  async make(wanted: MakeKey): Promise<ApiFailure['code'] | null> {
    const { scopeType, scopeId, ...rest } = wanted;
    const body = this.isOfSupplier ? rest : wanted;
    const answer = await this.#ask('', newKeyAnswerSchema, { method: 'POST', body });
    if (!answer.ok) return answer.error.code;
    this.#show(answer.value);
    return null;
  }

  async rotate(endOldNow: boolean): Promise<void> {
    const key = this.rotating;
    this.rotating = null;
    if (key === null) return;
    const call = { method: 'POST' as const, body: { endOldNow } };
    const answer = await this.#ask(`/${key.keyId}/rotate`, newKeyAnswerSchema, call);
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) this.#show(answer.value);
  }

  async revoke(): Promise<void> {
    const key = this.revoking;
    this.revoking = null;
    if (key === null) return;
    const answer = await this.#ask(`/${key.keyId}/revoke`, revokeKeyAnswerSchema, { method: 'POST', body: {} });
    this.#failure = answer.ok ? null : answer.error.code;
    await this.live.refresh();
  }

  /** The shown key is gone for good. */
  forget(): void {
    this.#made = null;
  }

  #show(made: NewKeyAnswer): void {
    this.isMaking = false;
    this.#made = made;
    void this.live.refresh();
  }
}

/** Keys of the chain, in the back office. */
export function chainKeys(): KeyDesk {
  return new KeyDesk((path, schema, call) => office.askChain(`keys${path}`, schema, call), false);
}

/** Keys of the supplier on screen. */
export function supplierKeys(): KeyDesk {
  return new KeyDesk((path, schema, call) => ownSupplies.ask(`/keys${path}`, schema, call), true);
}
