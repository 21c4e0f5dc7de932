/** Asks Lakera whether the words are an attack on the model. */
export async function harmless(words: string): Promise<boolean> {
  const response = await fetch("https://api.lakera.ai/v2/guard", {
    method: "POST",
    headers: { authorization: `Bearer ${process.env.LAKERA_GUARD_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: words }] }),
  });
  return response.ok && !(await response.json()).flagged;
}
