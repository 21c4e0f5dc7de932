package boundary

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// secretRules are the rules of single credentials: where they stand and what they do.
var secretRules = []Rule{
	{
		ID: "same-secret-both-layers", Title: "One secret opens both layers", Severity: scanner.SeverityHigh,
		Remedy:     "Make a value of its own for each layer, put both in place, and then remove the shared one at its provider.",
		Frameworks: []string{"NHI9:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
		Find:       finder("same-secret-both-layers"),
	},
	{
		ID: "ai-key-signs", Title: "A key of an AI platform signs sessions, tokens or web hooks", Severity: scanner.Critical,
		Remedy:     "Make a random secret for signing, end the sessions that were signed with the key, and replace the key at its provider.",
		Frameworks: []string{"NHI9:2025", "CSF 2.0 PR.AA-03", "SP 800-53 AC-3"},
		Find:       finder("ai-key-signs"),
	},
	{
		ID: "platform-admin-in-application", Title: "A credential that administers the AI platform stands in the application", Severity: scanner.Critical,
		Remedy:     "Take it out of the application and revoke it; let a service account of one project do what the application needs, and administration a task of its own.",
		Frameworks: []string{"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
		Find:       finder("platform-admin-in-application"),
	},
	{
		ID: "auth-admin-in-ai-tooling", Title: "AI tooling holds a credential that rules the product's accounts", Severity: scanner.Critical,
		Remedy:     "Revoke it; give the tooling a credential of a test tenant that may only read, or none.",
		Frameworks: []string{"NHI3:2025", "NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
		Find:       finder("auth-admin-in-ai-tooling"),
	},
	{
		ID: "server-secret-in-client", Title: "A secret of the server is sent to browsers or devices", Severity: scanner.Critical,
		Remedy:     "Revoke it, and call the provider from the server, behind the product's own sign-in.",
		Frameworks: []string{"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
		Find:       finder("server-secret-in-client"),
	},
	{
		ID: "key-shared-by-applications", Title: "Several applications use one key", Severity: scanner.SeverityMedium,
		Remedy:     "Give each application a key of its own, so that each can be limited, told apart and cut off alone.",
		Frameworks: []string{"NHI9:2025", "CSF 2.0 PR.AA-01"},
		Find:       finder("key-shared-by-applications"),
	},
	{
		ID: "key-shared-by-environments", Title: "Production shares a key with another environment", Severity: scanner.SeverityHigh,
		Remedy:     "Make a key for each environment, in a project of its own, and replace the one in production.",
		Frameworks: []string{"NHI8:2025", "CSF 2.0 PR.AA-05"},
		Find:       finder("key-shared-by-environments"),
	},
	{
		ID: "admin-key-for-project-work", Title: "An administrator's key does what a project's key can", Severity: scanner.SeverityHigh,
		Remedy:     "Call the model with a key of one project, and revoke the administrator's key.",
		Frameworks: []string{"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
		Find:       finder("admin-key-for-project-work"),
	},
	{
		ID: "personal-key-in-production", Title: "Production runs on a person's own key", Severity: scanner.SeverityHigh,
		Remedy:     "Make a service account or a project key for production, and revoke the person's key.",
		Frameworks: []string{"NHI10:2025", "CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
		Find:       finder("personal-key-in-production"),
	},
	{
		ID: "secret-in-published-artefact", Title: "What is published holds a secret", Severity: scanner.Critical,
		Remedy:     "Revoke it first: what was published cannot be called back. Then build without it and publish again.",
		Frameworks: []string{"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
		Find:       finder("secret-in-published-artefact"),
	},
	{
		ID: "key-in-exported-chat", Title: "A conversation that was exported holds a key", Severity: scanner.SeverityHigh,
		Remedy:     "Revoke it: the assistant's provider has it too. Then blank it in the export.",
		Frameworks: []string{"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
		Find:       finder("key-in-exported-chat"),
	},
}

// finder gives what one rule of secrets finds. All of them look together, for a
// credential is reported at a place by one rule only, and once for a map.
func finder(id string) func(*Input, *Map) []Violation {
	return func(in *Input, m *Map) []Violation {
		if m.secrets == nil {
			m.secrets = examine(in)
		}
		return m.secrets[id]
	}
}

// examine lets the rules look in the order in which they say most.
func examine(in *Input) map[string][]Violation {
	e := newExam(in)
	e.chatted()
	e.wentOut()
	e.tooled()
	e.sentOut()
	e.signed()
	e.adminWork()
	e.adminInApplication()
	e.adminByName()
	e.personal()
	e.sharedByEnvironments()
	e.sharedByApplications()
	return e.found
}

// what says what a credential is.
func what(f *scanner.Finding) string {
	if f.Provider == "" || strings.HasPrefix(f.Title, f.Provider) {
		return f.Title
	}
	return f.Provider + " " + f.Title
}

func (e *exam) chatted() {
	for _, ss := range e.bySecret(func(s *keyAt) bool { return e.chats[s.p.Path] && (s.sure() || s.told()) }) {
		e.report("key-in-exported-chat", fmt.Sprintf("a conversation with an assistant was kept in this file, and a person put the %s into it: its provider has it, and whoever reads the file", what(ss[0].f)), ss...)
	}
}

func (e *exam) wentOut() {
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		return e.free(s) && (s.f.Layer == detectors.AIPlatform || s.f.Layer == detectors.ApplicationAuth) && e.out(s) != "" && s.sure() && (s.ai() || s.rules() || secretHalf(s.f))
	}) {
		e.report("secret-in-published-artefact", fmt.Sprintf("it is part of a published %s: whoever gets that has the %s", e.out(ss[0]), what(ss[0].f)), ss...)
	}
}

// rules says whether a credential of application authentication acts for more than
// one end user.
func (s *keyAt) rules() bool {
	return s.auth() && s.f.Subject != detectors.EndUser && s.f.Privilege != detectors.Limited && s.f.Privilege != detectors.Read
}

func secretHalf(f *scanner.Finding) bool {
	return f.Form == detectors.ClientSecret || f.Form == detectors.Password || signs(f.Form)
}

// trial says whether a credential opens no more than a trial by its own format or
// file.
func (s *keyAt) trial() bool {
	return s.f.Environment == detectors.Test || s.f.Environment == detectors.Development
}

func (e *exam) tooled() {
	const id = "auth-admin-in-ai-tooling"
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		return e.free(s) && (tooling(s.p.Path) || e.servers[s.p.Path] && fileMatch(s.p.Path, "*.json", "*.toml", "*.y*ml")) && (s.rules() || e.ofUsers(s)) && !s.trial() && s.sure()
	}) {
		e.report(id, fmt.Sprintf("AI tooling reads this file, and with it the %s, which opens %s", what(ss[0].f), orElse(ss[0].f.Opens, "the product's accounts")), ss...).Layers = bothLayers()
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// bundled are the prefixes with which build tools write variables into what browsers
// and devices load: https://nextjs.org/docs/app/guides/environment-variables,
// https://vite.dev/guide/env-and-mode, https://create-react-app.dev/docs/adding-custom-environment-variables/,
// https://docs.expo.dev/guides/environment-variables/, https://nuxt.com/docs/guide/going-further/runtime-config,
// https://cli.vuejs.org/guide/mode-and-env.html, https://www.gatsbyjs.com/docs/how-to/local-development/environment-variables/,
// https://svelte.dev/docs/kit/$env-static-public, https://wxt.dev/guide/essentials/config/environment-variables.html,
// https://docs.plasmo.com/framework/env, https://electron-vite.org/guide/env-and-mode
var bundled = []string{
	"NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "VUE_APP_", "GATSBY_", "PUBLIC_", "STORYBOOK_", "NG_APP_",
	"WXT_", "PLASMO_PUBLIC_", "BUN_PUBLIC_", "RSBUILD_PUBLIC_", "RENDERER_VITE_", "PARCEL_PUBLIC_",
}

// inBundle gives the credential whose name has such a prefix.
func inBundle(name string) (string, bool) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 { // process.env.NAME
		name = name[i+1:]
	}
	for _, p := range bundled {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" {
			return rest, true
		}
	}
	return "", false
}

// publicByDesign are words of names whose values are made for browsers.
var publicByDesign = regexp.MustCompile(`(?i)(?:publishable|public|anon|client_?id|site_?key|measurement|app_?id|domain|issuer|_url|endpoint|region|project_?id|dsn|firebase_?api_?key|maps?_?(?:api_?)?key)`)

func (e *exam) sentOut() {
	const id = "server-secret-in-client"
	done := map[string]bool{}
	// Names that are written into bundles, where code reads them.
	for i := range e.refs {
		r := &e.refs[i]
		rest, ok := inBundle(r.Name)
		if !ok || done[r.Name] || publicByDesign.MatchString(rest) || !inventoryCode(r.Path) || identity.MadeUpAt(r.Path) != "" || !serverSide(kept(rest)) {
			continue
		}
		done[r.Name] = true
		v := Violation{
			At: Where{Path: r.Path, Line: r.Line, Text: r.Name, How: string(r.How)}, Layers: []detectors.Layer{kept(rest)[0].Identity.Layer},
			Why: fmt.Sprintf("the build writes %s into what browsers or devices load: everybody who loads it has the credential", r.Name),
		}
		for k := i + 1; k < len(e.refs); k++ {
			if o := &e.refs[k]; o.Name == r.Name && inventoryCode(o.Path) && (o.Path != r.Path || o.Line != r.Line) {
				v.Also = append(v.Also, Where{Path: o.Path, Line: o.Line, Text: o.Name, How: string(o.How)})
			}
		}
		for k := range e.keysAt {
			if s := &e.keysAt[k]; e.free(s) && s.name == r.Name {
				e.take(s)
				v.Also, v.Fingerprint = append(v.Also, s.where()), s.f.Fingerprint
			}
		}
		e.found[id] = append(e.found[id], v)
	}
	// Build configurations that write a credential of the server into a bundle.
	for i := range e.purposes {
		p := &e.purposes[i]
		if p.Text != inventory.Bundle || done["bundle "+p.Name] || !serverSide(kept(p.Name)) || publicByDesign.MatchString(p.Name) {
			continue
		}
		done["bundle "+p.Name] = true
		v := Violation{
			At: seen(p), Layers: []detectors.Layer{kept(p.Name)[0].Identity.Layer},
			Why: fmt.Sprintf("the build replaces %s by its value in what browsers or devices load: everybody who loads it has the credential", p.Name),
		}
		for k := range e.keysAt {
			if s := &e.keysAt[k]; p.How == inventory.ByConfig && e.free(s) && s.sure() && s.name == p.Name && settings(s.p.Path) { // the value is what has to go
				e.take(s)
				v.Also, v.At, v.Fingerprint = append(v.Also, v.At), s.where(), s.f.Fingerprint
			}
		}
		e.found[id] = append(e.found[id], v)
	}
	// Values in files that are sent, or under such a name where no code reads it.
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		if !e.free(s) || !s.sure() || s.madeUp() || !(s.ai() || s.rules()) {
			return false
		}
		if _, ok := inBundle(s.name); ok && settings(s.p.Path) {
			return true
		}
		return browser(s.p.Path) || e.onDevice(s.p.Path)
	}) {
		e.readers(e.report(id, fmt.Sprintf("browsers or devices load it, so everybody has the %s", what(ss[0].f)), ss...))
	}
}

// readers adds to a value that is sent out the code that asks for it by its name.
func (e *exam) readers(v *Violation) {
	if len(kept(v.At.Text)) == 0 {
		return
	}
	for i := range e.refs {
		r := &e.refs[i]
		is := func(w Where) bool { return w.Path == r.Path && w.Line == r.Line }
		if r.Name == v.At.Text && inventoryCode(r.Path) && e.program(r.Path) == e.program(v.At.Path) && identity.MadeUpAt(r.Path) == "" && !is(v.At) && !slices.ContainsFunc(v.Also, is) {
			v.Also = append(v.Also, seen(r))
		}
	}
}

// serverSide says whether all that is kept under a name is a secret of a server of
// either layer.
func serverSide(ds []*detectors.Detector) bool {
	return all(ds, func(d *detectors.Detector) bool { return isPlane(d) && !d.Public })
}

func seen(s *inventory.Sighting) Where {
	return Where{Path: s.Path, Line: s.Line, Text: s.Name, How: string(s.How)}
}

// ownMakers are the projects whose keys are made by whoever runs them: such a value is
// no key of a provider but a text that two sides were told.
var ownMakers = []string{"LiteLLM", "vLLM", "Open WebUI", "Flowise", "Langflow", "LibreChat", "LangGraph", "Letta", "n8n", "Jupyter", "Agno", "opencode"}

// asksForSigning are the providers whose own interface is called with tokens that are
// signed with the key.
var asksForSigning = regexp.MustCompile(`(?i)zhipu|bigmodel|glm|kling|livekit|xfyun|iflytek|spark|hunyuan|tencent|volc|baidu|qianfan|bedrock|aws|vertex|watson|agora|daily|stream`)

func (e *exam) signed() {
	usable := func(s *keyAt) bool { return e.free(s) && !s.madeUp() && s.sure() }
	for _, ss := range e.bySecret(usable) {
		var platform, product, other []*keyAt
		for _, s := range ss {
			switch l := s.opensByName(); {
			case signingName(s.name) || l == detectors.ApplicationAuth:
				product = append(product, s)
			case l == detectors.AIPlatform:
				platform = append(platform, s)
			default:
				other = append(other, s)
			}
		}
		f := ss[0].f
		if f.Layer == detectors.AIPlatform { // what has no name that says more is a key of the platform
			platform = append(platform, other...)
		} else {
			product = append(product, other...)
		}
		if f.Layer == detectors.AIPlatform && f.Form == detectors.APIKey && !slices.Contains(ownMakers, f.Provider) {
			signing := slices.DeleteFunc(slices.Clone(product), func(s *keyAt) bool { return !signingName(s.name) })
			named := slices.ContainsFunc(platform, func(s *keyAt) bool { return all(kept(s.name), isAI) })
			if len(signing) > 0 && (named || slices.ContainsFunc(signing, func(s *keyAt) bool { return !looseSigningNames.MatchString(s.name) })) {
				e.report("ai-key-signs", fmt.Sprintf("the %s is the value of %s too: whoever has it can make sessions, tokens or events that the product believes, and replacing it ends them all",
					what(f), signing[0].name), slices.Concat(signing, platform)...).Layers = bothLayers()
				continue
			}
		}
		if len(platform) == 0 || len(product) == 0 || !separate(platform, product) {
			continue
		}
		all := slices.Concat(product, platform)
		if firstOf(platform, product) {
			all = slices.Concat(platform, product)
		}
		e.report("same-secret-both-layers", fmt.Sprintf("one value is %s and %s: a leak on either side is a leak on both", platform[0].called(), product[0].called()),
			all...).Layers = bothLayers()
	}
	e.signingCode()
	e.signingNames()
}

// aiKey says whether all that is kept under a name are keys with which a platform is
// called.
func aiKey(name string) bool {
	return !asksForSigning.MatchString(name) && !signingName(name) && all(kept(name), func(d *detectors.Detector) bool { return isAI(d) && d.Identity.Form == detectors.APIKey })
}

// signingNames reports settings that sign and get the key of an AI platform as their
// value, by its name.
func (e *exam) signingNames() {
	for i := range e.settings {
		s := &e.settings[i]
		if identity.MadeUpAt(s.Path) != "" || !aiKey(s.Text) || all(kept(s.Text), func(d *detectors.Detector) bool { return slices.Contains(ownMakers, d.Provider) }) {
			continue
		}
		c, _ := inventory.CredentialOf(s.Name)
		switch {
		case slices.ContainsFunc(e.found["ai-key-signs"], func(v Violation) bool {
			is := func(w Where) bool { return w.Path == s.Path && w.Line == s.Line }
			return is(v.At) || slices.ContainsFunc(v.Also, is)
		}): // its code said so
		case signingName(s.Name) && !looseSigningNames.MatchString(s.Name):
			e.found["ai-key-signs"] = append(e.found["ai-key-signs"], Violation{
				At: seen(s), Layers: bothLayers(),
				Why: fmt.Sprintf("%s gets the value of %s: whoever has the key can make what the product believes", s.Name, s.Text),
			})
		case c.Layer == detectors.ApplicationAuth && len(c.Detectors) > 0 && s.Layer == detectors.ApplicationAuth:
			e.found["same-secret-both-layers"] = append(e.found["same-secret-both-layers"], Violation{
				At: seen(s), Layers: bothLayers(),
				Why: fmt.Sprintf("%s gets the value of %s: a leak on either side is a leak on both", s.Name, s.Text),
			})
		}
	}
}

// called is what a credential is called at its place.
func (s *keyAt) called() string { return cmp.Or(s.full, s.name, what(s.f)) }

func bothLayers() []detectors.Layer {
	return []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
}

// separate says that both sides are named, and by names that differ.
func separate(platform, product []*keyAt) bool {
	for _, a := range platform {
		for _, b := range product {
			if b.name != "" && !strings.EqualFold(a.name, b.name) {
				return true
			}
		}
	}
	return false
}

// firstOf says that the platform's name does not say whose it is, so that its line is
// the one to begin with.
func firstOf(platform, product []*keyAt) bool {
	p := platform[0]
	c, says := inventory.CredentialOf(p.name)
	says = says && c.Provider != "" || says && strings.Contains(strings.ToLower(p.name), strings.ToLower(p.f.Provider))
	return !says && p.p.Path == product[0].p.Path
}

// signingCode reports code that signs with a key of an AI platform.
func (e *exam) signingCode() {
	const id = "ai-key-signs"
	at := map[string]int{}
	for i := range e.purposes {
		p, by := &e.purposes[i], (*inventory.Sighting)(nil)
		name := p.Name
		if p.Text == inventory.SignsBy {
			if by = e.setting(p); by != nil {
				name = by.Text
			}
		}
		if p.Text != inventory.Signs && p.Text != inventory.SignsBy || !aiKey(name) {
			continue
		}
		key := strings.ToLower(name)
		if n, ok := at[key]; ok {
			v := &e.found[id][n]
			v.Also = append(v.Also, seen(p))
			continue
		}
		at[key] = len(e.found[id])
		v := Violation{
			At: seen(p), Layers: bothLayers(),
			Why: fmt.Sprintf("what %s holds signs or checks what the product believes: whoever has the key can be any user", name),
		}
		if by != nil {
			v.Also = append(v.Also, seen(by))
		}
		for k := range e.keysAt { // its value, in the program of the code
			if s := &e.keysAt[k]; s.sure() && s.name == name && e.program(s.p.Path) == e.program(p.Path) {
				v.Also, v.Fingerprint = append(v.Also, s.where()), s.f.Fingerprint
			}
		}
		e.found[id] = append(e.found[id], v)
	}
}

func (e *exam) adminWork() {
	const id = "admin-key-for-project-work"
	done := map[string]bool{}
	for i := range e.purposes {
		p := &e.purposes[i]
		name, by := p.Name, (*inventory.Sighting)(nil)
		if p.Text == inventory.CallsBy {
			by = e.setting(p)
		}
		if by != nil {
			name = by.Text
		}
		if p.Text != inventory.Calls && by == nil || done[name] || !all(kept(name), isOrgAdmin) {
			continue
		}
		done[name] = true
		v := Violation{
			At: seen(p), Layers: []detectors.Layer{detectors.AIPlatform},
			Why: fmt.Sprintf("a model is called with %s, which is made for people, projects and keys of the whole organisation; a project's key does this", name),
		}
		if by != nil {
			v.Also = append(v.Also, seen(by))
		}
		for k := range e.keysAt {
			if s := &e.keysAt[k]; e.free(s) && s.name == name && s.ai() {
				e.take(s)
				v.Also, v.Fingerprint = append(v.Also, s.where()), s.f.Fingerprint
			}
		}
		e.found[id] = append(e.found[id], v)
	}
	// An administrator's key under the name with which libraries call models.
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		return e.free(s) && s.f.Layer == detectors.AIPlatform && s.f.Subject == detectors.OrgAdmin && !s.madeUp() && s.sure() &&
			all(kept(s.name), func(d *detectors.Detector) bool { return isAI(d) && d.Identity.Subject != detectors.OrgAdmin })
	}) {
		e.report(id, fmt.Sprintf("the %s is the value of %s, with which models are called; a project's key does this", what(ss[0].f), ss[0].name), ss...)
	}
}

// isOrgAdmin says whether what a detector finds administers a whole organisation's
// account with an AI platform.
func isOrgAdmin(d *detectors.Detector) bool {
	return isAI(d) && d.Identity.Subject == detectors.OrgAdmin
}

// setting gives where the field of settings that a purpose names has its value from: in
// the program of its own, and only if there is one such field.
func (e *exam) setting(p *inventory.Sighting) *inventory.Sighting {
	var out *inventory.Sighting
	for i := range e.settings {
		s := &e.settings[i]
		if !strings.EqualFold(plain(s.Name), plain(p.Name)) || !inventoryCode(s.Path) || identity.MadeUpAt(s.Path) != "" || e.program(s.Path) != e.program(p.Path) {
			continue
		}
		if out != nil && out.Text != s.Text {
			return nil
		}
		if out == nil {
			out = s
		}
	}
	return out
}

// adminByName reports the names of credentials that administer an AI platform where an
// application that has others of either layer is told them, and its own code reads
// them: what they are is known without a value.
func (e *exam) adminByName() {
	const id = "platform-admin-in-application"
	admin := func(name string) bool {
		return all(kept(name), func(d *detectors.Detector) bool {
			return isAI(d) && administers(d.Identity.Subject, d.Identity.Privilege, d.Identity.Control) && !slices.Contains(ownMakers, d.Provider)
		})
	}
	others := map[string]bool{} // files that name credentials of the application, too
	reads := map[string][]*inventory.Sighting{}
	for i := range e.refs {
		r := &e.refs[i]
		switch {
		case admin(r.Name):
			if inventoryCode(r.Path) && !pipeline(r.Path) && identity.MadeUpAt(r.Path) == "" && !jobFile(r.Path) {
				reads[r.Name] = append(reads[r.Name], r)
			}
		case (r.Layer == detectors.AIPlatform || r.Layer == detectors.ApplicationAuth) && !e.jobs[lineOf{r.Path, r.Line}]:
			others[r.Path] = true
		}
	}
	done := map[string]bool{}
	for _, v := range e.found[id] {
		done[plain(v.At.Text)] = true
	}
	for _, v := range e.found["admin-key-for-project-work"] {
		done[plain(v.At.Text)] = true
		for _, w := range v.Also {
			done[plain(w.Text)] = true
		}
	}
	for i := range e.refs {
		r := &e.refs[i]
		if done[plain(r.Name)] || len(reads[r.Name]) == 0 || !others[r.Path] || !deployment(r.Path) && !templated(r.Path) || workflow(r.Path) || pipeline(r.Path) || e.jobs[lineOf{r.Path, r.Line}] || identity.MadeUpAt(r.Path) != "" {
			continue
		}
		if s := e.in.environment(r.Path, r.Name); s == detectors.Test || s == detectors.Development {
			continue
		}
		done[plain(r.Name)] = true
		v := Violation{
			At: seen(r), Layers: bothLayers(),
			Why: fmt.Sprintf("%s opens the organisation's account with the AI platform, and the application that strangers talk to is told it", r.Name),
		}
		for _, c := range reads[r.Name] {
			v.Also = append(v.Also, seen(c))
		}
		e.found[id] = append(e.found[id], v)
	}
}

// templated says whether a file is a template by which a cloud runs something.
func templated(p string) bool {
	return fileMatch(p, "template.y*ml", "template.json", "*.template.y*ml", "sam.y*ml", "sst.config.ts", "*.bicep", "*.tf", "render.y*ml", "fly*.toml", "app.y*ml")
}

// jobFile says of a program's file that it does its work by itself, and answers nobody.
func jobFile(p string) bool {
	return fileMatch(p, "jobs/", "job/", "cron/", "crons/", "tasks/", "workers/", "cli/", "cmd/report*/", "schedule/", "scheduled/", "batch/")
}

func (e *exam) adminInApplication() {
	const id = "platform-admin-in-application"
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		return e.free(s) && s.f.Layer == detectors.AIPlatform && administers(s.f.Subject, s.f.Privilege, s.f.Control) && !slices.Contains(ownMakers, s.f.Provider) &&
			(settings(s.p.Path) || inventoryCode(s.p.Path)) && !pipeline(s.p.Path) && !s.madeUp() && s.sure() &&
			s.env != detectors.Test && s.env != detectors.Development
	}) {
		e.report(id, fmt.Sprintf("the %s opens %s, and it lies where the application runs that strangers talk to", what(ss[0].f), orElse(ss[0].f.Opens, "the organisation's account")), ss...).Layers = bothLayers()
	}
}

func (e *exam) personal() {
	const id = "personal-key-in-production"
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		if !e.free(s) || s.f.Layer != detectors.AIPlatform || s.f.Subject != detectors.WorkforceUser || s.madeUp() || !s.sure() ||
			pipeline(s.p.Path) && (workflow(s.p.Path) || s.env != detectors.Production || !settings(s.p.Path)) { // a folder's name says less than what the file is
			return false
		}
		switch s.env {
		case detectors.Production:
			return true
		case detectors.EnvironmentUnknown:
			return deployment(s.p.Path)
		}
		return false
	}) {
		e.report(id, fmt.Sprintf("the %s is a person's: it ends when the person goes, has the person's rights, and every call is logged as hers or his", what(ss[0].f)), ss...)
	}
}

// service says whether a credential is one that each application and environment
// should have for itself.
func (s *keyAt) service() bool {
	return s.sure() && !s.madeUp() && (s.ai() || s.auth()) && s.f.Subject != detectors.EndUser
}

func (e *exam) sharedByEnvironments() {
	for _, ss := range e.bySecret(func(s *keyAt) bool { return s.service() && !e.chats[s.p.Path] }) {
		var live, trial []*keyAt
		for _, s := range ss {
			switch s.env {
			case detectors.Production:
				live = append(live, s)
			case detectors.Staging, detectors.Test, detectors.Development:
				trial = append(trial, s)
			}
		}
		if len(live) == 0 || len(trial) == 0 {
			continue
		}
		e.report("key-shared-by-environments", fmt.Sprintf("the %s of production is that of %s too: who gets at the weaker one has production, and neither can be cut off alone", what(ss[0].f), trial[0].env),
			slices.Concat(live, trial)...)
	}
}

func (e *exam) sharedByApplications() {
	for _, ss := range e.bySecret(func(s *keyAt) bool {
		return s.service() && !signs(s.f.Form) && !e.chats[s.p.Path] && e.program(s.p.Path) != "" && e.free(s)
	}) {
		slices.SortStableFunc(ss, func(a, b *keyAt) int {
			return cmp.Compare(slices.Index(e.programs, e.program(a.p.Path)), slices.Index(e.programs, e.program(b.p.Path)))
		})
		var programs []string
		for _, s := range ss {
			programs = append(programs, e.program(s.p.Path))
		}
		if programs = slices.Compact(programs); len(programs) < 2 {
			continue
		}
		e.report("key-shared-by-applications", fmt.Sprintf("%s use one %s: neither can be limited, told apart in the log or cut off alone", strings.Join(programs, " and "), what(ss[0].f)), ss...)
	}
}
