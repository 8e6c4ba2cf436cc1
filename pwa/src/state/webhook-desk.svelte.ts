import type { z } from 'zod';
import {
  type MakeWebhook,
  type NewWebhook,
  newWebhookSchema,
  type WebhookList,
  type WebhookMessages,
  webhookAnswerSchema,
  webhookListSchema,
  webhookMessagesSchema,
} from '#schemas/api/webhooks.ts';
import { Live, office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import { type PaperAsk, Saying } from './paper-desk.svelte.ts';
import { ownSupplies } from './supplies.svelte.ts';

/** Where other systems are told what happens; `ask` goes on after `…/webhooks`. */
export class WebhookDesk {
  readonly #ask: PaperAsk;
  readonly #saying = new Saying(() => this.#refresh());
  readonly live: Live<WebhookList>;
  /** Of the address that is open. */
  readonly messages: Live<WebhookMessages>;
  #made = $state.raw<NewWebhook | null>(null);
  #openId = $state<string | null>(null);
  isMaking = $state(false);

  constructor(ask: PaperAsk) {
    this.#ask = ask;
    this.live = new Live(() => ask('', webhookListSchema));
    this.messages = new Live(() => ask(`/${this.#openId}/messages`, webhookMessagesSchema));
  }

  get failure(): ApiFailure['code'] | null {
    return this.#saying.failure;
  }
  get isBusy(): boolean {
    return this.#saying.isBusy;
  }
  /** Its secret is shown this once. */
  get made(): NewWebhook | null {
    return this.#made;
  }
  get openId(): string | null {
    return this.#openId;
  }

  async make(wanted: MakeWebhook): Promise<void> {
    await this.#saying.say(async () => {
      const answer = await this.#ask('', newWebhookSchema, { method: 'POST', body: wanted });
      if (answer.ok) {
        this.isMaking = false;
        this.#made = answer.value;
      }
      return answer;
    });
  }

  forget(): void {
    this.#made = null;
  }

  async open(webhookId: string | null): Promise<void> {
    this.#openId = webhookId;
    if (webhookId !== null) await this.messages.refresh();
  }

  end(webhookId: string): Promise<boolean> {
    return this.#post(`/${webhookId}/end`);
  }
  try(webhookId: string): Promise<boolean> {
    return this.#post(`/${webhookId}/test`);
  }
  sendAgain(messageId: string): Promise<boolean> {
    return this.#post(`/${this.#openId}/messages/${messageId}/again`);
  }

  #post(path: string, schema: z.ZodType = webhookAnswerSchema): Promise<boolean> {
    return this.#saying.say(() => this.#ask(path, schema, { method: 'POST', body: {} }));
  }

  async #refresh(): Promise<void> {
    await this.live.refresh();
    if (this.#openId !== null) await this.messages.refresh();
  }
}

export function chainWebhooks(): WebhookDesk {
  return new WebhookDesk((path, schema, call) => office.askChain(`webhooks${path}`, schema, call));
}

export function supplierWebhooks(): WebhookDesk {
  return new WebhookDesk((path, schema, call) => ownSupplies.ask(`/webhooks${path}`, schema, call));
}
