import Apple from "@auth/core/providers/apple";
import { Password } from "@convex-dev/auth/providers/Password";
import { convexAuth } from "@convex-dev/auth/server";

export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({
  providers: [Password, Apple({ profile: undefined })],
  session: { totalDurationMs: 1000 * 60 * 60 * 24 * 30 },
});
