ALTER TABLE "store_counter" ADD COLUMN "approvals_from_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "approval_request" ADD COLUMN "decided_after_seq" bigint;--> statement-breakpoint
ALTER TABLE "approval_request" ADD COLUMN "used_by_entry_id" text;--> statement-breakpoint
ALTER TABLE "operator" ADD COLUMN "pin_set_by" text;--> statement-breakpoint
ALTER TABLE "operator" ADD COLUMN "pin_set_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "operator" ADD COLUMN "badge_set_by" text;--> statement-breakpoint
ALTER TABLE "operator" ADD COLUMN "badge_set_at_ms" bigint;--> statement-breakpoint
CREATE INDEX "audit_entry_of_subject" ON "audit_entry" USING btree ("merchant_id","subject_id","audit_id");--> statement-breakpoint
CREATE INDEX "audit_entry_of_store" ON "audit_entry" USING btree ("merchant_id","store_id","audit_id");--> statement-breakpoint
CREATE INDEX "audit_entry_of_actor" ON "audit_entry" USING btree ("merchant_id","actor_id","audit_id");--> statement-breakpoint
CREATE INDEX "audit_entry_of_action" ON "audit_entry" USING btree ("merchant_id","action","audit_id");--> statement-breakpoint
UPDATE "store_counter" SET "approvals_from_seq" = "journal_seq";
