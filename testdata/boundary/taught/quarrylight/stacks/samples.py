from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import HttpUserPoolAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct


class Samples(Stack):
    def __init__(self, scope: Construct, id: str, *, pool, client, **kw):
        super().__init__(scope, id, **kw)

        role = iam.Role(self, "Worker", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWSLambdaBasicExecutionRole"))
        role.add_to_policy(iam.PolicyStatement(
            actions=["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            resources=["arn:aws:bedrock:*::foundation-model/anthropic.claude-*"],
        ))
        pool.grant(role, "cognito-idp:AdminCreateUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminDisableUser")

        name = lambda_.Function(
            self, "Name", runtime=lambda_.Runtime.PYTHON_3_13, handler="name.handler", role=role,
            code=lambda_.Code.from_asset("functions"), timeout=Duration.seconds(60), memory_size=512,
        )
        invite = lambda_.Function(
            self, "Invite", runtime=lambda_.Runtime.PYTHON_3_13, handler="invite.handler", role=role,
            code=lambda_.Code.from_asset("functions"), environment={"POOL": pool.user_pool_id},
        )

        meter_role = iam.Role(self, "Meter", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        meter_role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:GetMetricData"], resources=["*"]))

        api = apigw.HttpApi(self, "Api", default_authorizer=HttpUserPoolAuthorizer("Customers", pool, user_pool_clients=[client]))
        api.add_routes(path="/samples/name", methods=[apigw.HttpMethod.POST], integration=HttpLambdaIntegration("N", name))
        api.add_routes(path="/people", methods=[apigw.HttpMethod.POST], integration=HttpLambdaIntegration("I", invite))
