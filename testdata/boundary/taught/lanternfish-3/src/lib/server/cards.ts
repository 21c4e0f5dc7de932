import { MISTRAL_API_KEY } from "$env/static/private";
import { Mistral } from "@mistralai/mistralai";

const mistral = new Mistral({ apiKey: MISTRAL_API_KEY });

export async function makeCards(notes: string): Promise<{ front: string; back: string }[]> {
  const r = await mistral.chat.complete({
    model: "mistral-small-latest",
    responseFormat: { type: "json_object" },
    messages: [
      { role: "system", content: 'Make study cards: {"cards": [{"front": "", "back": ""}]}' },
      { role: "user", content: notes },
    ],
  });
  return JSON.parse(String(r.choices[0].message.content)).cards;
}
