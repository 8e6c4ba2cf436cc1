CREATE TABLE "supplier" (
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"name" text NOT NULL,
	"gln" text,
	"added_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	"revision" bigint NOT NULL,
	CONSTRAINT "supplier_merchant_id_supplier_id_pk" PRIMARY KEY("merchant_id","supplier_id")
);
--> statement-breakpoint
CREATE INDEX "supplier_revision" ON "supplier" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "delivery_supplier" ON "delivery" USING btree ("store_id",(row -> 'source' ->> 'supplierId'),"announced_at_ms");