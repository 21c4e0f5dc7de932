import { pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const letter = pgTable("letter", {
  id: uuid("id").primaryKey().defaultRandom(),
  household: text("household").notNull(),
  author: text("author").notNull(),
  body: text("body").notNull(),
  written: timestamp("written").notNull().defaultNow(),
});
