import passport from "passport";
import { Strategy as GoogleStrategy } from "passport-google-oauth20";
import { ExtractJwt, Strategy as JwtStrategy } from "passport-jwt";
import { travellers } from "../db.js";

passport.use(
  new GoogleStrategy(
    {
      clientID: process.env.GOOGLE_CLIENT_ID!,
      clientSecret: process.env.GOOGLE_CLIENT_SECRET!,
      callbackURL: "/auth/google/callback",
    },
    async (_access, _refresh, profile, done) => {
      const email = profile.emails?.[0]?.value;
      if (!email) return done(null, false);
      done(null, await travellers.findOrCreate(profile.id, email));
    },
  ),
);

passport.use(
  new JwtStrategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: process.env.JWT_SIGNING_KEY!,
      algorithms: ["HS256"],
    },
    async (claims, done) => done(null, (await travellers.byId(claims.sub)) ?? false),
  ),
);
