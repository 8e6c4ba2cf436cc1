CREATE TABLE "member_account" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"survivor_id" text NOT NULL,
	"state" text NOT NULL,
	"name" text,
	"name_keys" text,
	"phone" text,
	"email" text,
	"card_number" text,
	"code" text,
	"member" jsonb,
	"base" jsonb,
	CONSTRAINT "member_account_merchant_id_member_id_pk" PRIMARY KEY("merchant_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "member_act" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"operator_id" text NOT NULL,
	"fact" jsonb NOT NULL,
	CONSTRAINT "member_act_merchant_id_member_id_store_id_entry_id_pk" PRIMARY KEY("merchant_id","member_id","store_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "personal_key" (
	"merchant_id" text NOT NULL,
	"key_id" text NOT NULL,
	"key" text NOT NULL,
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"made_at_ms" bigint NOT NULL,
	CONSTRAINT "personal_key_merchant_id_key_id_pk" PRIMARY KEY("merchant_id","key_id")
);
--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "merged_into" text;--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "from_journal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "member_account_phone" ON "member_account" USING btree ("merchant_id","phone");--> statement-breakpoint
CREATE INDEX "member_account_code" ON "member_account" USING btree ("merchant_id","code");--> statement-breakpoint
CREATE INDEX "member_account_email" ON "member_account" USING btree ("merchant_id","email");--> statement-breakpoint
CREATE INDEX "member_act_store" ON "member_act" USING btree ("store_id","entry_id");--> statement-breakpoint
CREATE INDEX "retail_transaction_member" ON "retail_transaction" USING btree ("store_id","member_id") WHERE member_id is not null;