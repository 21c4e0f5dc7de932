package inventory

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"leakline/detectors"
)

// block is a declaration of infrastructure: what makes a principal, grants it
// something, or says what is granted. Every language of infrastructure is read into
// blocks (principals_*.go); what a principal may do follows from all of them.
type block struct {
	scope string // within which keys are known: a folder of Terraform, else a file
	key   string // by which other blocks of its scope refer to it
	kind  blockKind
	text  string // how it is written: its type and its name
	path  string
	line  int
	// label is the name that it is given in the cloud, labelLine where, if a reader is
	// to be sent there.
	label     string
	labelLine int
	of        []string // keys of the principals that a link speaks of
	refs      []string // keys of what else it refers to: documents that are granted
	grants    []Part   // what it allows, by layer
	directory bool     // it is an application of a directory
	// calls is the scope that a module calls, args what it gives to that by the names
	// of its parameters; param says that a block is such a parameter.
	calls string
	args  map[string][]string
	param bool
	// whole says that what it grants is told by its own line, not by that of the text.
	whole bool
}

type blockKind int

const (
	other     blockKind = iota // what is granted something if a link speaks of it
	principal                  // what acts
	link                       // grants something to others
	document                   // says what is granted
	stand                      // stands for another principal: a service principal for its application
)

// grantPatterns are texts that allow something in a layer.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
// https://learn.microsoft.com/graph/permissions-reference
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/ai-machine-learning
// https://cloud.google.com/iam/docs/understanding-roles
var grantPatterns = []struct {
	layer detectors.Layer
	re    *pattern
}{
	{detectors.AIPlatform, granting(`bedrock(?:-agentcore|-mantle)?:[\w*]+|sagemaker:InvokeEndpoint[\w*]*|AmazonBedrock(?:Full|Limited)Access`)},
	{detectors.AIPlatform, granting(`Cognitive Services (?:OpenAI )?(?:Contributor|User)|(?:Azure AI|Foundry) (?:Developer|User|Owner|Administrator|Account Owner|Project Manager)`)},
	{detectors.AIPlatform, granting(idsOf(modelRoles))},
	{detectors.AIPlatform, granting(`roles/aiplatform\.[\w.]+|roles/ml\.(?:admin|developer)|aiplatform\.endpoints\.(?:predict|explain)|aiplatform\.\*`)},
	{detectors.ApplicationAuth, granting(`cognito-(?:idp|identity|sync):[\w*]+|AmazonCognitoPowerUser`)},
	{detectors.ApplicationAuth, granting(`(?:User|Directory|Group|GroupMember|Application|AppRoleAssignment|RoleManagement|IdentityProvider|UserAuthenticationMethod|Policy)\.(?:ReadWrite|Manage|EnableDisable)[\w.]*|User\.Invite\.All`)},
	{detectors.ApplicationAuth, granting(idsOf(graphRoles))},
	{detectors.ApplicationAuth, granting(`roles/(?:firebaseauth|identityplatform|identitytoolkit)\.(?:admin|editor)|roles/firebase\.(?:admin|sdkAdminServiceAgent)|firebaseauth\.users\.(?:create|update|delete|createSession|sendEmail)|firebaseauth\.configs\.update`)},
}

// granting is a pattern of something that is granted: it stands for itself.
func granting(what string) *pattern {
	return compile("(?:^|[\"'`\\s\\[,/(])(" + what + ")(?:[\"'`\\s\\],)}]|$)")
}

// modelRoles are the ids of Azure's roles for models.
var modelRoles = map[string]string{
	"5e0bd9bd-7b93-4f28-af87-19fc36ad61bd": "Cognitive Services OpenAI User",
	"a001fd3d-188f-4b5d-821b-7da978bf7442": "Cognitive Services OpenAI Contributor",
	"a97b65f3-24c7-4388-baec-2e87135dc908": "Cognitive Services User",
	"25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68": "Cognitive Services Contributor",
	"64702f94-c441-49e6-a78b-ef80e0188fee": "Azure AI Developer",
	"53ca6127-db72-4b80-b1b0-d745d6d5456d": "Azure AI User",
	"eadc314b-1a2d-4efa-be10-5d325db5065e": "Azure AI Project Manager",
}

// graphRoles are the ids of Microsoft Graph's application permissions that change who
// there is.
var graphRoles = map[string]string{
	"741f803b-c850-494e-b5df-cde7c675a1ca": "User.ReadWrite.All",
	"19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
	"62a82d76-70ea-41e2-9197-370581804d09": "Group.ReadWrite.All",
	"1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
	"9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
	"50483e42-d915-4231-9639-7fdb7fd190e5": "UserAuthenticationMethod.ReadWrite.All",
	"06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
}

func idsOf(ids map[string]string) string {
	var out []string
	for id := range ids {
		out = append(out, id)
	}
	slices.Sort(out)
	return strings.Join(out, "|")
}

// onlyReads are actions that look and change nothing, or that anybody may ask for who
// signs in.
var onlyReads = compile(`:(?:Admin)?(?:Get|List|Describe|InitiateAuth|RespondToAuthChallenge)\w*\*?$`)

// granted calls a function with everything in a text that is granted, and its offset.
func granted(text []byte, found func(l detectors.Layer, what string, at int)) {
	for _, g := range grantPatterns {
		for at := 0; at < len(text); {
			m := g.re.FindSubmatchIndex(text[at:])
			if m == nil {
				break
			}
			what := string(text[at+m[2] : at+m[3]])
			if !onlyReads.MatchString(what) {
				found(g.layer, cmp.Or(modelRoles[what], graphRoles[what], what), at+m[2])
			}
			at += m[3] // what ends one may begin the next
		}
	}
}

// principals reads the blocks of a file's infrastructure and the accounts of
// Kubernetes; what they are granted is known when all files are.
func (r *Reader) principals(f *file, add func(Sighting)) {
	switch f.ext {
	case ".tf", ".tofu":
		r.code.keep(terraform(f))
	case ".bicep":
		r.code.keep(bicep(f))
	case ".yaml", ".yml", ".json", ".template":
		if f.ext != ".json" && bytes.Contains(f.data, []byte("kind: ServiceAccount")) {
			accounts(f, add)
		}
		r.code.keep(template(f))
	default:
		if lang := languages[f.ext]; lang != "" {
			r.code.keep(constructs(f, lang))
		}
	}
}

// keep notes the blocks of a file.
func (t *tree) keep(blocks []block) {
	if len(blocks) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.blocks = append(t.blocks, blocks...)
}

// quotedAt says whether an offset lies at the begin of a string's text, or of the part
// behind a path's last slash: what a comment says grants nothing.
func (s *source) quotedAt(pos int) bool {
	i := bytes.LastIndexAny(s.code[lineStart(s.code, pos):pos], "\"'`")
	return i >= 0 && !bytes.ContainsAny(s.data[lineStart(s.data, pos)+i+1:pos], " \t")
}

// denied says whether the statement around an offset forbids, or names what it does
// not allow.
func (s *source) denied(pos, low int) bool {
	b := s.around(pos)
	for b >= 0 && s.code[s.brackets[b].open] != '{' && s.brackets[b].open >= low {
		open := s.brackets[b].open
		if head := s.code[max(0, open-24):open]; notActions.Match(head) || notActions.Match(s.data[max(0, open-24):open]) {
			return true
		}
		b = s.brackets[b].parent
	}
	if b < 0 || s.brackets[b].open < low {
		return false
	}
	return denying.Match(s.data[s.brackets[b].open:s.brackets[b].close])
}

var (
	notActions = compile(`(?i)not_?actions"?\s*[:=]\s*(?:List\.of)?$`)
	denying    = compile(`(?i)effect["']?\s*[:=]\s*(?:["']deny["']|(?:\w+\.)*effect\.deny\b)`)
)

// principals gives the principals of infrastructure with what they are granted.
func (t *tree) principals() []Sighting {
	slices.SortStableFunc(t.blocks, func(a, b block) int { return cmp.Or(cmp.Compare(a.path, b.path), a.line-b.line) })
	type name struct{ scope, key string }
	byKey := map[name][]*block{}
	for i := range t.blocks {
		b := &t.blocks[i]
		byKey[name{b.scope, b.key}] = append(byKey[name{b.scope, b.key}], b)
	}
	callers, scopes := map[string][]*block{}, map[string]bool{}
	for i := range t.blocks {
		scopes[t.blocks[i].scope] = true
		if b := &t.blocks[i]; b.calls != "" {
			callers[b.calls] = append(callers[b.calls], b)
		}
	}
	// find calls a function with the blocks that a key stands for: of a parameter those
	// that are given to it.
	var find func(scope, key string, depth int, found func(*block))
	find = func(scope, key string, depth int, found func(*block)) {
		for _, p := range byKey[name{scope, key}] {
			given := false
			if p.param && depth > 0 {
				for _, c := range callers[scope] {
					for _, a := range c.args[strings.TrimPrefix(key, "var.")] {
						given = true
						find(c.scope, a, depth-1, found)
					}
				}
			}
			if !given {
				found(p)
			}
		}
	}
	// documents is what a block grants, with what it refers to.
	var documents func(b *block, depth int) []Part
	documents = func(b *block, depth int) []Part {
		out := slices.Clone(b.grants)
		if depth == 0 {
			return out
		}
		for _, r := range b.refs {
			find(b.scope, r, depth, func(d *block) {
				if d.kind == document && d != b {
					out = append(out, documents(d, depth-1)...)
				}
			})
		}
		return out
	}
	// made is the one principal that a module makes, nil if it makes none or several.
	made := func(scope string) *block {
		var one *block
		for i := range t.blocks {
			if b := &t.blocks[i]; b.scope == scope && b.kind == principal {
				if one != nil {
					return nil
				}
				one = b
			}
		}
		return one
	}
	// owners are the principals that a block speaks of, over what stands for them.
	var owners func(b *block, depth int) []*block
	owners = func(b *block, depth int) []*block {
		var out []*block
		for _, key := range b.of {
			find(b.scope, key, depth, func(p *block) {
				switch {
				case p.calls != "" && made(p.calls) != nil:
					out = append(out, made(p.calls))
				case p.kind == principal || p.kind == other:
					out = append(out, p)
				case p.kind == stand && depth > 0:
					out = append(out, owners(p, depth-1)...)
				}
			})
		}
		return out
	}
	held := map[*block][]Part{}
	for i := range t.blocks {
		switch b := &t.blocks[i]; {
		case b.kind == principal:
			held[b] = append(held[b], documents(b, 4)...)
		case b.kind == link || b.kind == document && len(b.of) > 0:
			grants := documents(b, 4)
			for k := range grants {
				if b.whole {
					grants[k].Path, grants[k].Line = b.path, b.line
				}
			}
			for _, p := range owners(b, 3) {
				held[p] = append(held[p], grants...)
			}
		}
	}
	var out []Sighting
	for i := range t.blocks {
		b := &t.blocks[i]
		parts := held[b]
		if len(parts) == 0 || scopes[b.calls] { // what it calls is read itself
			continue
		}
		slices.SortFunc(parts, func(x, y Part) int {
			return cmp.Or(cmp.Compare(x.Path, y.Path), x.Line-y.Line, cmp.Compare(x.Text, y.Text))
		})
		parts = slices.Compact(parts)
		s := Sighting{Kind: Principal, Layer: parts[0].Layer, Name: cmp.Or(b.label, b.key), How: ByConfig, Path: b.path, Line: cmp.Or(b.labelLine, b.line), Text: b.text, Parts: parts}
		if b.directory && slices.ContainsFunc(parts, func(p Part) bool { return p.Layer != parts[0].Layer }) {
			for _, p := range t.programs {
				if t.unit(p.path) == t.unit(b.path) || t.unit(b.path) == "." {
					s.Parts = append(slices.Clone(s.Parts), p.credentials...)
				}
			}
		}
		for _, p := range parts {
			s.Grants = append(s.Grants, p.Text)
		}
		out = append(out, s)
	}
	return out
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

// folderOf is the scope of what lies in one folder.
func folderOf(f *file) string { return path.Dir(f.path) + "/" }
