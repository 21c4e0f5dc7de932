import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export const useDb = () => drizzle(postgres(useRuntimeConfig().databaseUrl));
