import type { PaymentTerminal } from '#schemas/payment/payment-terminal.ts';

/** What this till takes cards and wallets by. `stand-alone`: a terminal that the clerk types into, and types off. */
export const terminalKinds = ['none', 'stand-alone', 'simulator'] as const;
export type TerminalKind = (typeof terminalKinds)[number];

const choiceKey = 'onecode-payment-terminal';

export type Terminals = Partial<Record<TerminalKind, PaymentTerminal>>;

export class TerminalChoice {
  readonly #storage: Storage;
  readonly #terminals: Terminals;
  #kind = $state<TerminalKind>('stand-alone');

  constructor(storage: Storage, terminals: Terminals) {
    this.#storage = storage;
    this.#terminals = terminals;
    const kept = terminalKinds.find((kind) => kind === storage.getItem(choiceKey));
    this.#kind = kept ?? 'stand-alone';
  }

  get kind(): TerminalKind {
    return this.#kind;
  }
  set kind(kind: TerminalKind) {
    this.#kind = kind;
    this.#storage.setItem(choiceKey, kind);
  }

  /** What is asked; null where a person does it, or nobody. */
  get terminal(): PaymentTerminal | null {
    return this.#terminals[this.#kind] ?? null;
  }

  /** What a payment was sent to, though the till may have another one by now. */
  ofProvider(provider: string): PaymentTerminal | null {
    return Object.values(this.#terminals).find((terminal) => terminal.provider === provider) ?? null;
  }
}
