import { COGNITO_CLIENT_ID, COGNITO_USER_POOL_ID } from "astro:env/server";
import { defineMiddleware, sequence } from "astro:middleware";
import { CognitoJwtVerifier } from "aws-jwt-verify";

const verifier = CognitoJwtVerifier.create({ userPoolId: COGNITO_USER_POOL_ID, clientId: COGNITO_CLIENT_ID, tokenUse: "id" });

const who = defineMiddleware(async ({ cookies, locals }, next) => {
  const token = cookies.get("id")?.value;
  locals.guide = token ? await verifier.verify(token).catch(() => null) : null;
  return next();
});

const gate = defineMiddleware(({ locals, url, redirect }, next) => {
  if (locals.guide) return next();
  if (url.pathname.startsWith("/_actions")) return new Response(null, { status: 401 });
  if (url.pathname.startsWith("/tours")) return redirect("/in");
  return next();
});

export const onRequest = sequence(who, gate);
