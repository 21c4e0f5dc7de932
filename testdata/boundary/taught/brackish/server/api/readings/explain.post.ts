import { z } from "zod";

const Body = z.object({ station: z.string(), salinity: z.array(z.number()).max(400) });

export default defineEventHandler(async (event) => {
  const { station, salinity } = await readValidatedBody(event, Body.parse);
  const reply = await useGroq(event).chat.completions.create({
    model: useRuntimeConfig(event).public.groqModel,
    messages: [
      { role: "system", content: "You explain curves of salinity to volunteers, in four sentences." },
      { role: "user", content: `${station}: ${salinity.join(" ")}` },
    ],
  });
  await useDb().insert(explained).values({ station, by: event.context.user.id, text: reply.choices[0].message.content });
  return { text: reply.choices[0].message.content };
});
