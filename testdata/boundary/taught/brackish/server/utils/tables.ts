import { doublePrecision, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const station = pgTable("station", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name").notNull(),
  salinity: doublePrecision("salinity"),
});

export const explained = pgTable("explained", {
  id: uuid("id").primaryKey().defaultRandom(),
  station: text("station").notNull(),
  by: text("by").notNull(),
  text: text("text"),
  at: timestamp("at").notNull().defaultNow(),
});
