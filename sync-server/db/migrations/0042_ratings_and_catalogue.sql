CREATE TABLE "supplier_article" (
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"article" text NOT NULL,
	"version" integer NOT NULL,
	"offered" jsonb,
	"taken" jsonb,
	"sku_id" text,
	"note" text NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "supplier_article_merchant_id_supplier_id_article_pk" PRIMARY KEY("merchant_id","supplier_id","article")
);
--> statement-breakpoint
CREATE TABLE "order_rating" (
	"store_id" text NOT NULL,
	"order_id" text NOT NULL,
	"side" text NOT NULL,
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"stars" integer NOT NULL,
	"note" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "order_rating_store_id_order_id_side_pk" PRIMARY KEY("store_id","order_id","side")
);
--> statement-breakpoint
CREATE INDEX "supplier_article_waiting" ON "supplier_article" USING btree ("merchant_id","supplier_id","article") WHERE "supplier_article"."offered" is not null;--> statement-breakpoint
CREATE INDEX "order_rating_supplier" ON "order_rating" USING btree ("merchant_id","supplier_id");