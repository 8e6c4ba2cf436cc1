import type { AnnounceAnswer } from '#schemas/api/deliveries.ts';
import {
  type ShipmentDetail,
  sentShipmentSchema,
  shipmentAnswerSchema,
  shipmentDetailSchema,
} from '#schemas/api/shipments.ts';
import type { Packing } from '#schemas/procurement/shipment.ts';
import type { ApiFailure } from './office-api.ts';
import type { PaperAsk } from './paper-desk.svelte.ts';
import { packScan, type ScanOutcome } from './shipment-packing.ts';

const pauseMs = 600;
/** After a failure that may pass. */
const againMs = 4_000;

/** One shipment being packed. Every change is saved a moment after it; codes that are missing come back with it. */
export class ShipmentDesk {
  readonly #ask: PaperAsk;
  readonly #pauseMs: number;
  #detail = $state.raw<ShipmentDetail | null>(null);
  #packing = $state.raw<Packing | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);
  #answer = $state.raw<AnnounceAnswer | null>(null);
  #told = $state.raw<ScanOutcome | null>(null);
  /** The carton that goods go into. */
  #at = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ask: PaperAsk, pause = pauseMs) {
    this.#ask = ask;
    this.#pauseMs = pause;
  }

  get detail(): ShipmentDetail | null {
    return this.#detail;
  }
  get packing(): Packing | null {
    return this.#packing;
  }
  get at(): number {
    return this.#at;
  }
  get told(): ScanOutcome | null {
    return this.#told;
  }
  /** Why it is not saved or sent. `conflict`: somebody else changed it, and theirs is what is shown. */
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  /** Labels and papers say what is saved. */
  get isSaved(): boolean {
    return this.#detail !== null && this.#packing === this.#detail.packing;
  }
  /** What the server says of it as a notice. */
  get answer(): AnnounceAnswer | null {
    return this.#answer;
  }
  get mayEdit(): boolean {
    return this.#detail?.phase === 'draft';
  }

  async load(): Promise<void> {
    const answer = await this.#ask('', shipmentDetailSchema);
    if (!answer.ok) this.#failure = answer.error.code;
    else this.#take(answer.value);
  }

  select(at: number): void {
    this.#at = at;
  }

  edit(change: (packing: Packing) => Packing): void {
    if (this.#packing === null || !this.mayEdit) return;
    const next = change(this.#packing);
    if (next === this.#packing) return;
    this.#packing = next;
    this.#answer = null;
    this.#failure = null;
    this.#saveIn(this.#pauseMs);
  }

  scan(raw: string): void {
    const { goods } = this.#detail ?? { goods: [] };
    this.edit((packing) => {
      const packed = packScan(packing, this.#at, goods, raw);
      this.#at = packed.at;
      this.#told = packed.outcome;
      return packed.packing;
    });
  }

  /** Everything that was changed is on the server when this is done, if it can be. One at a time. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    const turn = this.#turn.then(() => this.#save());
    this.#turn = turn;
    return turn;
  }

  async check(): Promise<void> {
    await this.save();
    await this.#send(true);
  }

  /** Answers whether the store is told now. */
  async send(): Promise<boolean> {
    await this.#send(false);
    await this.load();
    return this.#detail?.phase === 'sent';
  }

  async discard(): Promise<boolean> {
    await this.save();
    const body = { version: this.#detail?.version };
    const answer = await this.#ask('/discard', shipmentAnswerSchema, { method: 'POST', body });
    this.#failure = answer.ok ? null : answer.error.code;
    return answer.ok;
  }

  /** What is not saved yet is; nothing is asked any more then. */
  async leave(): Promise<void> {
    if (!this.isSaved) await this.save();
    clearTimeout(this.#timer);
  }

  #saveIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), ms);
  }

  async #save(): Promise<void> {
    const packing = this.#packing;
    if (this.isSaved || packing === null || !this.mayEdit) return;
    const body = { version: this.#detail?.version, packing };
    const answer = await this.#ask('', shipmentAnswerSchema, { method: 'PUT', body });
    if (!answer.ok) {
      const { code } = answer.error;
      this.#failure = code;
      if (code === 'conflict') await this.load();
      else if (code === 'offline' || code === 'busy') this.#saveIn(againMs);
      if (code === 'conflict') this.#failure = code;
      return;
    }
    const read = await this.#ask('', shipmentDetailSchema);
    if (!read.ok) this.#saveIn(againMs);
    else this.#take(read.value, packing);
  }

  /** What the server has; what was changed since `saved` was sent stays and is saved next. */
  #take(detail: ShipmentDetail, saved: Packing | null = this.#packing): void {
    const isCurrent = this.#packing === saved;
    this.#detail = detail;
    this.#failure = null;
    if (isCurrent) this.#packing = detail.packing;
    else this.#saveIn(this.#pauseMs);
    if (this.#at >= (this.#packing?.cartons.length ?? 0))
      this.#at = Math.max(0, (this.#packing?.cartons.length ?? 0) - 1);
  }

  async #send(preview: boolean): Promise<void> {
    const { version } = this.#detail ?? {};
    if (this.#isBusy || version === undefined || (!this.isSaved && this.mayEdit)) return;
    this.#isBusy = true;
    const answer = await this.#ask('/send', sentShipmentSchema, { method: 'POST', body: { version, preview } });
    this.#isBusy = false;
    if (answer.ok) this.#answer = answer.value;
    else {
      const refused = sentShipmentSchema.safeParse(answer.error.refused);
      this.#answer = refused.success ? refused.data : null;
      this.#failure = refused.success ? null : answer.error.code;
    }
  }
}
