import { WorkOS } from "@workos-inc/node";

const workos = new WorkOS(process.env.WORKOS_API_KEY, { clientId: process.env.WORKOS_CLIENT_ID });
const cookiePassword = process.env.WORKOS_COOKIE_PASSWORD;

export async function callback(req, res) {
  const { sealedSession } = await workos.userManagement.authenticateWithCode({
    code: String(req.query.code),
    clientId: process.env.WORKOS_CLIENT_ID,
    session: { sealSession: true, cookiePassword },
  });
  res.cookie("hc_session", sealedSession, { httpOnly: true, secure: true, sameSite: "lax" }).redirect("/");
}

export async function requireUser(req, res, next) {
  const session = workos.userManagement.loadSealedSession({ sessionData: req.cookies.hc_session, cookiePassword });
  const found = await session.authenticate();
  if (!found.authenticated) return res.status(401).end();
  req.user = found.user;
  next();
}
