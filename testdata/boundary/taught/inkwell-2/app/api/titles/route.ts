import { openai } from "@ai-sdk/openai";
import { generateObject } from "ai";
import { auth } from "@clerk/nextjs/server";
import { z } from "zod";

export async function POST(req: Request) {
  const { isAuthenticated, userId } = await auth();
  if (!isAuthenticated) return new Response("Unauthorized", { status: 401 });
  const { draft } = await req.json();
  const { object } = await generateObject({
    model: openai("gpt-4.1-mini"),
    schema: z.object({ titles: z.array(z.string()).max(5) }),
    prompt: `Five titles for this issue:\n${draft}`,
    providerOptions: { openai: { user: userId } },
  });
  return Response.json(object);
}
