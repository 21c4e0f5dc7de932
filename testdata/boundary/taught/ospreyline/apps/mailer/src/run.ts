import { createTransport } from "nodemailer";
import OpenAI from "openai";

const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
const mail = createTransport({ host: "mail.internal", port: 25 });

const delays = JSON.parse(process.env.DELAYS ?? "[]") as { ship: string; minutes: number; to: string }[];
for (const d of delays) {
  const text = await openai.responses.create({ model: "gpt-5-nano", input: `Tell passengers: ${d.ship} is ${d.minutes} minutes late.` });
  await mail.sendMail({ from: "news@ospreyline.example", to: d.to, subject: d.ship, text: text.output_text });
}
