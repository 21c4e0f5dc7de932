import { verify } from "@node-rs/argon2";
import { createContext, createCookieSessionStorage, redirect, type MiddlewareFunction } from "react-router";
import { Authenticator } from "remix-auth";
import { FormStrategy } from "remix-auth-form";
import { db } from "./db.server";

export interface Member {
  id: string;
  staff: boolean;
}

export const storage = createCookieSessionStorage<{ member: Member }>({
  cookie: { name: "osprey", httpOnly: true, secure: true, sameSite: "lax", maxAge: 60 * 60 * 12, secrets: [process.env.SESSION_SECRET!] },
});

export const authenticator = new Authenticator<Member>();
authenticator.use(
  new FormStrategy(async ({ form }) => {
    const member = await db.member.findUniqueOrThrow({ where: { email: String(form.get("email")) } });
    if (!(await verify(member.hash, String(form.get("password"))))) throw new Error("wrong");
    return { id: member.id, staff: member.staff };
  }),
  "password",
);

export const memberContext = createContext<Member>();

export const membersOnly: MiddlewareFunction<Response> = async ({ request, context }, next) => {
  const session = await storage.getSession(request.headers.get("cookie"));
  const member = session.get("member");
  if (!member) throw redirect("/in");
  context.set(memberContext, member);
  return next();
};
