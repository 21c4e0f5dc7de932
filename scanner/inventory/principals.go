package inventory

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"leakline/detectors"
)

// block is a block of Terraform that makes a principal or grants it something.
type block struct {
	path, kind, name string
	line             int
	label            string // the name that it is given in the cloud, with its line
	labelLine        int
	refs             []string // kind.name of other blocks, in order
	grants           []Part   // what it allows, by layer
}

// principalKinds are the principals themselves, and how they are found from what is
// granted to them.
var principalKinds = map[string]bool{
	"aws_iam_role": true, "aws_iam_user": true, "aws_iam_group": true, "azuread_application": true, "azuread_application_registration": true,
	"azurerm_user_assigned_identity": true, "google_service_account": true,
}

// linkKinds are blocks that stand between a principal and what it is granted: from the
// first to the second.
var linkKinds = map[string]bool{
	"aws_iam_role_policy": true, "aws_iam_user_policy": true, "aws_iam_group_policy": true, "aws_iam_role_policy_attachment": true, "aws_iam_user_policy_attachment": true,
	"aws_iam_group_policy_attachment": true, "aws_iam_policy_attachment": true, "aws_iam_policy": true, "aws_iam_policy_document": true,
	"azuread_service_principal": true, "azurerm_role_assignment": true, "azuread_app_role_assignment": true, "azuread_directory_role_assignment": true, "azuread_application_api_access": true,
	"google_project_iam_member": true, "google_project_iam_binding": true, "google_service_account_iam_member": true,
}

// grant is a text in a block that allows something in a layer.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
// https://learn.microsoft.com/graph/permissions-reference
// https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control
// https://cloud.google.com/iam/docs/understanding-roles
var grantPatterns = []struct {
	layer detectors.Layer
	re    *pattern
}{
	{detectors.AIPlatform, compile(`"(bedrock(?:-agentcore)?:[\w*]+|sagemaker:InvokeEndpoint[\w*]*)"`)},
	{detectors.AIPlatform, compile(`"arn:aws:iam::aws:policy/(AmazonBedrock(?:Full|Limited)Access)"`)},
	{detectors.AIPlatform, compile(`"(Cognitive Services (?:OpenAI )?(?:Contributor|User)|Azure AI (?:Developer|User|Administrator|Account Owner|Project Manager))"`)},
	{detectors.AIPlatform, compile(`"(roles/aiplatform\.[\w.]+|roles/ml\.(?:admin|developer))"`)},
	{detectors.ApplicationAuth, compile(`"(cognito-(?:idp|identity|sync):[\w*]+)"`)},
	{detectors.ApplicationAuth, compile(`"arn:aws:iam::aws:policy/(AmazonCognitoPowerUser)"`)},
	{detectors.ApplicationAuth, compile(`"((?:User|Directory|Group|Application|RoleManagement|IdentityProvider|UserAuthenticationMethod|Policy)\.(?:ReadWrite|Manage|EnableDisable)[\w.]*)"`)},
	{detectors.ApplicationAuth, compile(`"(` + strings.Join(graphRoles, "|") + `)"`)},
	{detectors.ApplicationAuth, compile(`"(roles/(?:firebaseauth|identityplatform|identitytoolkit)\.(?:admin|editor)|roles/firebase\.admin)"`)},
}

// graphRoles are the ids of Microsoft Graph's application permissions that change who
// there is: User.ReadWrite.All, Directory.ReadWrite.All, Group.ReadWrite.All,
// Application.ReadWrite.All, RoleManagement.ReadWrite.Directory,
// UserAuthenticationMethod.ReadWrite.All.
var graphRoles = []string{
	"741f803b-c850-494e-b5df-cde7c675a1ca", "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "62a82d76-70ea-41e2-9197-370581804d09",
	"1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "50483e42-d915-4231-9639-7fdb7fd190e5",
}

// onlyReads are actions that look and change nothing.
var onlyReads = compile(`:(?:Admin)?(?:Get|List|Describe)\w*\*?$`)

// principals reads the blocks of Terraform and the accounts of Kubernetes; what they
// are granted is known when all files are.
func (r *Reader) principals(f *file, add func(Sighting)) {
	switch {
	case f.ext == ".tf":
		r.code.terraform(f)
	case (f.ext == ".yaml" || f.ext == ".yml") && bytes.Contains(f.data, []byte("kind: ServiceAccount")):
		accounts(f, add)
	}
}

var blockHead = compile(`(?m)^\s*(resource|data)\s+"([a-z0-9_]+)"\s+"([\w-]+)"\s*\{`)

var blockRef = compile(`\b(?:data\.)?((?:aws|azuread|azurerm|google)_[a-z_]+)\.([\w-]+)`)

var blockLabel = compile(`(?m)^\s*(?:name|display_name|account_id)\s*=\s*"([^"]+)"`)

func (t *tree) terraform(f *file) {
	heads := blockHead.FindAllSubmatchIndex(f.data, -1)
	if len(heads) == 0 {
		return
	}
	s := newSource(f, php, nil) // its comments and strings are written alike
	var out []block
	for _, h := range heads {
		b := block{path: f.path, kind: string(f.data[h[4]:h[5]]), name: string(f.data[h[6]:h[7]]), line: f.line(h[2])}
		if !principalKinds[b.kind] && !linkKinds[b.kind] {
			continue
		}
		from, to := h[1], s.shut(h[1]-1)
		body := f.data[from:to]
		if l := blockLabel.FindSubmatchIndex(body); l != nil {
			b.label, b.labelLine = string(body[l[2]:l[3]]), f.line(from+l[2])
		}
		for _, m := range blockRef.FindAllSubmatch(body, -1) {
			b.refs = append(b.refs, string(m[1])+"."+string(m[2]))
		}
		for _, g := range grantPatterns {
			for _, m := range g.re.FindAllSubmatchIndex(body, -1) {
				at := from + m[2]
				if text := string(body[m[2]:m[3]]); !onlyReads.MatchString(text) && !s.denied(at, from) && !s.comment(at) {
					b.grants = append(b.grants, Part{Kind: Principal, Layer: g.layer, Path: f.path, Line: f.line(at), Text: text})
				}
			}
		}
		out = append(out, b)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.blocks = append(t.blocks, out...)
}

// comment says whether an offset stands in a comment: behind a # or // that the code
// does not have.
func (s *source) comment(pos int) bool {
	left := bytes.TrimRight(s.code[lineStart(s.code, pos):pos], " ")
	return len(left) == 0 || left[len(left)-1] != '"' && !bytes.Contains(s.data[lineStart(s.data, pos):pos], []byte("["))
}

// denied says whether the statement around an offset forbids.
func (s *source) denied(pos, low int) bool {
	b := s.around(pos)
	for b >= 0 && s.code[s.brackets[b].open] != '{' {
		b = s.brackets[b].parent
	}
	if b < 0 || s.brackets[b].open < low {
		return false
	}
	return bytes.Contains(s.data[s.brackets[b].open:s.brackets[b].close], []byte(`"Deny"`))
}

// credentials gives the lines in which a credential that the client of the directory
// has is also given to the client of a model.
func (s *source) credentials(spans []span) []Part {
	var out []Part
	for _, x := range spans {
		if !x.local || !bytes.Contains(s.code[x.body:x.to], []byte("Credential(")) {
			continue
		}
		var models []Part
		directory := false
		s.idents(x.to, len(s.code), func(id ident) {
			if id.text != x.name {
				return
			}
			text := s.code[lineStart(s.code, id.from):lineEnd(s.code, id.from)]
			directory = directory || bytes.Contains(text, []byte("GraphServiceClient"))
			if bytes.Contains(text, []byte("OpenAIClient(")) || bytes.Contains(text, []byte("AIProjectClient(")) || bytes.Contains(text, []byte("ChatCompletionsClient(")) {
				models = append(models, Part{Kind: Provider, Layer: detectors.AIPlatform, Path: s.path, Line: s.line(id.from), Text: x.name})
			}
		})
		if directory {
			out = append(out, models...)
		}
	}
	return out
}

// principals gives the principals of Terraform with what they are granted.
func (t *tree) principals() []Sighting {
	byKey := map[string][]*block{}
	for i := range t.blocks {
		b := &t.blocks[i]
		byKey[b.kind+"."+b.name] = append(byKey[b.kind+"."+b.name], b)
	}
	// of finds what is granted by what a block refers to: a policy's document.
	var documents func(b *block, depth int) []Part
	documents = func(b *block, depth int) []Part {
		out := slices.Clone(b.grants)
		if depth == 0 {
			return out
		}
		for _, r := range b.refs {
			for _, d := range byKey[r] {
				if d.kind == "aws_iam_policy" || d.kind == "aws_iam_policy_document" {
					out = append(out, documents(d, depth-1)...)
				}
			}
		}
		return out
	}
	// owners are the principals that a block speaks of, over what stands between.
	var owners func(b *block, depth int) []*block
	owners = func(b *block, depth int) []*block {
		var out []*block
		for _, r := range b.refs {
			for _, p := range byKey[r] {
				switch {
				case principalKinds[p.kind]:
					out = append(out, p)
				case p.kind == "azuread_service_principal" && depth > 0:
					out = append(out, owners(p, depth-1)...)
				}
			}
		}
		return out
	}
	granted := map[*block][]Part{}
	for i := range t.blocks {
		b := &t.blocks[i]
		if principalKinds[b.kind] {
			granted[b] = append(granted[b], documents(b, 3)...)
			continue
		}
		if b.kind == "aws_iam_policy" || b.kind == "aws_iam_policy_document" || b.kind == "azuread_service_principal" {
			continue
		}
		for _, p := range owners(b, 2) {
			granted[p] = append(granted[p], documents(b, 3)...)
		}
	}
	var out []Sighting
	for i := range t.blocks {
		b := &t.blocks[i]
		parts := granted[b]
		if len(parts) == 0 {
			continue
		}
		slices.SortFunc(parts, func(x, y Part) int {
			return cmp.Or(cmp.Compare(x.Path, y.Path), x.Line-y.Line, cmp.Compare(x.Text, y.Text))
		})
		parts = slices.Compact(parts)
		s := Sighting{Kind: Principal, Layer: parts[0].Layer, Name: cmp.Or(b.label, b.name), How: ByConfig, Path: b.path, Line: b.line, Text: b.kind + "." + b.name, Parts: parts}
		if strings.HasPrefix(b.kind, "azuread_") && slices.ContainsFunc(parts, func(p Part) bool { return p.Layer != parts[0].Layer }) {
			for _, p := range t.programs {
				if t.unit(p.path) == t.unit(b.path) || t.unit(b.path) == "." {
					s.Parts = append(slices.Clone(s.Parts), p.credentials...)
				}
			}
		}
		if strings.HasPrefix(b.kind, "aws_") && b.labelLine != 0 {
			s.Line = b.labelLine
		}
		for _, p := range parts {
			s.Grants = append(s.Grants, p.Text)
		}
		out = append(out, s)
	}
	return out
}

var accountName = compile(`(?m)^  name:\s*["']?([\w.-]+)`)

var accountRole = compile(`(?m)^\s+(eks\.amazonaws\.com/role-arn|iam\.gke\.io/gcp-service-account|azure\.workload\.identity/client-id):\s*["']?([^\s"']+)`)

// accounts gives the service accounts of Kubernetes that act as a principal of a cloud.
func accounts(f *file, add func(Sighting)) {
	at := 0
	for doc := range bytes.SplitSeq(f.data, []byte("\n---")) {
		if bytes.Contains(doc, []byte("kind: ServiceAccount")) {
			n, r := accountName.FindSubmatchIndex(doc), accountRole.FindSubmatch(doc)
			if n != nil && r != nil {
				add(Sighting{Kind: Principal, Layer: detectors.Infrastructure, Name: string(doc[n[2]:n[3]]), How: ByConfig, Line: f.line(at + n[2]), Text: string(r[1]), Grants: []string{string(r[2])}})
			}
		}
		at += len(doc) + len("\n---")
	}
}
