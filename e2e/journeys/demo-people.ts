import { demoStores } from '#sync-server/demo/demo-chain.ts';

/** Somebody of the demo's first store by their id. */
export function demoPerson(operatorId: string): { operatorId: string; name: string; pin: string } {
  const person = demoStores[0]?.operators.find((operator) => operator.operatorId === operatorId);
  if (!person) throw new Error(`${operatorId} works in the demo's first store`);
  return { operatorId, name: person.name, pin: person.pin };
}

const owner = demoStores.flatMap(({ operators }) => operators).find(({ role }) => role === 'owner');
if (!owner?.password) throw new Error('the demo has an owner with an account');
/** The owner's account, for the pages of the whole chain. */
export const asOwner = { username: owner.operatorId, password: owner.password };
