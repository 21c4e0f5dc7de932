import { GoogleGenAI } from '@google/genai';
import { json } from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { db } from '$lib/server/db';
import type { RequestHandler } from './$types';

const ai = new GoogleGenAI({ apiKey: env.GEMINI_API_KEY });

export const POST: RequestHandler = async ({ request, locals }) => {
  const photo = await request.arrayBuffer();
  const answer = await ai.models.generateContent({
    model: 'gemini-2.5-flash',
    contents: [
      { inlineData: { mimeType: 'image/jpeg', data: Buffer.from(photo).toString('base64') } },
      { text: 'Name the kind of corrosion and how far it has gone. Two sentences.' }
    ]
  });
  await db
    .insertInto('reports')
    .values({ plant: locals.auth.organizationId!, text: answer.text ?? '' })
    .execute();
  return json({ text: answer.text });
};
