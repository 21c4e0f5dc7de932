import { getIronSession } from "iron-session";
import type { NextApiHandler, NextApiRequest, NextApiResponse } from "next";

export interface Session {
  cook?: { sub: string; ship: string };
}

export const options = {
  cookieName: "menus",
  password: process.env.IRON_SESSION_PASSWORD!,
  cookieOptions: { secure: true, sameSite: "lax" as const },
};

type Handler = (req: NextApiRequest & { cook: { sub: string; ship: string } }, res: NextApiResponse) => unknown;

/** Wraps a handler of pages/api: only signed-in cooks get through. */
export const withCook = (handler: Handler): NextApiHandler => async (req, res) => {
  const session = await getIronSession<Session>(req, res, options);
  if (!session.cook) return res.status(401).end();
  return handler(Object.assign(req, { cook: session.cook }), res);
};
