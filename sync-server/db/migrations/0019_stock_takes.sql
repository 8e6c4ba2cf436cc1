CREATE TABLE "count_act" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"fact" jsonb NOT NULL,
	CONSTRAINT "count_act_store_id_count_id_entry_id_pk" PRIMARY KEY("store_id","count_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "count_batch" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"place_id" text NOT NULL,
	"pass" integer NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"first_at_ms" bigint NOT NULL,
	"last_at_ms" bigint NOT NULL,
	"pieces" integer NOT NULL,
	CONSTRAINT "count_batch_store_id_count_id_entry_id_pk" PRIMARY KEY("store_id","count_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "count_line" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"place_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"gtin14" text,
	"serial" text,
	"outcome" text,
	"counted" bigint,
	"expected" bigint,
	"as_of_ms" bigint NOT NULL,
	"reason" text NOT NULL,
	"value_minor" bigint,
	CONSTRAINT "count_line_store_id_count_id_entry_id_line_number_pk" PRIMARY KEY("store_id","count_id","entry_id","line_number")
);
--> statement-breakpoint
CREATE TABLE "count_quantity" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"place_id" text NOT NULL,
	"pass" integer NOT NULL,
	"sku_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"quantity" integer NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"how" text NOT NULL,
	CONSTRAINT "count_quantity_store_id_count_id_place_id_pass_sku_id_entry_id_line_number_pk" PRIMARY KEY("store_id","count_id","place_id","pass","sku_id","entry_id","line_number")
);
--> statement-breakpoint
CREATE TABLE "count_unit" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"gtin14" text NOT NULL,
	"serial" text NOT NULL,
	"entry_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"place_id" text NOT NULL,
	"pass" integer NOT NULL,
	"sku_id" text NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"how" text NOT NULL,
	"is_taken_back" boolean NOT NULL,
	CONSTRAINT "count_unit_store_id_count_id_gtin14_serial_entry_id_line_number_pk" PRIMARY KEY("store_id","count_id","gtin14","serial","entry_id","line_number")
);
--> statement-breakpoint
CREATE TABLE "count_unknown" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"place_id" text NOT NULL,
	"scanned" text NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	CONSTRAINT "count_unknown_store_id_count_id_entry_id_line_number_pk" PRIMARY KEY("store_id","count_id","entry_id","line_number")
);
--> statement-breakpoint
CREATE TABLE "stock_count" (
	"store_id" text NOT NULL,
	"count_id" text NOT NULL,
	"state" text NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"row" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "stock_count_store_id_count_id_pk" PRIMARY KEY("store_id","count_id")
);
--> statement-breakpoint
CREATE TABLE "stock_movement" (
	"store_id" text NOT NULL,
	"place_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"entry_id" text NOT NULL,
	"effect_number" integer NOT NULL,
	"stock_column" text NOT NULL,
	"quantity" bigint NOT NULL,
	CONSTRAINT "stock_movement_store_id_place_id_sku_id_ordered_at_ms_entry_id_effect_number_pk" PRIMARY KEY("store_id","place_id","sku_id","ordered_at_ms","entry_id","effect_number")
);
--> statement-breakpoint
ALTER TABLE "stock" ADD COLUMN "counted_at_ms" bigint;--> statement-breakpoint
CREATE INDEX "count_line_number" ON "count_line" USING btree ("store_id","place_id","sku_id","as_of_ms") WHERE counted is not null;--> statement-breakpoint
CREATE INDEX "count_unit_life" ON "count_unit" USING btree ("store_id","gtin14","serial");--> statement-breakpoint
CREATE INDEX "stock_count_revision" ON "stock_count" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "stock_count_opened" ON "stock_count" USING btree ("store_id","opened_at_ms","count_id");
--> statement-breakpoint
-- What is on hand of pieces without item codes when the ledger begins: before every count there will be.
INSERT INTO "stock_movement" ("store_id","place_id","sku_id","ordered_at_ms","entry_id","effect_number","stock_column","quantity")
SELECT s.store_id, s.place_id, s.sku_id, 0, '', 0, 'adjusted',
       s.received + s.returned + s.moved_in - s.sold - s.moved_out + s.adjusted - coalesce(u.units, 0)
  FROM stock s
  LEFT JOIN (SELECT store_id, place_id, sku_id, count(*) AS units FROM unit
              WHERE state IN ('in-stock', 'reserved', 'set-aside') GROUP BY 1, 2, 3) u USING (store_id, place_id, sku_id)
 WHERE s.received + s.returned + s.moved_in - s.sold - s.moved_out + s.adjusted <> coalesce(u.units, 0);
