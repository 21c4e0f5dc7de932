package boundary

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/scanner"
	"leakline/scanner/ignore"
	"leakline/scanner/inventory"
)

// keyAt is one place where a credential of either layer stands today.
type keyAt struct {
	f    *scanner.Finding
	p    scanner.Place
	name string // what it is assigned to, as far as its line says
	full string // the same with the sections in which the line stands, if they say more
	env  detectors.Environment
}

// opensByName is the layer of which everything is that is kept under a name, "" if the
// name does not say it.
func (s *keyAt) opensByName() detectors.Layer {
	switch ds := kept(s.name); {
	case all(ds, isAI):
		return detectors.AIPlatform
	case all(ds, isAuth):
		return detectors.ApplicationAuth
	case len(ds) > 0 || s.full == "":
		return ""
	}
	c, _ := inventory.CredentialOf(s.full)
	return c.Layer
}

func (s *keyAt) where() Where {
	return Where{Path: s.p.Path, Line: s.p.StartLine, Text: cmp.Or(s.name, s.f.Title), How: s.f.Detector}
}

// ai and auth say which planes the credential opens, for certain or as a candidate.
func (s *keyAt) ai() bool   { return opens(s.f, detectors.AIPlatform) }
func (s *keyAt) auth() bool { return opens(s.f, detectors.ApplicationAuth) }

func opens(f *scanner.Finding, l detectors.Layer) bool {
	return f.Layer == l || f.LayerConfidence == detectors.Ambiguous && slices.Contains(f.LayerCandidates, l)
}

// sure says whether the value is a credential as far as a scan can tell: at least
// medium, or low for standing in an example alone where its own name says whose it is.
func (s *keyAt) sure() bool {
	if s.f.Confidence.Rank() >= detectors.Medium.Rank() {
		return true
	}
	return slices.Contains(s.f.ConfidenceReasons, "it stands in an example") && !slices.Contains(s.f.ConfidenceReasons, "it stands in a comment that documents code") &&
		slices.ContainsFunc(kept(s.name), func(d *detectors.Detector) bool { return d.ID == s.f.Detector })
}

// told says of a value in a text that it is less sure for being one in documentation
// alone, and that its own name says whose it is: in a conversation nobody documents.
func (s *keyAt) told() bool {
	return slices.Contains(s.f.ConfidenceReasons, "it stands in documentation") && !slices.Contains(s.f.ConfidenceReasons, "it stands in an example") &&
		slices.ContainsFunc(kept(s.name), func(d *detectors.Detector) bool { return d.ID == s.f.Detector })
}

// madeUp says whether what stands at a path is mostly an example that opens nothing.
func (s *keyAt) madeUp() bool {
	switch identity.MadeUpAt(s.p.Path) {
	case "an example", "documentation", "vendored code", "a recording of traffic":
		return true
	case "a test path":
		return s.env != detectors.Production && !settings(s.p.Path)
	}
	return false
}

// keysAt gives the places of all credentials of either layer that may still open
// something, in order of path and line.
func keysAt(in *Input) []keyAt {
	var out []keyAt
	named, stages := map[lineOf]string{}, map[lineOf]detectors.Environment{}
	for i := range in.Sightings {
		switch s := &in.Sightings[i]; s.Kind {
		case inventory.Reference:
			named[lineOf{s.Path, s.Line}] = s.Name
		case inventory.Stage:
			stages[lineOf{s.Path, s.Line}] = detectors.Environment(s.Name)
		}
	}
	for i := range in.Findings {
		f := &in.Findings[i]
		if !opens(f, detectors.AIPlatform) && !opens(f, detectors.ApplicationAuth) || f.Default != "" ||
			f.Verification != nil && f.Verification.Status == scanner.VerifiedInactive {
			continue
		}
		for _, p := range placesOf(in, f) {
			s := keyAt{f: f, p: p, name: cmp.Or(p.Name, nameBefore(p.Line, string(f.Secret)))}
			if strings.EqualFold(s.name, "value") {
				s.name = cmp.Or(entryName(named, &p), s.name)
			}
			if full := named[lineOf{p.Path, p.StartLine}]; s.name != "" && len(full) > len(s.name) && strings.HasSuffix(plain(full), plain(s.name)) {
				s.full = full
			}
			s.env = in.environment(p.Path, s.name)
			if e, ok := stages[lineOf{p.Path, p.StartLine}]; ok && in.declared(p.Path) == detectors.EnvironmentUnknown { // the section says more than the file
				s.env = e
			}
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b keyAt) int {
		return cmp.Or(cmp.Compare(a.p.Path, b.p.Path), a.p.StartLine-b.p.StartLine)
	})
	return out
}

// entryName is the name of the variable that gets its value in a line of an entry of a
// list, as containers and hosts are told them: "- name: A" and under it "value: b".
func entryName(named map[lineOf]string, p *scanner.Place) string {
	if name := named[lineOf{p.Path, p.StartLine}]; name != "" {
		return name
	}
	if begin := strings.TrimSpace(p.Line); strings.HasPrefix(begin, "-") || strings.HasPrefix(begin, "{") { // the value stands first
		return named[lineOf{p.Path, p.StartLine + 1}]
	}
	return named[lineOf{p.Path, p.StartLine - 1}]
}

// vendored are the paths at which archives of others are kept: charts that a chart
// depends on, packages of a package manager.
var vendored = regexp.MustCompile(`(?:^|/)(?:charts|vendor|third_party|node_modules|\.yarn|\.m2|wrapper|wheels|wheelhouse|libs?)/`)

// placesOf are the places at which a secret stands in files today.
func placesOf(in *Input, f *scanner.Finding) []scanner.Place {
	all := f.Occurrences
	if len(all) == 0 {
		all = []scanner.Place{f.Place}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p scanner.Place) bool {
		return p.Path == "" || p.ArchivePath != "" && vendored.MatchString(p.Path) || p.Source != "" && p.Source != scanner.SourceBlob || in.History && p.Source == scanner.SourceBlob && !p.AtTip
	})
}

// declared is the environment to which a path belongs by the owners' word.
func (in *Input) declared(p string) detectors.Environment {
	for _, e := range []detectors.Environment{detectors.Production, detectors.Staging, detectors.Test, detectors.Development} {
		if slices.ContainsFunc(in.Policy.Environments[e], func(g string) bool { return ignore.Glob(g, p) }) {
			return e
		}
	}
	return detectors.EnvironmentUnknown
}

// environment is what a place belongs to: the owners' word, else the path's, else the
// name's.
func (in *Input) environment(p, name string) detectors.Environment {
	if e := in.declared(p); e != detectors.EnvironmentUnknown {
		return e
	}
	if e := identity.PathEnvironment(p); e != detectors.EnvironmentUnknown {
		return e
	}
	return identity.PathEnvironment(strings.ReplaceAll(name, "/", "_"))
}

var beforeValue = regexp.MustCompile("([A-Za-z_][A-Za-z0-9_.-]*)(?:\\\\?[\"'`]\\]?)?\\s*(?::\\s*[\\w&<>' ]{1,30})?(?:=>|:=|[:=]|\\s|,)\\s*\\(?(?:\\\\?[\"'`])?(?:Bearer )?$")

// nameBefore is the name that stands before a secret in its redacted line.
func nameBefore(line, shown string) string {
	i := strings.Index(line, shown)
	if shown == "" || i < 0 {
		return ""
	}
	if m := beforeValue.FindStringSubmatch(line[max(0, i-160):i]); m != nil {
		return m[1]
	}
	return ""
}

// kept are the detectors of the credentials that are kept under a name.
func kept(name string) []*detectors.Detector {
	c, ok := inventory.CredentialOf(name)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Detectors), func(d *detectors.Detector) bool { return d.Public })
}

// all says whether a name is known and everything that is kept under it is so.
func all(ds []*detectors.Detector, is func(*detectors.Detector) bool) bool {
	return len(ds) > 0 && !slices.ContainsFunc(ds, func(d *detectors.Detector) bool { return !is(d) })
}

func isAI(d *detectors.Detector) bool    { return d.Identity.Layer == detectors.AIPlatform }
func isAuth(d *detectors.Detector) bool  { return d.Identity.Layer == detectors.ApplicationAuth }
func isPlane(d *detectors.Detector) bool { return isAI(d) || isAuth(d) }

// administers says whether a credential manages the people, keys or directory of an AI
// platform.
func administers(s detectors.Subject, p detectors.Privilege, c detectors.Control) bool {
	return s == detectors.OrgAdmin || s == detectors.Directory || c == detectors.SCIM || c == detectors.SSO ||
		p == detectors.Admin && (c == detectors.UserManagement || c == detectors.Roles)
}

// signs are the forms that make sessions, tokens or web hooks valid.
func signs(f detectors.Form) bool {
	return f == detectors.SigningKey || f == detectors.EncryptionKey || f == detectors.WebhookSecret || f == detectors.Session
}

// signingNames are words of names under which programs keep what makes sessions,
// tokens, cookies and web hooks valid.
var signingNames = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:` + strings.Join([]string{
	`(?:next|better|lucia)?_?auth_?secret`, `session_?(?:secret|key|password)s?`, `cookie_?(?:secret|key|password|keys)`, `remember_?me_?key`,
	`jwt_?(?:secret|key|signing|private|auth)\w*`, `(?:token|signing|signature|hmac|csrf)_?(?:secret|key)`, `secret_?key_?base`, `iron_?session_?\w*`,
	`webhook_?(?:signing_?)?secret`, `django_?secret(?:_?key)?`, `flask_?secret(?:_?key)?`, `^secret_?key$`, `^app_?key$`, `app_?secret_?key`, `encryption_?key`,
	`access_?token_?secret`, `refresh_?token_?secret`, `passport_?secret`,
}, "|") + `)$`)

// signingName says whether a name is one under which such a secret is kept.
func signingName(name string) bool {
	plain := name
	if i := strings.LastIndexByte(plain, '.'); i >= 0 {
		plain = plain[i+1:]
	}
	plain = humps.ReplaceAllString(strings.ReplaceAll(plain, "-", "_"), "${1}_${2}")
	return signingNames.MatchString(plain)
}

// looseSigningNames are those under which people keep any secret.
var looseSigningNames = regexp.MustCompile(`(?i)^(?:app_?)?secret_?key$|^encryption_?key$`)

var humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// fileMatch says whether a path falls under one of some patterns: those that end in "/"
// are folders anywhere in it, any other its last part.
func fileMatch(p string, patterns ...string) bool {
	p = strings.ToLower(p)
	for _, w := range patterns {
		if folder, ok := strings.CutSuffix(w, "/"); ok {
			if strings.HasPrefix(p, folder+"/") || strings.Contains(p, "/"+folder+"/") {
				return true
			}
		} else if ok, _ := path.Match(w, path.Base(p)); ok {
			return true
		}
	}
	return false
}

// tooling says whether a file is read by AI tooling itself: the configuration and
// instructions of agents, prompts, notebooks.
func tooling(p string) bool {
	return fileMatch(p,
		"mcp.json", ".mcp.json", "mcp_config.json", "mcp-config.json", "mcp_settings.json", "cline_mcp_settings.json", "claude_desktop_config.json",
		".cursor/", ".cursorrules", ".claude/", "claude.md", "agents.md", "gemini.md", ".codex/", ".continue/", ".gemini/", ".windsurf/", ".windsurfrules",
		".codeium/", ".clinerules", ".clinerules/", ".roo/", ".aider*", "opencode.json", "copilot-instructions.md", "*.prompt", "*.prompty", "*.prompt.md",
		"*.prompt.txt", "skill.md", "*.ipynb") ||
		fileMatch(p, "prompts/", "prompt/", "system_prompts/", "system-prompts/") && !inventoryCode(p)
}

// inventoryCode says whether a file is a program's, from its name.
func inventoryCode(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".rs", ".swift", ".scala", ".vue", ".svelte", ".ex":
		return true
	}
	return false
}

// settings says whether a file holds settings or is a description of a deployment.
func settings(p string) bool {
	base := strings.ToLower(path.Base(p))
	if strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "appsettings") || base == "web.config" || base == "local.settings.json" {
		return true
	}
	switch path.Ext(base) {
	case ".env", ".yml", ".yaml", ".toml", ".properties", ".tfvars", ".tf", ".conf", ".ini", ".cfg", ".bicep", ".service", ".xcconfig":
		return true
	}
	return deployment(p)
}

// deployment says whether a file describes what runs for the product's users.
func deployment(p string) bool {
	return fileMatch(p, "docker-compose*.y*ml", "compose*.y*ml", "dockerfile*", "containerfile*", "*.dockerfile", "procfile", "fly*.toml", "render.yaml", "app.yaml",
		"vercel.json", "netlify.toml", "serverless.y*ml", "wrangler.toml", "wrangler.json*", "deploy*.y*ml", "values*.y*ml", "app.json", "heroku.yml", "railway.*",
		"k8s/", "kubernetes/", "helm/", "charts/", "manifests/", "deploy/", "deployment/", "deployments/", "ansible/", "terraform/", "infra/", "infrastructure/", "kustomize/")
}

// workflow says whether a file is one of continuous integration.
func workflow(p string) bool {
	return fileMatch(p, ".github/", ".gitlab-ci.y*ml", ".circleci/", "jenkinsfile*", "azure-pipelines*", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".buildkite/")
}

// pipeline says whether a file is a pipeline's or a task's that no user talks to.
func pipeline(p string) bool {
	return workflow(p) || fileMatch(p, "scripts/", "script/", "tools/", "bin/", "hack/", "ci/", "admin/", "ops/")
}

// browser says whether a file is sent to browsers or devices.
func browser(p string) bool {
	if strings.HasSuffix(p, ".js.map") || strings.HasSuffix(p, ".css.map") {
		return true
	}
	if fileMatch(p, "info.plist", "googleservice-info.plist") || fileMatch(p, "values/") && strings.Contains(p, "res/values/") && strings.HasSuffix(p, ".xml") {
		return true
	}
	switch strings.ToLower(path.Ext(p)) {
	case ".html", ".htm", ".js", ".mjs", ".css", ".json", ".map", ".svg", ".txt", ".xml", ".wasm", ".webmanifest":
	case ".ts":
		return fileMatch(p, "environments/") && fileMatch(p, "environment*.ts") // of Angular
	default:
		return false // what a server of files does not send, or runs
	}
	return fileMatch(p, "public/", "static/", "wwwroot/", "www/", "htdocs/") || fileMatch(p, "dist/", "build/", "assets/") && !fileMatch(p, "server/", "functions/", "api/", "backend/")
}

// onDevice says whether a file is packed as it is into an application for devices.
func (e *exam) onDevice(p string) bool {
	return slices.ContainsFunc(e.devices, func(s inventory.Sighting) bool {
		return slices.ContainsFunc(s.Covers, func(g string) bool { return ignore.Glob(g, p) })
	})
}

// signIn are the titles of the systems that a product's own files show, other than by
// names and words, for its users to sign in.
func signIn(in *Input) map[string]bool {
	names := map[string]bool{}
	for i := range in.Sightings {
		if s := &in.Sightings[i]; s.Kind == inventory.System && s.How != inventory.ByName && s.How != inventory.ByText && identity.MadeUpAt(s.Path) == "" && !tooling(s.Path) {
			names[s.Name] = true
		}
	}
	out := map[string]bool{}
	for _, x := range inventory.Entries() {
		if names[x.Name] {
			out[x.Title] = true
		}
	}
	return out
}

// opensDirectory are the detectors of what may open a directory of people, whoever they
// are: which layer that is says who signs in there.
var opensDirectory = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, d := range detectors.Catalogue() {
		id := d.Identity
		if slices.Contains(d.AmbiguousLayers, detectors.ApplicationAuth) && id.Subject != detectors.EndUser && id.Subject != detectors.WorkforceUser &&
			id.Privilege != detectors.Limited && id.Privilege != detectors.Read && (id.Form == detectors.ClientSecret || id.Form == detectors.APIKey || id.Form == detectors.Password) {
			out[d.ID] = true
		}
	}
	return out
})

// ofCloud are names of what is given to an SDK of a cloud, for its machines and stores and
// not for its directory.
var ofCloud = regexp.MustCompile(`(?i)^(?:azure|arm|aws)[_.-]?(?:client|sp|tenant|subscription)|openai|foundry|devops|sql|kusto|storage|key_?vault|power_?bi|fabric`)

// ofUsers says whether a credential opens the directory in which the product's own users
// sign in, by its maker's name; by where it stands it may be of either layer.
func (e *exam) ofUsers(s *keyAt) bool {
	return opensDirectory()[s.f.Detector] && e.signIn[s.f.Provider] && !ofCloud.MatchString(s.name)
}

// exam is one look at an input by the rules of secrets, which report a credential once
// at each place, by the rule that says most.
type exam struct {
	in     *Input
	keysAt []keyAt
	taken  map[taken]bool
	found  map[string][]Violation

	chats     map[string]bool // files with conversations
	servers   map[string]bool // files that start tool servers
	published []inventory.Sighting
	devices   []inventory.Sighting // what applications for devices have in them
	signIn    map[string]bool      // the titles of the systems in which the product's users sign in
	kept      []inventory.Sighting // what packages leave out
	purposes  []inventory.Sighting
	programs  []string // folders, first those that a workspace lists
	refs      []inventory.Sighting
	settings  []inventory.Sighting // names that get their value from another
	jobs      map[lineOf]bool      // lines of what answers nobody
}

type taken struct {
	fingerprint, path string
	line              int
}

func newExam(in *Input) *exam {
	e := &exam{
		in: in, keysAt: keysAt(in), taken: map[taken]bool{}, found: map[string][]Violation{},
		chats: map[string]bool{}, servers: map[string]bool{}, jobs: map[lineOf]bool{}, signIn: signIn(in),
	}
	var listed []string
	for i := range in.Sightings {
		s := &in.Sightings[i]
		switch s.Kind {
		case inventory.Chat:
			e.chats[s.Path] = true
		case inventory.Server:
			e.servers[s.Path] = true
		case inventory.Published:
			if s.OnDevices() {
				e.devices = append(e.devices, *s)
				continue
			}
			e.published = append(e.published, *s)
		case inventory.Setting:
			e.settings = append(e.settings, *s)
		case inventory.Job:
			e.jobs[lineOf{s.Path, s.Line}] = true
		case inventory.Kept:
			e.kept = append(e.kept, *s)
		case inventory.Purpose:
			e.purposes = append(e.purposes, *s)
		case inventory.Reference:
			e.refs = append(e.refs, *s)
		case inventory.Program:
			if s.Name == "." {
				continue
			}
			if s.How == inventory.ByConfig { // in the order in which a workspace lists them
				listed = append(listed, s.Name)
			}
			e.programs = append(e.programs, s.Name)
		}
	}
	goes := slices.ContainsFunc(e.published, func(s inventory.Sighting) bool { return s.Publishes() })
	e.published = slices.DeleteFunc(e.published, func(s inventory.Sighting) bool { return s.Publishes() || s.Local && !goes })
	slices.Sort(e.programs)
	e.programs = slices.Compact(e.programs)
	slices.SortStableFunc(e.programs, func(a, b string) int {
		return cmp.Compare(uint(slices.Index(listed, a)), uint(slices.Index(listed, b))) // what is not listed comes last
	})
	return e
}

// free says whether no rule has reported a key at its place yet.
func (e *exam) free(s *keyAt) bool {
	return !e.taken[taken{s.f.Fingerprint, s.p.Path, s.p.StartLine}]
}

func (e *exam) take(ss ...*keyAt) {
	for _, s := range ss {
		e.taken[taken{s.f.Fingerprint, s.p.Path, s.p.StartLine}] = true
	}
}

// report adds a violation at the first of some keys.
func (e *exam) report(rule, why string, ss ...*keyAt) *Violation {
	e.take(ss...)
	v := Violation{At: ss[0].where(), Why: why, Fingerprint: ss[0].f.Fingerprint}
	for _, s := range ss {
		v.Layers = append(v.Layers, s.f.Layer)
		if w := s.where(); w.Path != v.At.Path || w.Line != v.At.Line {
			v.Also = append(v.Also, w)
		}
	}
	slices.Sort(v.Layers)
	v.Layers = slices.Compact(v.Layers)
	e.found[rule] = append(e.found[rule], v)
	return &e.found[rule][len(e.found[rule])-1]
}

// bySecret are the keys that a rule may look at, by secret, in the order of the first.
func (e *exam) bySecret(want func(*keyAt) bool) [][]*keyAt {
	var out [][]*keyAt
	at := map[string]int{}
	for i := range e.keysAt {
		s := &e.keysAt[i]
		if !want(s) {
			continue
		}
		n, ok := at[s.f.Fingerprint]
		if !ok {
			n = len(out)
			at[s.f.Fingerprint] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], s)
	}
	return out
}

// out gives what a key is part of that goes out to strangers.
func (e *exam) out(s *keyAt) string {
	if s.p.ArchivePath != "" {
		switch path.Ext(strings.ToLower(s.p.Path)) {
		case ".vsix", ".tgz", ".whl", ".jar", ".war", ".crx", ".xpi", ".gem", ".nupkg", ".apk", ".aab", ".ipa", ".crate":
			return "package"
		}
	}
	if fileMatch(s.p.Path, "dockerfile*", "containerfile*", "*.dockerfile") && imageLine.MatchString(s.p.Line) {
		return "image"
	}
	for i := range e.published {
		p := &e.published[i]
		if !slices.ContainsFunc(p.Covers, func(g string) bool { return ignore.Glob(g, s.p.Path) }) {
			continue
		}
		if len(p.Grants) > 0 && !within(p.Grants[0], s.p.StartLine) || e.leftOut(p, s.p.Path) {
			continue
		}
		return p.Name
	}
	return ""
}

// leftOut says whether a package without a list of its files leaves one out: what its own
// ignoring says, and, of npm's packages, what belongs to another program in its folder.
func (e *exam) leftOut(p *inventory.Sighting, file string) bool {
	if p.How != inventory.ByManifest || path.Base(p.Path) != "package.json" || p.Text == "files" {
		return false
	}
	dir := path.Dir(p.Path)
	if own := e.program(file); own != dir && (own != "" || dir != ".") {
		return true
	}
	base := path.Base(file)
	if strings.HasPrefix(base, ".env") || fileMatch(file, ".github/", "test/", "tests/", "__tests__/", "deploy/", "infra/", "k8s/") { // ignored by nearly all
		return true
	}
	return slices.ContainsFunc(e.kept, func(k inventory.Sighting) bool {
		return path.Dir(k.Path) == dir && slices.ContainsFunc(k.Covers, func(g string) bool { return ignore.Glob(g, file) })
	})
}

var imageLine = regexp.MustCompile(`(?i)^\s*(?:ENV|ARG|LABEL|RUN)\s`)

// within says whether a line lies in "lines FROM-TO".
func within(lines string, line int) bool {
	from, to, ok := strings.Cut(strings.TrimPrefix(lines, "lines "), "-")
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	return ok && err == nil && err2 == nil && a <= line && line <= b
}

// program is the folder of the program to which a place belongs, "" if none but the
// whole tree's can be told: the deepest in whose folder it lies, else the one whose
// name its own path has.
func (e *exam) program(p string) string {
	best := ""
	for _, dir := range e.programs {
		if strings.HasPrefix(p, dir+"/") && len(dir) > len(best) {
			best = dir
		}
	}
	if best != "" {
		return best
	}
	parts := strings.Split(p, "/")
	last := len(parts) - 1
	parts[last], _, _ = strings.Cut(strings.TrimPrefix(parts[last], "."), ".")
	for i := last; i >= 0; i-- {
		for _, dir := range e.programs {
			if strings.EqualFold(path.Base(dir), parts[i]) {
				return dir
			}
		}
	}
	return ""
}
