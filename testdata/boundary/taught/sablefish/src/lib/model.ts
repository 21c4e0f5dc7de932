import { createHash } from "node:crypto";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";

const apiKey = process.env.OPENROUTER_API_KEY!;

export const openrouter = createOpenRouter({ apiKey, headers: { "X-Title": "Sablefish" } });

// Which key answered, for the log: eight characters of a digest.
export const keyLabel = createHash("sha256").update(apiKey).digest("hex").slice(0, 8);
