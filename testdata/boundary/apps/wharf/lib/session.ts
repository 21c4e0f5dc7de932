import { CognitoJwtVerifier } from "aws-jwt-verify";
import { cookies } from "next/headers";

const verifier = CognitoJwtVerifier.create({
  userPoolId: process.env.COGNITO_USER_POOL_ID!,
  clientId: process.env.COGNITO_CLIENT_ID!,
  tokenUse: "id",
});

export async function broker() {
  const token = (await cookies()).get("id")?.value;
  if (!token) return null;
  try {
    return await verifier.verify(token);
  } catch {
    return null;
  }
}
