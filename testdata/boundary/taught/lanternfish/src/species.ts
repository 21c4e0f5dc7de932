import { Hono } from "hono";
import type { Env } from "./env";

// The list of species is for everybody: no model, no account.
export const species = new Hono<Env>()
  .get("/", async (c) => {
    const { results } = await c.env.DB.prepare("select id, latin, english from species order by latin").all();
    return c.json(results);
  })
  .get("/:id", async (c) => {
    const row = await c.env.DB.prepare("select * from species where id = ?1").bind(c.req.param("id")).first();
    return row ? c.json(row) : c.notFound();
  });
