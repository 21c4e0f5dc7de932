import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { admin, organization, twoFactor } from "better-auth/plugins";
import { nextCookies } from "better-auth/next-js";
import { sso } from "@better-auth/sso";
import { db } from "@/db";
import { noteEvent } from "@/db/events";

export const auth = betterAuth({
  database: drizzleAdapter(db, { provider: "pg" }),
  secret: process.env.BETTER_AUTH_SECRET,
  emailAndPassword: { enabled: true, minPasswordLength: 12 },
  socialProviders: {
    google: {
      clientId: process.env.GOOGLE_CLIENT_ID!,
      clientSecret: process.env.GOOGLE_CLIENT_SECRET!,
    },
  },
  session: { expiresIn: 60 * 60 * 12, updateAge: 60 * 30 },
  plugins: [
    organization({ membershipLimit: 200 }),
    twoFactor({ issuer: "Sablefish" }),
    admin({ adminRoles: ["admin"] }),
    sso({ organizationProvisioning: { defaultRole: "member" } }),
    nextCookies(),
  ],
  databaseHooks: {
    session: {
      create: {
        after: async (session) => {
          await noteEvent("session.created", session.userId, session.ipAddress);
        },
      },
    },
  },
});
