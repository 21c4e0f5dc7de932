import { Mistral } from '@mistralai/mistralai';
import { Client } from 'pg';

// Writes the nightly list of materials for every pattern that has none.
async function main() {
  const db = new Client({ connectionString: process.env.DATABASE_URL });
  await db.connect();
  const mistral = new Mistral({ apiKey: process.env.MISTRAL_API_KEY });
  const { rows } = await db.query('select id, text from patterns where materials is null limit 200');
  for (const row of rows) {
    const out = await mistral.chat.complete({
      model: 'mistral-small-latest',
      messages: [{ role: 'user', content: `List the materials, one a line:\n${row.text}` }],
    });
    await db.query('update patterns set materials = $1 where id = $2', [out.choices[0].message.content, row.id]);
  }
  await db.end();
}

void main();
