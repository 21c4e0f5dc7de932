import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

export class SiteStack extends Stack {
  readonly cluster: ecs.Cluster;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.cluster = new ecs.Cluster(this, "Cluster");

    const guides = new cognito.UserPool(this, "Guides", {
      selfSignUpEnabled: false,
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    guides.addClient("Site", { generateSecret: false, authFlows: { userSrp: true } });

    const siteRole = new iam.Role(this, "SiteRole", {
      roleName: "whimbrel-site",
      assumedBy: new iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    siteRole.addToPolicy(new iam.PolicyStatement({ actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], resources: ["*"] }));
    guides.grant(siteRole, "cognito-idp:AdminCreateUser", "cognito-idp:AdminDisableUser", "cognito-idp:AdminSetUserPassword");

    const task = new ecs.FargateTaskDefinition(this, "SiteTask", { taskRole: siteRole, cpu: 512, memoryLimitMiB: 1024 });
    task.addContainer("site", {
      image: ecs.ContainerImage.fromRegistry("registry.whimbrel.example/site:3"),
      environment: { COGNITO_USER_POOL_ID: guides.userPoolId },
    });
  }
}
