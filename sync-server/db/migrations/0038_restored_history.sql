ALTER TABLE "merchant_counter" ADD COLUMN "told_from_revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "store_counter" ADD COLUMN "told_from_revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "store_counter" ADD COLUMN "office_from_sequence" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "store_counter" ADD COLUMN "tills_from_number" integer DEFAULT 1 NOT NULL;