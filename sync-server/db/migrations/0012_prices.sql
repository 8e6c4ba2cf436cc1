CREATE TABLE "price_entry" (
	"merchant_id" text NOT NULL,
	"price_list_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"min_quantity" integer NOT NULL,
	"valid_from_ms" bigint NOT NULL,
	"valid_until_ms" bigint,
	"price_minor" bigint NOT NULL,
	"confirmed_at_ms" bigint,
	CONSTRAINT "price_entry_pk" PRIMARY KEY("merchant_id","price_list_id","sku_id","min_quantity","valid_from_ms")
);
--> statement-breakpoint
CREATE TABLE "price_feed" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"store_id" text NOT NULL,
	"feed" jsonb NOT NULL,
	"next_try_at_ms" bigint NOT NULL,
	"last_tried_at_ms" bigint,
	"last_read_at_ms" bigint,
	"trouble" jsonb,
	"counts" jsonb
);
--> statement-breakpoint
CREATE TABLE "price_list" (
	"merchant_id" text NOT NULL,
	"price_list_id" text NOT NULL,
	"row" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "price_list_merchant_id_price_list_id_pk" PRIMARY KEY("merchant_id","price_list_id")
);
--> statement-breakpoint
CREATE TABLE "promotion" (
	"merchant_id" text NOT NULL,
	"promotion_id" text NOT NULL,
	"row" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "promotion_merchant_id_promotion_id_pk" PRIMARY KEY("merchant_id","promotion_id")
);
--> statement-breakpoint
CREATE TABLE "sku_price" (
	"merchant_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"row" jsonb NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "sku_price_merchant_id_sku_id_pk" PRIMARY KEY("merchant_id","sku_id")
);
--> statement-breakpoint
ALTER TABLE "price" ADD COLUMN "online_confirmed_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "price" ADD COLUMN "online_seen_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "pricing" jsonb;--> statement-breakpoint
CREATE INDEX "price_entry_sku" ON "price_entry" USING btree ("merchant_id","sku_id");--> statement-breakpoint
CREATE INDEX "price_list_revision" ON "price_list" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "promotion_revision" ON "promotion" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "sku_price_revision" ON "sku_price" USING btree ("merchant_id","revision");