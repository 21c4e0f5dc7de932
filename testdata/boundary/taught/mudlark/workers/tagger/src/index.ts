import Groq from "groq-sdk";

interface Env {
  DB: D1Database;
  GROQ_API_KEY: string;
}

export default {
  async queue(batch: MessageBatch<{ id: string; text: string }>, env: Env) {
    const groq = new Groq({ apiKey: env.GROQ_API_KEY });
    for (const m of batch.messages) {
      const out = await groq.chat.completions.create({
        model: "openai/gpt-oss-20b",
        response_format: { type: "json_object" },
        messages: [{ role: "user", content: `Give JSON with "material" and "century" of: ${m.body.text}` }],
      });
      await env.DB.prepare("update finds set tags = ? where id = ?")
        .bind(out.choices[0]?.message.content, m.body.id)
        .run();
      m.ack();
    }
  },
} satisfies ExportedHandler<Env, { id: string; text: string }>;
