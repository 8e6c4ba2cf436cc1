ALTER TABLE "work_mark" ADD COLUMN "item" jsonb;--> statement-breakpoint
CREATE INDEX "exception_when" ON "exception" USING btree ("store_id","occurred_at_ms");--> statement-breakpoint
CREATE INDEX "unit_expiry" ON "unit" USING btree ("store_id","expires_on") WHERE expires_on is not null and state = 'in-stock';--> statement-breakpoint
CREATE INDEX "unit_step_goods" ON "unit_step" USING btree ("store_id","ordered_at_ms") WHERE type not in ('sold', 'returned', 'returned-damaged', 'moved', 'reserved', 'set-aside', 'commissioned', 'announced', 'delivered');--> statement-breakpoint
CREATE INDEX "count_line_when" ON "count_line" USING btree ("store_id","as_of_ms");--> statement-breakpoint
CREATE INDEX "stock_movement_goods" ON "stock_movement" USING btree ("store_id","ordered_at_ms") WHERE stock_column not in ('sold', 'returned');--> statement-breakpoint
CREATE INDEX "work_mark_done" ON "work_mark" USING btree ("store_id","done_at_ms") WHERE done_at_ms is not null;