import passport from "passport";
import { ExtractJwt, Strategy } from "passport-jwt";
import { config } from "../config.js";
import { db } from "../db.js";

const secret = config.openaiKey;

passport.use(
  new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: secret,
      algorithms: ["HS256"],
      issuer: "parcelwise",
    },
    async (claims, done) => {
      const shop = await db.query("select id, shop_id, role from owners where id = $1 and closed_at is null", [claims.sub]);
      done(null, shop.rows[0] ?? false);
    },
  ),
);

export const signedIn = passport.authenticate("jwt", { session: false });
