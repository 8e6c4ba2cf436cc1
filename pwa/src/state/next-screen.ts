import { isTrainingEntry } from '#schemas/receipt/training-number.ts';
import type { TillPhase } from './till-state.svelte.ts';

export type Whereabouts = {
  path: string;
  phase: TillPhase;
  /** Selling is trained, and the drawer: all else is not there. */
  isTraining?: boolean;
  /** Catalogue, prices and search are on the tablet. */
  sellable: boolean;
  signedIn: boolean;
  /** The entry of the basket that was paid just before the tab died. */
  recoveredEntryId: string | null;
};

/** Screens that make sense before somebody has signed in: the till's state is shown to whoever has a problem. */
const withoutOperator = ['/sign-in', '/till'];
/** Stations on the way to selling: nobody stays there. */
const onTheWay = ['/', '/load', '/sign-in', '/pair'];

const trained = ['/sell', '/receipt', '/shift'];

/** Whether a page has the screen: a training has some of them, and its receipts went with it. */
function isThere(path: string, isTraining: boolean): boolean {
  if (isTraining) return trained.some((screen) => path.startsWith(screen));
  return !path.startsWith('/receipt/') || !isTrainingEntry(path.slice('/receipt/'.length));
}

/** Where the screen has to go from here, or null to stay. */
export function nextScreen(now: Whereabouts): string | null {
  const wanted = wantedScreen(now);
  return wanted === now.path ? null : wanted;
}

function wantedScreen({ path, phase, isTraining, sellable, signedIn, recoveredEntryId }: Whereabouts): string {
  switch (phase) {
    case 'starting':
    case 'elsewhere':
    case 'failed':
      return path;
    case 'unpaired':
      return '/pair';
    case 'open': {
      if (!sellable) return path === '/till' ? path : '/load';
      if (!signedIn) return withoutOperator.includes(path) ? path : '/sign-in';
      if (recoveredEntryId !== null) return `/receipt/${recoveredEntryId}`;
      return onTheWay.includes(path) || !isThere(path, isTraining === true) ? '/sell' : path;
    }
  }
}
