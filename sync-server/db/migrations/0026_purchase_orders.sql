CREATE TABLE "purchase_order" (
	"store_id" text NOT NULL,
	"order_id" text NOT NULL,
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"number" integer NOT NULL,
	"phase" text NOT NULL,
	"state" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "purchase_order_store_id_order_id_pk" PRIMARY KEY("store_id","order_id")
);
--> statement-breakpoint
CREATE TABLE "purchase_order_message" (
	"store_id" text NOT NULL,
	"order_id" text NOT NULL,
	"message_number" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"line_number" integer,
	"text" text NOT NULL,
	CONSTRAINT "purchase_order_message_store_id_order_id_message_number_pk" PRIMARY KEY("store_id","order_id","message_number")
);
--> statement-breakpoint
CREATE TABLE "purchase_order_step" (
	"store_id" text NOT NULL,
	"order_id" text NOT NULL,
	"version" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "purchase_order_step_store_id_order_id_version_pk" PRIMARY KEY("store_id","order_id","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "purchase_order_number" ON "purchase_order" USING btree ("store_id","number");--> statement-breakpoint
CREATE INDEX "purchase_order_changed" ON "purchase_order" USING btree ("store_id","changed_at_ms");--> statement-breakpoint
CREATE INDEX "purchase_order_supplier" ON "purchase_order" USING btree ("merchant_id","supplier_id","changed_at_ms");--> statement-breakpoint
CREATE INDEX "delivery_order" ON "delivery" USING btree ("store_id",(row -> 'source' ->> 'orderId'));