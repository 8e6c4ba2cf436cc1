CREATE TABLE "carton_number" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shipment" (
	"store_id" text NOT NULL,
	"order_id" text NOT NULL,
	"shipment_id" text NOT NULL,
	"number" integer NOT NULL,
	"phase" text NOT NULL,
	"version" integer NOT NULL,
	"packing" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "shipment_store_id_order_id_shipment_id_pk" PRIMARY KEY("store_id","order_id","shipment_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "shipment_number" ON "shipment" USING btree ("store_id","order_id","number");