export interface Env {
  Bindings: {
    AI: Ai;
    SPECIES: VectorizeIndex;
    DB: D1Database;
    CLERK_SECRET_KEY: string;
    CLERK_PUBLISHABLE_KEY: string;
    CLERK_WEBHOOK_SECRET: string;
  };
  Variables: { who: string; club: string };
}
