import { Stack, type StackProps } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

interface Props extends StackProps {
  cluster: ecs.Cluster;
}

/** Each Sunday, one page on the week's tours. It writes and does nothing else. */
export class DigestStack extends Stack {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id, props);
    const writer = new iam.Role(this, "DigestRole", {
      roleName: "whimbrel-digest",
      assumedBy: new iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    writer.addToPolicy(
      new iam.PolicyStatement({
        actions: ["bedrock:InvokeModel"],
        resources: ["arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0"],
      }),
    );
    new ecs.FargateTaskDefinition(this, "DigestTask", { taskRole: writer });
  }
}
