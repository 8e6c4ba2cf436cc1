ALTER TABLE "print_job" ALTER COLUMN "format" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "print_job" ALTER COLUMN "labels" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "print_job" ADD COLUMN "receipt" jsonb;--> statement-breakpoint
ALTER TABLE "printer" ADD COLUMN "profile" jsonb;