import { Hono } from 'hono';
import type { UnsentLinks } from '#schemas/api/password-reset.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { unsentLinks } from '../auth/unsent-links.ts';
import type { PersonActor } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';

/** `GET /api/unsent-links` (schemas/api/password-reset.ts). Each link takes its own rights; who has none sees no link. */
export function unsentLinkRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.requirePerson(), async (c) =>
    c.json<UnsentLinks>(await unsentLinks(context, c.get('actor') as PersonActor)),
  );
}
