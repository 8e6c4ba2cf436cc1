CREATE TABLE "member_profile" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"tier" text NOT NULL,
	"available" bigint,
	"birthday" text,
	"consents" text[] NOT NULL,
	"latitude" double precision,
	"longitude" double precision,
	"last_visit_at_ms" bigint,
	"at_ms" bigint[] NOT NULL,
	"spent_so_far_minor" bigint[] NOT NULL,
	"visits_so_far" integer[] NOT NULL,
	CONSTRAINT "member_profile_merchant_id_member_id_pk" PRIMARY KEY("merchant_id","member_id")
);
--> statement-breakpoint
-- Everybody's is made by the standing worker.
INSERT INTO "member_standing" ("merchant_id", "member_id", "marks", "due_at_ms")
SELECT "merchant_id", "member_id", 1, 0
  FROM (SELECT "merchant_id", "member_id" FROM "member_account" WHERE "survivor_id" = "member_id"
        UNION SELECT t."merchant_id", m."member_id" FROM "member" m JOIN "store" t ON t."store_id" = m."store_id"
               WHERE NOT m."from_journal" AND NOT m."deleted"
        UNION SELECT "merchant_id", "member_id" FROM "member_standing") everybody
ON CONFLICT ("merchant_id", "member_id") DO UPDATE SET "marks" = "member_standing"."marks" + 1, "due_at_ms" = 0;
