CREATE TABLE "category" (
	"merchant_id" text NOT NULL,
	"category_id" text NOT NULL,
	"names" jsonb NOT NULL,
	CONSTRAINT "category_merchant_id_category_id_pk" PRIMARY KEY("merchant_id","category_id")
);
--> statement-breakpoint
CREATE TABLE "gtin" (
	"merchant_id" text NOT NULL,
	"gtin14" text NOT NULL,
	"sku_id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "gtin_merchant_id_gtin14_pk" PRIMARY KEY("merchant_id","gtin14")
);
--> statement-breakpoint
CREATE TABLE "member" (
	"store_id" text NOT NULL,
	"member_id" text NOT NULL,
	"name" text NOT NULL,
	"phone" text,
	"code" text NOT NULL,
	"tier" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "member_store_id_member_id_pk" PRIMARY KEY("store_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "merchant" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"digital_link_domain" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "merchant_counter" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator" (
	"store_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"locale" text,
	"pin_salt" text NOT NULL,
	"pin_iterations" integer NOT NULL,
	"pin_hash" text NOT NULL,
	"password_salt" text,
	"password_hash" text,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "operator_store_id_operator_id_pk" PRIMARY KEY("store_id","operator_id")
);
--> statement-breakpoint
CREATE TABLE "pairing_code" (
	"store_id" text NOT NULL,
	"code" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"used_at_ms" bigint,
	CONSTRAINT "pairing_code_store_id_code_pk" PRIMARY KEY("store_id","code")
);
--> statement-breakpoint
CREATE TABLE "price" (
	"merchant_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"online_price_minor" bigint,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "price_merchant_id_sku_id_pk" PRIMARY KEY("merchant_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "sku" (
	"merchant_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"names" jsonb NOT NULL,
	"category_id" text,
	"brand" text,
	"tax_class" text NOT NULL,
	"tracking" text NOT NULL,
	"variant" jsonb,
	"deleted" boolean DEFAULT false NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "sku_merchant_id_sku_id_pk" PRIMARY KEY("merchant_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "store" (
	"store_id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"currency" text NOT NULL,
	"time_zone" text NOT NULL,
	"tax_rules" jsonb NOT NULL,
	"sales_place_id" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "store_counter" (
	"store_id" text PRIMARY KEY NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"journal_seq" bigint DEFAULT 0 NOT NULL,
	"ordered_at_ms" bigint DEFAULT 0 NOT NULL,
	"journal_uuid" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "till" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"name" text NOT NULL,
	"public_key" jsonb NOT NULL,
	"token_hash" text,
	"pin_key" text,
	"private_key" text,
	"paired_at_ms" bigint NOT NULL,
	"revoked_at_ms" bigint,
	"last_contact_at_ms" bigint,
	"waiting_entries" integer,
	"clock_offset_ms" bigint,
	"app_version" text,
	CONSTRAINT "till_store_id_till_number_pk" PRIMARY KEY("store_id","till_number")
);
--> statement-breakpoint
CREATE TABLE "web_session" (
	"store_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"operator_id" text NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "web_session_store_id_token_hash_pk" PRIMARY KEY("store_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "checkpoint" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"checkpoint_id" text NOT NULL,
	"rev_number" integer NOT NULL,
	"document" json NOT NULL,
	CONSTRAINT "checkpoint_store_id_till_number_checkpoint_id_pk" PRIMARY KEY("store_id","till_number","checkpoint_id")
);
--> statement-breakpoint
CREATE TABLE "exception" (
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"code" text NOT NULL,
	"subject" text NOT NULL,
	"detail" text NOT NULL,
	"occurred_at_ms" bigint NOT NULL,
	CONSTRAINT "exception_store_id_entry_id_code_subject_pk" PRIMARY KEY("store_id","entry_id","code","subject")
);
--> statement-breakpoint
CREATE TABLE "feed_manifest" (
	"scope_id" text NOT NULL,
	"table_name" text NOT NULL,
	"revision" bigint NOT NULL,
	"pages" json NOT NULL,
	CONSTRAINT "feed_manifest_scope_id_table_name_pk" PRIMARY KEY("scope_id","table_name")
);
--> statement-breakpoint
CREATE TABLE "feed_page" (
	"scope_id" text NOT NULL,
	"hash" text NOT NULL,
	"gzip" "bytea" NOT NULL,
	CONSTRAINT "feed_page_scope_id_hash_pk" PRIMARY KEY("scope_id","hash")
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"journal_seq" bigint NOT NULL,
	"rev" text NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"previous_hash" text NOT NULL,
	"occurred_at_ms" bigint NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"recorded_at_ms" bigint NOT NULL,
	"unpostable" text,
	"document" json NOT NULL,
	CONSTRAINT "journal_store_id_till_number_sequence_pk" PRIMARY KEY("store_id","till_number","sequence")
);
--> statement-breakpoint
CREATE TABLE "line_item" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"line_number" integer NOT NULL,
	"sku_id" text NOT NULL,
	"gtin14" text,
	"serial" text,
	"quantity" integer NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"tax_class" text NOT NULL,
	"tax_rate_basis_points" integer NOT NULL,
	"net_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	CONSTRAINT "line_item_store_id_till_number_sequence_line_number_pk" PRIMARY KEY("store_id","till_number","sequence","line_number")
);
--> statement-breakpoint
CREATE TABLE "refused_document" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"document_hash" text NOT NULL,
	"code" text NOT NULL,
	"document_id" text NOT NULL,
	"document" text NOT NULL,
	"refused_at_ms" bigint NOT NULL,
	CONSTRAINT "refused_document_store_id_till_number_document_hash_pk" PRIMARY KEY("store_id","till_number","document_hash")
);
--> statement-breakpoint
CREATE TABLE "retail_transaction" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"transaction_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"business_day" text NOT NULL,
	"occurred_at_ms" bigint NOT NULL,
	"currency" text NOT NULL,
	"line_count" integer NOT NULL,
	"net_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"rounding_minor" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	"change_minor" bigint NOT NULL,
	"member_id" text,
	CONSTRAINT "retail_transaction_store_id_till_number_sequence_pk" PRIMARY KEY("store_id","till_number","sequence")
);
--> statement-breakpoint
CREATE TABLE "stock" (
	"store_id" text NOT NULL,
	"place_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"received" bigint NOT NULL,
	"returned" bigint NOT NULL,
	"moved_in" bigint NOT NULL,
	"sold" bigint NOT NULL,
	"moved_out" bigint NOT NULL,
	"adjusted" bigint NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "stock_store_id_place_id_sku_id_pk" PRIMARY KEY("store_id","place_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "tender" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"tender_number" integer NOT NULL,
	"type" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "tender_store_id_till_number_sequence_tender_number_pk" PRIMARY KEY("store_id","till_number","sequence","tender_number")
);
--> statement-breakpoint
CREATE TABLE "unit" (
	"store_id" text NOT NULL,
	"gtin14" text NOT NULL,
	"serial" text NOT NULL,
	"sku_id" text NOT NULL,
	"place_id" text NOT NULL,
	"state" text NOT NULL,
	"entry_id" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "unit_store_id_gtin14_serial_pk" PRIMARY KEY("store_id","gtin14","serial")
);
--> statement-breakpoint
CREATE TABLE "unit_step" (
	"store_id" text NOT NULL,
	"gtin14" text NOT NULL,
	"serial" text NOT NULL,
	"entry_id" text NOT NULL,
	"line_number" integer NOT NULL,
	"type" text NOT NULL,
	"sku_id" text NOT NULL,
	"place_id" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	CONSTRAINT "unit_step_store_id_gtin14_serial_entry_id_line_number_pk" PRIMARY KEY("store_id","gtin14","serial","entry_id","line_number")
);
--> statement-breakpoint
CREATE INDEX "gtin_revision" ON "gtin" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "gtin_sku" ON "gtin" USING btree ("merchant_id","sku_id");--> statement-breakpoint
CREATE INDEX "member_revision" ON "member" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "pairing_code_code" ON "pairing_code" USING btree ("code");--> statement-breakpoint
CREATE INDEX "price_revision" ON "price" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "sku_revision" ON "sku" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "till_token" ON "till" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "web_session_token" ON "web_session" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "journal_seq" ON "journal" USING btree ("store_id","journal_seq");--> statement-breakpoint
CREATE INDEX "journal_unpostable" ON "journal" USING btree ("store_id","till_number","sequence") WHERE "journal"."unpostable" is not null;--> statement-breakpoint
CREATE INDEX "retail_transaction_day" ON "retail_transaction" USING btree ("store_id","business_day","occurred_at_ms");--> statement-breakpoint
CREATE INDEX "stock_revision" ON "stock" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "unit_revision" ON "unit" USING btree ("store_id","revision");