CREATE TABLE "member_word" (
	"merchant_id" text NOT NULL,
	"word" text NOT NULL,
	"member_id" text NOT NULL,
	CONSTRAINT "member_word_merchant_id_member_id_word_pk" PRIMARY KEY("merchant_id","member_id","word")
);
--> statement-breakpoint
CREATE TABLE "member_rules" (
	"merchant_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"rules" jsonb NOT NULL,
	CONSTRAINT "member_rules_merchant_id_from_ms_pk" PRIMARY KEY("merchant_id","from_ms")
);
--> statement-breakpoint
CREATE TABLE "member_standing" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"marks" bigint DEFAULT 0 NOT NULL,
	"due_at_ms" bigint,
	"tier" text DEFAULT '' NOT NULL,
	"tier_since_ms" bigint,
	"next_review_at_ms" bigint,
	"available" bigint,
	"points_due_at_ms" bigint,
	CONSTRAINT "member_standing_merchant_id_member_id_pk" PRIMARY KEY("merchant_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "points_step" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"store_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"step_number" integer NOT NULL,
	"kind" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"spend_minor" bigint NOT NULL,
	"visits" integer NOT NULL,
	"points" bigint NOT NULL,
	"available_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint,
	"lot_entry_id" text,
	"lot_number" integer,
	CONSTRAINT "points_step_pk" PRIMARY KEY("merchant_id","member_id","store_id","entry_id","step_number")
);
--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "imported_tier" text;--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "points" bigint;--> statement-breakpoint
CREATE INDEX "member_word_beginning" ON "member_word" USING btree ("merchant_id",word text_pattern_ops);--> statement-breakpoint
CREATE INDEX "member_standing_due" ON "member_standing" USING btree ("due_at_ms");--> statement-breakpoint
CREATE INDEX "member_standing_available" ON "member_standing" USING btree ("merchant_id","available");--> statement-breakpoint
CREATE INDEX "points_step_entry" ON "points_step" USING btree ("store_id","entry_id");--> statement-breakpoint
CREATE INDEX "points_step_lot" ON "points_step" USING btree ("store_id","lot_entry_id");--> statement-breakpoint
CREATE INDEX "member_imported" ON "member" USING btree ("store_id","member_id") WHERE not from_journal and not deleted;--> statement-breakpoint
CREATE INDEX "member_holders" ON "member" USING btree ("member_id");--> statement-breakpoint
CREATE INDEX "member_account_survivor" ON "member_account" USING btree ("merchant_id","survivor_id");--> statement-breakpoint
CREATE INDEX "member_account_phone_tail" ON "member_account" USING btree ("merchant_id",reverse(phone) text_pattern_ops);--> statement-breakpoint
CREATE INDEX "member_account_card" ON "member_account" USING btree ("merchant_id","card_number") WHERE card_number is not null;--> statement-breakpoint
-- Names of before: as posting writes them from now on, each end of a word without spaces included.
INSERT INTO "member_word" ("merchant_id", "member_id", "word")
SELECT a."merchant_id", a."member_id", substr(k."word", n."at")
  FROM "member_account" a
  CROSS JOIN LATERAL regexp_split_to_table(trim(a."name_keys"), ' ') k("word")
  CROSS JOIN LATERAL generate_series(1, CASE WHEN k."word" ~ '[㐀-鿿]' THEN length(k."word") ELSE 1 END) n("at")
 WHERE a."survivor_id" = a."member_id" AND a."state" <> 'erased' AND k."word" <> ''
ON CONFLICT DO NOTHING;
