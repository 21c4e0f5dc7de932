import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as apigw from "aws-cdk-lib/aws-apigateway";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

interface Props extends StackProps {
  pool: cognito.IUserPool;
}

export class Translate extends Stack {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id, props);
    const fn = (name: string) =>
      new lambda.Function(this, name, {
        runtime: lambda.Runtime.PROVIDED_AL2023,
        architecture: lambda.Architecture.ARM_64,
        handler: "bootstrap",
        timeout: Duration.seconds(29),
        code: lambda.Code.fromAsset(`../functions/${name.toLowerCase()}/dist`),
      });

    const letter = fn("Letter");
    letter.addToRolePolicy(new iam.PolicyStatement({
      actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
      resources: [`arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0`],
    }));
    const glossary = fn("Glossary");

    const users = new apigw.CognitoUserPoolsAuthorizer(this, "Users", { cognitoUserPools: [props.pool] });
    const api = new apigw.RestApi(this, "Api", {
      defaultMethodOptions: { authorizer: users, authorizationType: apigw.AuthorizationType.COGNITO },
      defaultCorsPreflightOptions: { allowOrigins: ["https://guillemot.example"] },
    });
    api.root.addResource("letters").addMethod("POST", new apigw.LambdaIntegration(letter));
    api.root.addResource("glossary").addMethod("GET", new apigw.LambdaIntegration(glossary), {
      authorizer: undefined,
      authorizationType: apigw.AuthorizationType.NONE,
    });
  }
}
