import { googleAI } from "@genkit-ai/google-genai";
import { defineSecret } from "firebase-functions/params";
import { genkit } from "genkit";

export const geminiKey = defineSecret("GEMINI_API_KEY");

export const ai = genkit({ plugins: [googleAI()], model: googleAI.model("gemini-2.5-flash") });
