import { desc, eq } from "drizzle-orm";
import { db } from "@/lib/db";
import { letter } from "@/lib/schema";
import { viewer } from "@/lib/viewer";
import { writeLetter } from "./actions";

export default async function Letters() {
  const me = await viewer();
  const rows = await db.select().from(letter).where(eq(letter.household, me.household)).orderBy(desc(letter.written));
  return (
    <main>
      <form action={writeLetter}>
        <input name="to" placeholder="To whom" required />
        <textarea name="about" placeholder="About what" required />
        <button>Write</button>
      </form>
      {rows.map((r) => (
        <article key={r.id}>{r.body}</article>
      ))}
    </main>
  );
}
