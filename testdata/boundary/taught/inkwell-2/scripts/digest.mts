// Nightly, by Vercel cron's sibling in CI: one paragraph for each publisher.
import { writeFile } from "node:fs/promises";

const key = process.env.OPENAI_ADMIN_KEY;
const stats = JSON.parse(process.env.STATS ?? "[]") as { publisher: string; opens: number }[];

for (const s of stats) {
  const res = await fetch("https://api.openai.com/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-4.1-mini",
      messages: [{ role: "user", content: `One friendly paragraph: ${s.publisher} had ${s.opens} opens.` }],
    }),
  });
  if (!res.ok) throw new Error(`openai said ${res.status}`);
  const body = await res.json();
  await writeFile(`out/${s.publisher}.txt`, body.choices[0].message.content);
}
