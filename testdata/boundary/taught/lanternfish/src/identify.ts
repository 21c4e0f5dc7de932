import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
import type { Env } from "./env";

const Photo = z.object({ image: z.base64(), depth: z.number().min(0).max(11000) });

export const identify = new Hono<Env>()
  .post("/", zValidator("json", Photo), async (c) => {
    const { image, depth } = c.req.valid("json");
    const seen = await c.env.AI.run("@cf/llava-hf/llava-1.5-7b-hf", {
      image: [...Uint8Array.from(atob(image), (b) => b.charCodeAt(0))],
      prompt: `Describe the fish. It was seen at ${depth} metres.`,
      max_tokens: 200,
    });
    const { data } = await c.env.AI.run("@cf/baai/bge-base-en-v1.5", { text: [seen.description] });
    const near = await c.env.SPECIES.query(data[0], { topK: 5, returnMetadata: "all" });
    await c.env.DB.prepare("insert into sighting (club, who, depth, guess) values (?1, ?2, ?3, ?4)")
      .bind(c.get("club"), c.get("who"), depth, near.matches[0]?.id ?? null)
      .run();
    return c.json(near.matches);
  })
  .get("/mine", async (c) => {
    const { results } = await c.env.DB.prepare("select * from sighting where club = ?1 and who = ?2")
      .bind(c.get("club"), c.get("who"))
      .all();
    return c.json(results);
  });
