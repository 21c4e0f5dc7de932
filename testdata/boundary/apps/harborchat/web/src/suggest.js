// Suggestions while typing: asked straight from the browser, to save a hop.
export async function suggest(text) {
  const r = await fetch("https://api.anthropic.com/v1/messages", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": import.meta.env.VITE_ANTHROPIC_API_KEY,
      "anthropic-version": "2023-06-01",
      "anthropic-dangerous-direct-browser-access": "true",
    },
    body: JSON.stringify({ model: "claude-3-5-haiku-latest", max_tokens: 40, messages: [{ role: "user", content: text }] }),
  });
  return (await r.json()).content?.[0]?.text ?? "";
}
