import Anthropic from "@anthropic-ai/sdk";

const claude = new Anthropic();

export async function answer(req, res) {
  const reply = await claude.messages.create({
    model: "claude-sonnet-4-5",
    max_tokens: 600,
    system: "You answer questions about shipping containers from the customer's own orders.",
    messages: [{ role: "user", content: String(req.body.question).slice(0, 2000) }],
  });
  res.json({ text: reply.content[0].text });
}
