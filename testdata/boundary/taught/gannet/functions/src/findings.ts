import { hasClaim, onCallGenkit } from "firebase-functions/https";
import { z } from "genkit";
import { ai, geminiKey } from "./ai";

const flow = ai.defineFlow(
  { name: "findings", inputSchema: z.object({ photo: z.string(), part: z.string() }), outputSchema: z.string() },
  async ({ photo, part }) => {
    const { text } = await ai.generate([{ media: { url: photo } }, { text: `What is wrong with this ${part}?` }]);
    return text;
  },
);

export const findings = onCallGenkit(
  { secrets: [geminiKey], enforceAppCheck: true, authPolicy: hasClaim("yard") },
  flow,
);
