import { Router } from "express";
import jwt from "jsonwebtoken";
import passport from "passport";

export const authRouter = Router();

authRouter.get("/google", passport.authenticate("google", { scope: ["openid", "email"], session: false }));
authRouter.get("/google/callback", passport.authenticate("google", { session: false }), (req, res) => {
  const { id } = req.user as { id: string };
  const token = jwt.sign({ sub: id }, process.env.JWT_SIGNING_KEY!, { algorithm: "HS256", expiresIn: "1h" });
  res.redirect(`https://wayfarer.example/in#${token}`);
});
