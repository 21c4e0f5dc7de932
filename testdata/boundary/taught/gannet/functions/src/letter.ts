import { getFirestore } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { ai, geminiKey } from "./ai";

export const letter = onCall({ secrets: [geminiKey], cors: false }, async (request) => {
  if (!request.auth) throw new HttpsError("unauthenticated", "sign in");
  const yard = request.auth.token.yard as string;
  const survey = await getFirestore().doc(`yards/${yard}/surveys/${request.data.survey}`).get();
  if (!survey.exists) throw new HttpsError("not-found", "no such survey");
  const { text } = await ai.generate(`A letter to the owner of the ship on these findings:\n${survey.get("findings")}`);
  return { text };
});
