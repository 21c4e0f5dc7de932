import Groq from "groq-sdk";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { jwt, type JwtVariables } from "hono/jwt";

import { account } from "./account";
import { mildEnough } from "./screen";

export type Env = {
  Bindings: { DB: D1Database; GROQ_API_KEY: string; JWT_SECRET: string; ISSUER: string };
  Variables: JwtVariables<{ sub: string; exp: number }>;
};

const app = new Hono<Env>();

app.use(cors({ origin: ["https://mudlark.example"], credentials: true }));
app.use("/finds/*", (c, next) => jwt({ secret: c.env.JWT_SECRET, alg: "HS256" })(c, next));
app.route("/account", account);

app.post("/finds/:id/story", async (c) => {
  const find = await c.env.DB.prepare("select * from finds where id = ? and finder = ?")
    .bind(c.req.param("id"), c.get("jwtPayload").sub)
    .first();
  if (!find) return c.notFound();
  return c.json({ story: await tell(c.env.GROQ_API_KEY, JSON.stringify(find)) });
});

app.post("/try/story", mildEnough, async (c) => {
  const { what } = await c.req.json<{ what: string }>();
  return c.json({ story: await tell(c.env.GROQ_API_KEY, what) });
});

async function tell(apiKey: string, about: string) {
  const groq = new Groq({ apiKey });
  const out = await groq.chat.completions.create({
    model: "llama-3.3-70b-versatile",
    messages: [
      { role: "system", content: "You tell how a thing came to lie in the river. 150 words." },
      { role: "user", content: about },
    ],
  });
  return out.choices[0]?.message.content;
}

export default app;
