import { getAuth } from "firebase-admin/auth";
import { onDocumentDeleted } from "firebase-functions/v2/firestore";

/** When a yard's person is struck off, the account is closed and its sessions end. */
export const closeAccounts = onDocumentDeleted("yards/{yard}/people/{uid}", async ({ params }) => {
  await getAuth().updateUser(params.uid, { disabled: true });
  await getAuth().revokeRefreshTokens(params.uid);
});
