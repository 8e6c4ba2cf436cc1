import { staffListSchema } from '#schemas/api/staff.ts';
import type { Office } from './office.svelte.ts';

/** Who can be asked to count: the people of the store. Without the right to see them, nobody is offered. */
export class CountPeople {
  readonly #office: Pick<Office, 'ask' | 'may'>;
  #choices = $state.raw<readonly { value: string; text: string }[]>([]);

  constructor(office: Pick<Office, 'ask' | 'may'>) {
    this.#office = office;
  }

  get choices(): readonly { value: string; text: string }[] {
    return this.#choices;
  }

  async load(): Promise<void> {
    if (!this.#office.may('read-staff')) return;
    const answer = await this.#office.ask('staff?q=', staffListSchema);
    if (answer.ok)
      this.#choices = answer.value.people.map(({ operatorId, name }) => ({ value: operatorId, text: name }));
  }
}
