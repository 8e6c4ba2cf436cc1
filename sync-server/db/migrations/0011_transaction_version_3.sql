CREATE TABLE "applied_promotion" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"promotion_id" text NOT NULL,
	"coupon_id" text,
	"times" integer NOT NULL,
	"discount_minor" bigint NOT NULL,
	CONSTRAINT "applied_promotion_store_id_till_number_sequence_promotion_id_pk" PRIMARY KEY("store_id","till_number","sequence","promotion_id")
);
--> statement-breakpoint
ALTER TABLE "line_item" ALTER COLUMN "sku_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "grams" integer;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "list_price_minor" bigint;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "online_price_minor" bigint;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "online_since_ms" bigint;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "discount_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "returned_entry_id" text;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "returned_line_number" integer;--> statement-breakpoint
ALTER TABLE "retail_transaction" ADD COLUMN "voids_entry_id" text;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "reference" text;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "payment_id" text;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "is_offline" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "applied_promotion_id" ON "applied_promotion" USING btree ("store_id","promotion_id");--> statement-breakpoint
CREATE INDEX "applied_promotion_coupon" ON "applied_promotion" USING btree ("store_id","coupon_id") WHERE coupon_id is not null;--> statement-breakpoint
CREATE INDEX "line_item_returned" ON "line_item" USING btree ("store_id","returned_entry_id","returned_line_number") WHERE returned_entry_id is not null;--> statement-breakpoint
CREATE INDEX "tender_payment" ON "tender" USING btree ("store_id","payment_id") WHERE payment_id is not null;