import { getIronSession } from "iron-session";
import type { NextApiRequest, NextApiResponse } from "next";
import * as client from "openid-client";
import { options, type Session } from "../../lib/with-cook";

export default async function callback(req: NextApiRequest, res: NextApiResponse) {
  const okta = await client.discovery(new URL(process.env.OKTA_ISSUER!), process.env.OKTA_CLIENT_ID!, process.env.OKTA_CLIENT_SECRET);
  const tokens = await client.authorizationCodeGrant(okta, new URL(req.url!, "https://menus.petrel.example"), {
    pkceCodeVerifier: req.cookies.pkce,
    expectedState: req.cookies.state,
  });
  const claims = tokens.claims()!;
  const session = await getIronSession<Session>(req, res, options);
  session.cook = { sub: claims.sub, ship: String(claims.ship) };
  await session.save();
  res.redirect("/");
}
