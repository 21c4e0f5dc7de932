import { AdminCreateUserCommand, AdminDisableUserCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { COGNITO_USER_POOL_ID as UserPoolId } from "astro:env/server";

const cognito = new CognitoIdentityProviderClient({});

export const invite = (email: string) =>
  cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: email, DesiredDeliveryMediums: ["EMAIL"] }));

export const close = (email: string) => cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: email }));
