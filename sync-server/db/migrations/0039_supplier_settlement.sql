CREATE TABLE "reorder_rule" (
	"store_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"supplier_id" text,
	"minimum" integer NOT NULL,
	"pack_size" integer NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "reorder_rule_store_id_sku_id_pk" PRIMARY KEY("store_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "sent_back" (
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"return_id" text,
	"sent_at_ms" bigint NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "sent_back_store_id_entry_id_pk" PRIMARY KEY("store_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "supplier_return" (
	"store_id" text NOT NULL,
	"return_id" text NOT NULL,
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"number" integer NOT NULL,
	"state" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "supplier_return_store_id_return_id_pk" PRIMARY KEY("store_id","return_id")
);
--> statement-breakpoint
CREATE TABLE "supplier_return_step" (
	"store_id" text NOT NULL,
	"return_id" text NOT NULL,
	"version" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "supplier_return_step_store_id_return_id_version_pk" PRIMARY KEY("store_id","return_id","version")
);
--> statement-breakpoint
CREATE TABLE "supplier_statement" (
	"merchant_id" text NOT NULL,
	"statement_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"number" integer NOT NULL,
	"phase" text NOT NULL,
	"state" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "supplier_statement_merchant_id_statement_id_pk" PRIMARY KEY("merchant_id","statement_id")
);
--> statement-breakpoint
CREATE TABLE "supplier_statement_line" (
	"merchant_id" text NOT NULL,
	"statement_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"kind" text NOT NULL,
	"store_id" text NOT NULL,
	"paper_id" text NOT NULL,
	"order_id" text,
	"sku_id" text NOT NULL,
	"condition" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_cost_minor" bigint,
	"on_day" text NOT NULL,
	CONSTRAINT "supplier_statement_line_merchant_id_statement_id_line_number_pk" PRIMARY KEY("merchant_id","statement_id","line_number")
);
--> statement-breakpoint
CREATE TABLE "supplier_statement_message" (
	"merchant_id" text NOT NULL,
	"statement_id" text NOT NULL,
	"message_number" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"line_number" integer,
	"text" text NOT NULL,
	CONSTRAINT "supplier_statement_message_merchant_id_statement_id_message_number_pk" PRIMARY KEY("merchant_id","statement_id","message_number")
);
--> statement-breakpoint
CREATE TABLE "supplier_statement_source" (
	"merchant_id" text NOT NULL,
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"statement_id" text NOT NULL,
	CONSTRAINT "supplier_statement_source_merchant_id_store_id_entry_id_pk" PRIMARY KEY("merchant_id","store_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "supplier_statement_step" (
	"merchant_id" text NOT NULL,
	"statement_id" text NOT NULL,
	"version" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "supplier_statement_step_merchant_id_statement_id_version_pk" PRIMARY KEY("merchant_id","statement_id","version")
);
--> statement-breakpoint
CREATE INDEX "sent_back_supplier" ON "sent_back" USING btree ("store_id","supplier_id","sent_at_ms");--> statement-breakpoint
CREATE INDEX "sent_back_return" ON "sent_back" USING btree ("store_id","return_id");--> statement-breakpoint
CREATE UNIQUE INDEX "supplier_return_number" ON "supplier_return" USING btree ("store_id","number");--> statement-breakpoint
CREATE INDEX "supplier_return_changed" ON "supplier_return" USING btree ("store_id","changed_at_ms");--> statement-breakpoint
CREATE INDEX "supplier_return_supplier" ON "supplier_return" USING btree ("merchant_id","supplier_id","changed_at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "supplier_statement_number" ON "supplier_statement" USING btree ("merchant_id","supplier_id","number");--> statement-breakpoint
CREATE INDEX "supplier_statement_changed" ON "supplier_statement" USING btree ("merchant_id","supplier_id","changed_at_ms");--> statement-breakpoint
CREATE INDEX "supplier_statement_source_of" ON "supplier_statement_source" USING btree ("merchant_id","statement_id");