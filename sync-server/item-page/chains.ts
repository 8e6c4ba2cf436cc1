import type { ServerContext } from '../context.ts';

/** A chain as its pages need it. Money and calendar are those of its first store. */
export type PageChain = {
  merchantId: string;
  name: string;
  /** Without a slash at the end. */
  domain: string;
  storeIds: string[];
  currency: string;
  timeZone: string;
};

/** A new chain or store is seen this much later. */
const believedMs = 2_000;

/** Which chain a request is about: the only one there is, else the one whose domain was asked. */
export class PageChains {
  readonly #context: ServerContext;
  #chains: Promise<PageChain[]> | null = null;
  #readAtMs = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** `host` as the request names it, with its port. Null: no chain with a store answers there. */
  async of(host: string): Promise<PageChain | null> {
    const chains = await this.#all();
    if (chains.length <= 1) return chains[0] ?? null;
    const asked = host.toLowerCase().replace(/:(?:80|443)$/, '');
    return chains.find(({ domain }) => hostOf(domain) === asked) ?? null;
  }

  #all(): Promise<PageChain[]> {
    const nowMs = this.#context.nowMs();
    if (this.#chains === null || Math.abs(nowMs - this.#readAtMs) > believedMs) {
      const reading = this.#read();
      this.#readAtMs = nowMs;
      this.#chains = reading;
      // The next request asks again; whoever waits for this one hears why it failed.
      reading.catch(() => {
        if (this.#chains === reading) this.#chains = null;
      });
    }
    return this.#chains;
  }

  async #read(): Promise<PageChain[]> {
    const { rows } = await this.#context.database.pool.query<PageChain>({
      name: 'item-page-chains',
      text: `select m.merchant_id as "merchantId", m.name, rtrim(m.digital_link_domain, '/') as domain,
                    array_agg(s.store_id order by s.created_at_ms, s.store_id) as "storeIds",
                    (array_agg(s.currency order by s.created_at_ms, s.store_id))[1] as currency,
                    (array_agg(s.time_zone order by s.created_at_ms, s.store_id))[1] as "timeZone"
               from merchant m join store s using (merchant_id)
              group by m.merchant_id order by m.merchant_id`,
    });
    return rows;
  }
}

function hostOf(domain: string): string {
  return URL.canParse(domain) ? new URL(domain).host : domain.toLowerCase();
}
