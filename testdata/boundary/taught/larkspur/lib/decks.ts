import { and, eq } from "drizzle-orm";

import { db } from "./db";
import { cards, decks } from "./schema";

const own = (user: string, deck: string) => and(eq(decks.id, deck), eq(decks.userId, user));

export async function cardsOf(user: string, deck: string) {
  const [found] = await db.select().from(decks).where(own(user, deck));
  return found ? db.select().from(cards).where(eq(cards.deckId, deck)) : [];
}

export async function saveCards(user: string, deck: string, made: { front: string; back: string }[]) {
  const [found] = await db.select().from(decks).where(own(user, deck));
  if (found) await db.insert(cards).values(made.map((c) => ({ ...c, deckId: deck })));
}
