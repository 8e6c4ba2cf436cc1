CREATE TABLE "carton" (
	"store_id" text NOT NULL,
	"sscc" text NOT NULL,
	"delivery_id" text NOT NULL,
	"row" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "carton_store_id_sscc_delivery_id_pk" PRIMARY KEY("store_id","sscc","delivery_id")
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"store_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"from_store_id" text,
	"from_entry_id" text,
	"announced_at_ms" bigint NOT NULL,
	"row" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "delivery_store_id_delivery_id_pk" PRIMARY KEY("store_id","delivery_id")
);
--> statement-breakpoint
CREATE TABLE "in_store_codes" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"patterns" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "item_page" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"done_at_ms" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at_ms" bigint DEFAULT 0 NOT NULL,
	"trouble" text,
	CONSTRAINT "outbox_store_id_entry_id_pk" PRIMARY KEY("store_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "place" (
	"store_id" text NOT NULL,
	"place_id" text NOT NULL,
	"names" jsonb NOT NULL,
	"kind" text NOT NULL,
	"closed_at_ms" bigint,
	CONSTRAINT "place_store_id_place_id_pk" PRIMARY KEY("store_id","place_id")
);
--> statement-breakpoint
CREATE TABLE "print_job" (
	"store_id" text NOT NULL,
	"job_id" text NOT NULL,
	"printer_id" text NOT NULL,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"format" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"total" integer NOT NULL,
	"printed" integer DEFAULT 0 NOT NULL,
	"in_flight" integer DEFAULT 0 NOT NULL,
	"reprint_of" text,
	"trouble" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at_ms" bigint DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "print_job_store_id_job_id_pk" PRIMARY KEY("store_id","job_id")
);
--> statement-breakpoint
CREATE TABLE "printer" (
	"store_id" text NOT NULL,
	"printer_id" text NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"dpi" integer NOT NULL,
	"deleted_at_ms" bigint,
	CONSTRAINT "printer_store_id_printer_id_pk" PRIMARY KEY("store_id","printer_id")
);
--> statement-breakpoint
CREATE TABLE "recall" (
	"merchant_id" text NOT NULL,
	"recall_id" text NOT NULL,
	"title" text NOT NULL,
	"advice" text NOT NULL,
	"gtins" jsonb NOT NULL,
	"batches" jsonb NOT NULL,
	"units" jsonb NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"opened_by" text NOT NULL,
	"ended_at_ms" bigint,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "recall_merchant_id_recall_id_pk" PRIMARY KEY("merchant_id","recall_id")
);
--> statement-breakpoint
CREATE TABLE "receipt" (
	"store_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"row" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "receipt_store_id_delivery_id_entry_id_pk" PRIMARY KEY("store_id","delivery_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "sku_story" (
	"merchant_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"story" jsonb,
	"origin" jsonb,
	CONSTRAINT "sku_story_merchant_id_sku_id_pk" PRIMARY KEY("merchant_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "transfer" (
	"store_id" text NOT NULL,
	"transfer_id" text NOT NULL,
	"to_store_id" text NOT NULL,
	"sent_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "transfer_store_id_transfer_id_pk" PRIMARY KEY("store_id","transfer_id")
);
--> statement-breakpoint
CREATE TABLE "transfer_delivery" (
	"store_id" text NOT NULL,
	"transfer_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "transfer_delivery_store_id_transfer_id_entry_id_pk" PRIMARY KEY("store_id","transfer_id","entry_id")
);
--> statement-breakpoint
ALTER TABLE "unit" ADD COLUMN "batch" text;--> statement-breakpoint
ALTER TABLE "unit" ADD COLUMN "expires_on" text;--> statement-breakpoint
ALTER TABLE "unit_step" ADD COLUMN "batch" text;--> statement-breakpoint
ALTER TABLE "unit_step" ADD COLUMN "expires_on" text;--> statement-breakpoint
ALTER TABLE "unit_step" ADD COLUMN "on_day" text;--> statement-breakpoint
CREATE INDEX "carton_revision" ON "carton" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "carton_delivery" ON "carton" USING btree ("store_id","delivery_id");--> statement-breakpoint
CREATE INDEX "delivery_revision" ON "delivery" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "delivery_source" ON "delivery" USING btree ("store_id","from_store_id","from_entry_id");--> statement-breakpoint
CREATE INDEX "outbox_open" ON "outbox" USING btree ("done_at_ms","next_try_at_ms");--> statement-breakpoint
CREATE INDEX "print_job_printer" ON "print_job" USING btree ("store_id","printer_id","created_at_ms");--> statement-breakpoint
CREATE INDEX "recall_revision" ON "recall" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "receipt_revision" ON "receipt" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "unit_batch" ON "unit" USING btree ("store_id","batch") WHERE "unit"."batch" is not null;