CREATE TABLE "member_fifths" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"worked_out_at_ms" bigint NOT NULL,
	"bounds" jsonb NOT NULL
);
--> statement-breakpoint
DROP INDEX "member_standing_available";--> statement-breakpoint
ALTER TABLE "member_profile" ADD COLUMN "points_so_far" bigint[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "member_standing_below_zero" ON "member_standing" USING btree ("merchant_id") WHERE "member_standing"."available" < 0;