import { Router } from "express";
import passport from "passport";
import { MultiSamlStrategy } from "@node-saml/passport-saml";
import { lineByHost, userByNameId } from "./db.js";

passport.use(
  new MultiSamlStrategy(
    {
      passReqToCallback: true,
      async getSamlOptions(req, done) {
        const line = await lineByHost(req.hostname);
        done(null, { callbackUrl: `https://${req.hostname}/auth/saml/callback`, issuer: "ospreyline", idpCert: line.idpCert, entryPoint: line.entryPoint });
      },
    },
    async (req, profile, done) => done(null, await userByNameId(req.hostname, profile!.nameID)),
    async (_req, _profile, done) => done(null),
  ),
);
passport.serializeUser((user, done) => done(null, (user as { id: string }).id));

export const authRouter = Router();
authRouter.get("/saml", passport.authenticate("saml"));
authRouter.post("/saml/callback", passport.authenticate("saml", { failureRedirect: "/auth/saml" }), (_req, res) => res.redirect("/"));
