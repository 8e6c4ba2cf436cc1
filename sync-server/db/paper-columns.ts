import { bigint, integer, jsonb, text } from 'drizzle-orm/pg-core';
import type { OrderSide } from '#schemas/procurement/order.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** What one side said of a paper, a version a row; only added to. */
export const stepColumns = <Step>() => ({
  version: integer('version').notNull(),
  side: text('side').$type<OrderSide>().notNull(),
  actorId: text('actor_id').notNull(),
  atMs: ms('at_ms').notNull(),
  step: jsonb('step').$type<Step>().notNull(),
});

/** What one side wrote to the other, of a line or of all of it. */
export const messageColumns = () => ({
  messageNumber: integer('message_number').notNull(),
  side: text('side').$type<OrderSide>().notNull(),
  actorId: text('actor_id').notNull(),
  atMs: ms('at_ms').notNull(),
  lineNumber: integer('line_number'),
  text: text('text').notNull(),
});
