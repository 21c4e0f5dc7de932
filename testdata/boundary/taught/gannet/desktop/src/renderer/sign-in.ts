import { getMultiFactorResolver, signInWithEmailAndPassword, TotpMultiFactorGenerator } from "firebase/auth";
import { auth } from "./firebase";

export async function signIn(email: string, password: string, code: () => Promise<string>) {
  try {
    return await signInWithEmailAndPassword(auth, email, password);
  } catch (e: any) {
    if (e.code !== "auth/multi-factor-auth-required") throw e;
    const resolver = getMultiFactorResolver(auth, e);
    const answer = TotpMultiFactorGenerator.assertionForSignIn(resolver.hints[0].uid, await code());
    return resolver.resolveSignIn(answer);
  }
}
