import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

export class Accounts extends Stack {
  readonly pool: cognito.UserPool;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.pool = new cognito.UserPool(this, "Pool", {
      selfSignUpEnabled: false,
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: cognito.FeaturePlan.PLUS,
    });
    const client = this.pool.addClient("Web", { authFlows: { userSrp: true } });

    const leavers = new lambda.Function(this, "Leavers", {
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: "bootstrap",
      code: lambda.Code.fromAsset("../functions/leavers/dist"),
    });
    leavers.addToRolePolicy(new iam.PolicyStatement({
      actions: ["cognito-idp:AdminDisableUser", "cognito-idp:AdminUserGlobalSignOut"],
      resources: [this.pool.userPoolArn],
    }));
    new CfnOutput(this, "WebClient", { value: client.userPoolClientId });
  }
}
