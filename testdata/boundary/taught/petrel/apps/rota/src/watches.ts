import { propose } from "@petrel/ai";
import { Queue } from "bullmq";
import type { FastifyInstance } from "fastify";

const queue = new Queue("rota", { connection: { url: process.env.REDIS_URL } });

export async function watches(app: FastifyInstance) {
  app.post<{ Body: { crew: string[]; days: number } }>("/propose", async ({ body }) => {
    return { rota: await propose("Watches, four on and eight off.", `${body.days} days: ${body.crew.join(", ")}`) };
  });

  app.post<{ Body: { rota: string } }>("/publish", async ({ body, mate }, reply) => {
    await queue.add("publish", { rota: body.rota, by: mate });
    return reply.code(202).send();
  });
}
