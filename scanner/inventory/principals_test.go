package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What Terraform grants to a principal, over what stands between them; reading accounts
// grants nothing, and neither does a denial.
func TestPrincipals(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a role with a policy in another file": {map[string]string{
			"role.tf":   "resource \"aws_iam_role\" \"app\" {\n  name = \"app-role\"\n}\n\nresource \"aws_iam_role_policy_attachment\" \"a\" {\n  role       = aws_iam_role.app.name\n  policy_arn = aws_iam_policy.p.arn\n}\n",
			"policy.tf": "resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"bedrock:InvokeModel\"]\n    resources = [\"*\"]\n  }\n  statement {\n    actions   = [\"cognito-idp:AdminCreateUser\", \"cognito-idp:ListUsers\"]\n    resources = [\"*\"]\n  }\n}\n",
		}, "app-role role.tf:2 [bedrock:InvokeModel cognito-idp:AdminCreateUser]"},
		"two roles, each its own": {map[string]string{
			"a.tf": "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n}\nresource \"aws_iam_role_policy\" \"a\" {\n  role = aws_iam_role.a.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"bedrock:InvokeModel\"] }] })\n}\n",
			"b.tf": "resource \"aws_iam_role\" \"b\" {\n  name = \"b\"\n}\nresource \"aws_iam_role_policy\" \"b\" {\n  role = aws_iam_role.b.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"cognito-idp:*\"] }] })\n}\n",
		}, "a a.tf:2 [bedrock:InvokeModel]; b b.tf:2 [cognito-idp:*]"},
		"a denial": {map[string]string{
			"a.tf": "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n}\nresource \"aws_iam_role_policy\" \"a\" {\n  role = aws_iam_role.a.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"bedrock:*\"] }, { Effect = \"Deny\", Action = [\"cognito-idp:*\"] }] })\n}\n",
		}, "a a.tf:2 [bedrock:*]"},
		"a managed policy": {map[string]string{
			"a.tf": "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  managed_policy_arns = [\"arn:aws:iam::aws:policy/AmazonBedrockFullAccess\", \"arn:aws:iam::aws:policy/AmazonCognitoPowerUser\"]\n}\n",
		}, "a a.tf:2 [AmazonBedrockFullAccess AmazonCognitoPowerUser]"},
		"an account of Google's": {map[string]string{
			"a.tf": "resource \"google_service_account\" \"app\" {\n  account_id = \"app\"\n}\nresource \"google_project_iam_member\" \"m\" {\n  for_each = toset([\"roles/aiplatform.user\", \"roles/firebaseauth.admin\"])\n  role     = each.value\n  member   = \"serviceAccount:${google_service_account.app.email}\"\n}\n",
		}, "app a.tf:1 [roles/aiplatform.user roles/firebaseauth.admin]"},
		"an application of Entra's, by the names of permissions": {map[string]string{
			"a.tf": "resource \"azuread_application\" \"app\" {\n  display_name = \"app\"\n}\nresource \"azuread_service_principal\" \"app\" {\n  client_id = azuread_application.app.client_id\n}\nresource \"azurerm_role_assignment\" \"m\" {\n  role_definition_name = \"Cognitive Services OpenAI User\"\n  principal_id = azuread_service_principal.app.object_id\n}\nresource \"azuread_app_role_assignment\" \"g\" {\n  app_role_id = azuread_service_principal.msgraph.app_role_ids[\"User.ReadWrite.All\"]\n  principal_object_id = azuread_service_principal.app.object_id\n}\n",
		}, "app a.tf:1 [Cognitive Services OpenAI User User.ReadWrite.All]"},
		"what stands in a comment": {map[string]string{
			"a.tf": "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  # Action = [\"bedrock:*\"]\n}\n",
		}, ""},
		"nothing of either plane": {map[string]string{
			"a.tf": "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  managed_policy_arns = [\"arn:aws:iam::aws:policy/AmazonS3FullAccess\"]\n}\n",
		}, ""},
		"an account of Kubernetes that acts as a role": {map[string]string{
			"k.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::1:role/app\n",
		}, "web k.yaml:4 [arn:aws:iam::1:role/app]"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range sightingsOf(t, c.files) {
				if s.Kind == Principal {
					got = append(got, fmt.Sprintf("%s %s:%d %v", s.Name, s.Path, s.Line, s.Grants))
				}
			}
			slices.Sort(got)
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
		})
	}
}
