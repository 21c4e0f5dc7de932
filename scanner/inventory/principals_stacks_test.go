package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// granteesOf are the principals of some files, each with its line and what it is granted.
func granteesOf(t *testing.T, files map[string]string) string {
	t.Helper()
	all := sightingsOf(t, files)
	var got []string
	for _, s := range all {
		if s.Kind == Principal {
			got = append(got, fmt.Sprintf("%s %s:%d %v", s.Name, s.Path, s.Line, s.Grants))
		}
	}
	slices.Sort(got)
	return strings.Join(got, "; ")
}

// Principals in the languages in which infrastructure is written: each with what is
// granted to it and to nobody else.
func TestPrincipalsOfStacks(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"Terraform: a role that may be passed on is not granted", "a.tf", `
resource "aws_iam_role" "app" {
  name = "app"
}
resource "aws_iam_role" "worker" {
  name = "worker"
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = ["bedrock:InvokeModel"], Resource = "*" },
    { Effect = "Allow", Action = "iam:PassRole", Resource = aws_iam_role.worker.arn },
  ] })
}
resource "aws_iam_role_policy" "worker" {
  role   = aws_iam_role.worker.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["cognito-idp:AdminCreateUser"], Resource = "*" }] })
}
`, "app a.tf:3 [bedrock:InvokeModel]; worker a.tf:6 [cognito-idp:AdminCreateUser]"},
		{"Terraform: a boundary takes away", "a.tf", `
resource "aws_iam_policy" "most" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["bedrock:*", "cognito-idp:*"], Resource = "*" }] })
}
resource "aws_iam_role" "app" {
  name                 = "app"
  permissions_boundary = aws_iam_policy.most.arn
  inline_policy {
    name   = "x"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["bedrock:InvokeModel"], Resource = "*" }] })
  }
}
`, "app a.tf:6 [bedrock:InvokeModel]"},
		{"Terraform: what is not allowed", "a.tf", `
resource "aws_iam_role" "app" {
  name = "app"
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["bedrock:InvokeModel"]
  }
  statement {
    not_actions = ["cognito-idp:*"]
  }
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.d.json
}
`, "app a.tf:3 [bedrock:InvokeModel]"},
		{"Terraform: local values and a loop", "a.tf", `
locals {
  actions = [
    "bedrock:InvokeModel",
    "cognito-idp:AdminDeleteUser",
  ]
}
resource "aws_iam_role" "app" {
  name = "app"
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = local.actions, Resource = "*" }] })
}
`, "app a.tf:9 [bedrock:InvokeModel cognito-idp:AdminDeleteUser]"},
		{"Terraform: a module that makes the role", "a.tf", `
module "chat" {
  source = "terraform-aws-modules/lambda/aws"

  function_name = "chat"
  policy_statements = {
    model = { effect = "Allow", actions = ["bedrock:InvokeModel"], resources = ["*"] }
    users = { effect = "Allow", actions = ["cognito-idp:AdminDisableUser"], resources = ["*"] }
  }
}
`, "chat a.tf:2 [bedrock:InvokeModel cognito-idp:AdminDisableUser]"},
		{"Terraform: an application with an identity of its own", "a.tf", `
resource "azurerm_linux_web_app" "web" {
  name = "desk-web"
  identity { type = "SystemAssigned" }
}
resource "azurerm_role_assignment" "ai" {
  scope                = azurerm_cognitive_account.ai.id
  role_definition_name = "Cognitive Services OpenAI User"
  principal_id         = azurerm_linux_web_app.web.identity[0].principal_id
}
resource "azuread_app_role_assignment" "graph" {
  app_role_id         = data.azuread_service_principal.graph.app_role_ids["User.ReadWrite.All"]
  principal_object_id = azurerm_linux_web_app.web.identity[0].principal_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}
`, "web a.tf:2 [Cognitive Services OpenAI User User.ReadWrite.All]"},
		{"Terraform: a role of one's own at Google", "a.tf", `
resource "google_service_account" "api" {
  account_id = "desk-api"
}
resource "google_project_iam_custom_role" "both" {
  role_id     = "both"
  permissions = ["aiplatform.endpoints.predict", "firebaseauth.users.create"]
}
resource "google_project_iam_binding" "both" {
  role    = google_project_iam_custom_role.both.id
  members = ["serviceAccount:${google_service_account.api.email}"]
}
`, "desk-api a.tf:2 [aiplatform.endpoints.predict firebaseauth.users.create]"},
		{"CloudFormation", "template.yaml", `
Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AmazonBedrockFullAccess
  Accounts:
    Type: AWS::IAM::Policy
    Properties:
      Roles:
        - !Ref AppRole
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action:
              - cognito-idp:AdminCreateUser
              - cognito-idp:ListUsers
            Resource: !GetAtt Pool.Arn
          - Effect: Deny
            Action: cognito-idp:AdminDeleteUser
            Resource: "*"
  Pool:
    Type: AWS::Cognito::UserPool
`, "AppRole template.yaml:3 [AmazonBedrockFullAccess cognito-idp:AdminCreateUser]"},
		{"SAM: two functions, each its own", "template.yml", `
Transform: AWS::Serverless-2016-10-31
Resources:
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Statement:
            - Effect: Allow
              Action: [bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream]
              Resource: "*"
  Members:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: cognito-idp:AdminCreateUser
              Resource: "*"
`, "Ask template.yml:4 [bedrock:InvokeModel bedrock:InvokeModelWithResponseStream]; Members template.yml:12 [cognito-idp:AdminCreateUser]"},
		{"SAM: one role for two functions", "template.yml", `
Resources:
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      Role: !GetAtt Shared.Arn
  Shared:
    Type: AWS::IAM::Role
    Properties:
      RoleName: desk-shared
      Policies:
        - PolicyName: all
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action:
                  - bedrock:InvokeModel
                  - cognito-idp:AdminSetUserPassword
                Resource: '*'
`, "desk-shared template.yml:7 [bedrock:InvokeModel cognito-idp:AdminSetUserPassword]"},
		{"CloudFormation in JSON", "stack.template.json", `{
  "Resources": {
    "Role": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "Policies": [{"PolicyDocument": {"Statement": [
          {"Effect": "Allow", "Action": ["bedrock:InvokeModel"], "Resource": "*"},
          {"Effect": "Deny", "Action": ["cognito-idp:*"], "Resource": "*"}
        ]}}]
      }
    },
    "More": {
      "Type": "AWS::IAM::Policy",
      "Properties": {
        "Roles": [{"Ref": "Role"}],
        "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "cognito-idp:AdminCreateUser", "Resource": "*"}}
      }
    }
  }
}`, "Role stack.template.json:3 [bedrock:InvokeModel cognito-idp:AdminCreateUser]"},
		{"Serverless: one role for all", "serverless.yml", `
service: desk
provider:
  name: aws
  iam:
    role:
      statements:
        - Effect: Allow
          Action: bedrock:InvokeModel
          Resource: "*"
        - Effect: Allow
          Action:
            - cognito-idp:AdminUpdateUserAttributes
          Resource: "*"
functions:
  ask:
    handler: ask.handler
`, "desk serverless.yml:6 [bedrock:InvokeModel cognito-idp:AdminUpdateUserAttributes]"},
		{"Serverless: a role for each function", "serverless.yml", `
service: desk
functions:
  ask:
    handler: ask.handler
    iamRoleStatements:
      - Effect: Allow
        Action: bedrock:InvokeModel
        Resource: "*"
  members:
    handler: members.handler
    iamRoleStatements:
      - Effect: Allow
        Action: [cognito-idp:AdminCreateUser]
        Resource: "*"
`, "ask serverless.yml:6 [bedrock:InvokeModel]; members serverless.yml:12 [cognito-idp:AdminCreateUser]"},
		{"Bicep: an identity", "main.bicep", `
param location string
var openAiUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')

resource id 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'desk-api'
  location: location
}
resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = { name: 'desk' }
resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = { appId: '00000003-0000-0000-c000-000000000000' }

resource use 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ai
  name: guid(ai.id, id.id, openAiUser)
  properties: {
    principalId: id.properties.principalId
    roleDefinitionId: openAiUser
  }
}
resource people 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {
  appRoleId: '741f803b-c850-494e-b5df-cde7c675a1ca' // User.ReadWrite.All
  principalId: id.properties.principalId
  resourceId: graph.id
}
`, "desk-api main.bicep:5 [Cognitive Services OpenAI User User.ReadWrite.All]"},
		{"Bicep: two identities", "main.bicep", `
resource api 'Microsoft.App/containerApps@2024-03-01' = { name: 'api', identity: { type: 'SystemAssigned' } }
resource sync 'Microsoft.App/jobs@2024-03-01' = { name: 'sync', identity: { type: 'SystemAssigned' } }
resource use 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(api.id)
  properties: {
    principalId: api.identity.principalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'a97b65f3-24c7-4388-baec-2e87135dc908')
  }
}
resource people 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {
  appRoleId: graph.appRoles['User.ReadWrite.All']
  principalId: sync.identity.principalId
  resourceId: graph.id
}
`, "api main.bicep:2 [Cognitive Services User]; sync main.bicep:3 [User.ReadWrite.All]"},
		{"CDK: a function", "stack.ts", `
import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
export class Desk extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ask = new NodejsFunction(this, 'Ask', { entry: 'ask.ts' });
    ask.addToRolePolicy(new iam.PolicyStatement({
      actions: ['bedrock:InvokeModel'],
      resources: ['*'],
    }));
    const members = new NodejsFunction(this, 'Members', { entry: 'members.ts' });
    pool.grant(members, 'cognito-idp:AdminCreateUser');
  }
}
`, "Ask stack.ts:7 [bedrock:InvokeModel]; Members stack.ts:12 [cognito-idp:AdminCreateUser]"},
		{"CDK: a role, its statement elsewhere", "stack.ts", `
import { Role, PolicyStatement, Effect } from 'aws-cdk-lib/aws-iam';
export class Desk extends Stack {
  private readonly role: Role;
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Service', { roleName: 'desk-service', assumedBy });
    const models = new PolicyStatement({ actions: ['bedrock:InvokeModel'], resources: ['*'] });
    const users = new PolicyStatement({ actions: ['cognito-idp:AdminDeleteUser'], resources: [pool.userPoolArn] });
    const never = new PolicyStatement({ effect: Effect.DENY, actions: ['cognito-idp:*'], resources: ['*'] });
    this.role.addToPolicy(models);
    this.role.addToPrincipalPolicy(users);
    this.role.addToPolicy(never);
  }
}
`, "desk-service stack.ts:7 [bedrock:InvokeModel cognito-idp:AdminDeleteUser]"},
		{"CDK in Python", "stack.py", `
from aws_cdk import Stack, aws_iam as iam, aws_lambda as lambda_

class Desk(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        ask = lambda_.Function(self, "Ask", runtime=lambda_.Runtime.PYTHON_3_13)
        ask.add_to_role_policy(iam.PolicyStatement(
            actions=["bedrock:InvokeModel", "cognito-idp:AdminDisableUser"],
            resources=["*"],
        ))
`, "Ask stack.py:7 [bedrock:InvokeModel cognito-idp:AdminDisableUser]"},
		{"Pulumi", "index.ts", `
import * as aws from "@pulumi/aws";
const role = new aws.iam.Role("desk", { assumeRolePolicy });
const other = new aws.iam.Role("members", { assumeRolePolicy });
new aws.iam.RolePolicy("models", {
  role: role.id,
  policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["bedrock:InvokeModel"], Resource: "*" }] }),
});
new aws.iam.RolePolicy("users", {
  role: other.id,
  policy: { Statement: [{ Effect: "Allow", Action: "cognito-idp:AdminCreateUser", Resource: pool.arn }] },
});
`, "desk index.ts:3 [bedrock:InvokeModel]; members index.ts:4 [cognito-idp:AdminCreateUser]"},
		{"Pulumi in Python, Google", "__main__.py", `
import pulumi
import pulumi_gcp as gcp
api = gcp.serviceaccount.Account("api", account_id="desk-api")
gcp.projects.IAMMember("ai", role="roles/aiplatform.user", member=api.email.apply(lambda e: f"serviceAccount:{e}"))
gcp.projects.IAMMember("auth", role="roles/firebaseauth.admin", member=api.email.apply(lambda e: f"serviceAccount:{e}"))
`, "desk-api __main__.py:4 [roles/aiplatform.user roles/firebaseauth.admin]"},
		{"a program that only calls", "ask.ts", `
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
// needs bedrock:InvokeModel and cognito-idp:AdminCreateUser
const actions = ['bedrock:InvokeModel', 'cognito-idp:AdminCreateUser'];
`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := granteesOf(t, map[string]string{c.path: c.text}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Names are known in one module of Terraform: what another one calls the same is
// another principal.
func TestPrincipalsOfModules(t *testing.T) {
	of := func(action string) string {
		return "resource \"aws_iam_role\" \"this\" {\n  name = var.name\n}\nresource \"aws_iam_role_policy\" \"this\" {\n  role   = aws_iam_role.this.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"" + action + "\" }] })\n}\n"
	}
	got := granteesOf(t, map[string]string{"modules/ask/main.tf": of("bedrock:InvokeModel"), "modules/members/main.tf": of("cognito-idp:AdminCreateUser")})
	if want := "this modules/ask/main.tf:1 [bedrock:InvokeModel]; this modules/members/main.tf:1 [cognito-idp:AdminCreateUser]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What is given to a module is what its parameters stand for there, and what a module
// makes is granted by whoever calls it.
func TestPrincipalsOverModules(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"Bicep", map[string]string{
			"infra/main.bicep":   "resource one 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {\n  name: 'desk'\n}\nmodule ai 'mod/ai.bicep' = {\n  params: {\n    principalId: one.properties.principalId\n  }\n}\nresource g 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {\n  appRoleId: '741f803b-c850-494e-b5df-cde7c675a1ca'\n  principalId: one.properties.principalId\n}\n",
			"infra/mod/ai.bicep": "param principalId string\nresource use 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  properties: {\n    principalId: principalId\n    roleDefinitionId: subscriptionResourceId('x', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')\n  }\n}\n",
		}, "desk infra/main.bicep:1 [User.ReadWrite.All Cognitive Services OpenAI User]"},
		{"Bicep: a parameter of the deployment", map[string]string{
			"main.bicep": "param who string\nresource use 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  properties: {\n    principalId: who\n    roleDefinitionId: subscriptionResourceId('x', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')\n  }\n}\n",
		}, "who main.bicep:1 [Cognitive Services OpenAI User]"},
		{"Terraform: a role is given to a module", map[string]string{
			"main.tf":             "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\nmodule \"models\" {\n  source = \"./modules/models\"\n  role   = aws_iam_role.app.name\n}\nresource \"aws_iam_role_policy\" \"u\" {\n  role   = aws_iam_role.app.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"cognito-idp:AdminCreateUser\" }] })\n}\n",
			"modules/models/a.tf": "variable \"role\" {\n  type = string\n}\nresource \"aws_iam_role_policy\" \"m\" {\n  role   = var.role\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"bedrock:InvokeModel\" }] })\n}\n",
		}, "app main.tf:2 [cognito-idp:AdminCreateUser bedrock:InvokeModel]"},
		{"Terraform: a module makes the role", map[string]string{
			"main.tf":           "module \"role\" {\n  source = \"./modules/role\"\n  policy = data.aws_iam_policy_document.m.json\n}\ndata \"aws_iam_policy_document\" \"m\" {\n  statement {\n    actions = [\"bedrock:InvokeModel\"]\n  }\n}\nresource \"aws_iam_role_policy\" \"u\" {\n  role   = module.role.name\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"cognito-idp:AdminCreateUser\" }] })\n}\n",
			"modules/role/a.tf": "variable \"policy\" {}\nresource \"aws_iam_role\" \"this\" {\n  name = \"made\"\n}\nresource \"aws_iam_role_policy\" \"this\" {\n  role   = aws_iam_role.this.id\n  policy = var.policy\n}\n",
		}, "made modules/role/a.tf:3 [bedrock:InvokeModel cognito-idp:AdminCreateUser]"},
		{"CDK: what something of its own makes", map[string]string{
			"s.ts": "import * as iam from 'aws-cdk-lib/aws-iam';\nconst ask = make('Ask');\nask.addToRolePolicy(new iam.PolicyStatement({ actions: ['bedrock:InvokeModel'] }));\nconst members = make('Members');\nmembers.addToRolePolicy(new iam.PolicyStatement({ actions: ['cognito-idp:AdminCreateUser'] }));\n",
		}, "Ask s.ts:2 [bedrock:InvokeModel]; Members s.ts:4 [cognito-idp:AdminCreateUser]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := granteesOf(t, c.files); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
