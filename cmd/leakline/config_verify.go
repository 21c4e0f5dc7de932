package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"leakline/detectors"
	"leakline/remediate/anchor"
)

// verifySettings are the values of the table verify.
type verifySettings struct {
	// hosts are the hosts of customers that a probe may ask, by its id.
	hosts map[string][]string
	// perMinute is how many requests a host gets, where that is not the provider's limit.
	perMinute map[string]int
	timeout   time.Duration // of one try
	proxy     bool          // that of the environment is used
}

// reconcileSettings are the values of the table reconcile.
type reconcileSettings struct {
	// unusedAfter is how long a key may go unused; 0 means that nobody said.
	unusedAfter time.Duration
	providers   map[string]reconcileProvider
}

// reconcileProvider says how a provider's list of keys is read.
type reconcileProvider struct {
	credentialEnv string // the variable that holds the credential of an administrator
	host          string // okta: that of the organization; github: of a GitHub Enterprise Server, if it is one
	organization  string // github
}

// The tables that say whom leakline asks, what it believes, and whom it tells.
var outwardTables = []string{"verify", "trust-anchors", "reconcile", "issues", "boundaries", "outlets"}

// anchorKinds are the keys of a trust anchor that say where it stands.
var anchorKinds = []string{string(anchor.JWKS), string(anchor.SAML), string(anchor.Certificate)}

const (
	defaultTryTimeout = 10 * time.Second
	maxPerMinute      = 6000
	hostPattern       = `([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?`
	maxHost           = 253
	maxPlace          = 2048 // characters
)

// verifyShape, anchorsShape and reconcileShape are those three tables.
func verifyShape() shape {
	return shape{name: "verify", kind: aTable, keys: []shape{
		{name: "hosts", kind: named, each: &shape{kind: texts, check: isHost, private: true}, checkName: isProbeName},
		{name: "per-minute", kind: named, each: &shape{kind: aNumber, check: between(1, maxPerMinute)}, checkName: isHostName},
		{name: "timeout", kind: aText, check: isTryTimeout},
		{name: "proxy", kind: yesOrNo},
	}}
}

func anchorsShape() shape {
	s := shape{name: "trust-anchors", kind: tables, keys: []shape{
		{name: "name", kind: aText, check: isAnchorName, required: true},
	}}
	for _, kind := range anchorKinds {
		s.keys = append(s.keys, shape{name: kind, kind: aText, check: isPlace, private: true})
	}
	s.keys = append(s.keys,
		shape{name: "layer", kind: aText, words: textsOf(detectors.Layers())},
		shape{name: "covers", kind: texts, check: notBlank})
	return s
}

func reconcileShape() shape {
	credential := shape{name: "credential-env", kind: aText, check: isVariable, private: true}
	return shape{name: "reconcile", kind: aTable, keys: []shape{
		{name: "unused-after", kind: aText, check: isSpan},
		{name: "openai", kind: aTable, keys: []shape{credential}},
		{name: "anthropic", kind: aTable, keys: []shape{credential}},
		{name: "workos", kind: aTable, keys: []shape{credential}},
		{name: "okta", kind: aTable, keys: []shape{
			credential,
			{name: "host", kind: aText, check: isHost, private: true, required: true},
		}},
		{name: "github", kind: aTable, keys: []shape{
			credential,
			{name: "host", kind: aText, check: isHost, private: true},
			{name: "organization", kind: aText, check: isOrganization, private: true},
		}},
	}}
}

var (
	hostForm  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + hostPattern + `$`) })
	placeForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^https://` + hostPattern + `(/[!"$-~]*)?$`) })
	fileForm  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([A-Za-z]:)?[^:\x00-\x1f]*[^:\s\x00-\x1f][^:\x00-\x1f]*$`)
	})
	variableForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9]{0,31}(_[A-Z0-9]{1,32}){1,8}$`) })
	nameForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`) })
	ownerForm    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`) })
	tryForm      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([1-9][0-9]{0,2}s|[1-9]m)$`) })
	spanForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[1-9][0-9]{0,3}[dh]$`) })
)

// isHost says why a text is no host's name. It is not quoted: whoever puts a key there
// does not find it in a log.
func isHost(v any) string {
	if s := v.(string); len(s) > maxHost || !hostForm().MatchString(s) {
		return `what stands there is no host's name; write it in full and in lower case, without https://, port, path or *, such as "dev-123.example.com"`
	}
	return ""
}

func isHostName(name string) string {
	if why := isHost(name); why != "" {
		return fmt.Sprintf(`%s is no host's name; write it in full and in lower case, in quotes, such as "api.example.com" = 30`, shownValue(name))
	}
	return ""
}

// isProbeName says whether a name can be the id of a probe. Which there are is looked
// up later.
func isProbeName(name string) string {
	if !nameForm().MatchString(name) {
		return fmt.Sprintf("%s is no id of a probe", shownValue(name))
	}
	return ""
}

func isAnchorName(v any) string {
	if s := v.(string); !nameForm().MatchString(s) {
		return fmt.Sprintf(`%s is no name; write small letters, digits and "-", such as "idp-2026"`, shownValue(s))
	}
	return ""
}

// isPlace says why a text names no place of an anchor.
func isPlace(v any) string {
	s := v.(string)
	switch {
	case utf8.RuneCountInString(s) > maxPlace:
		return "what stands there is too long for an address or a file"
	case strings.Contains(s, "://") && !placeForm().MatchString(s):
		return "what stands there is no address that is read; write https://HOST/PATH with the host in lower case, without user, port and #"
	case !strings.Contains(s, "://") && (!fileForm().MatchString(s) || strings.TrimSpace(s) == ""):
		return "what stands there is neither an https:// address nor a file"
	}
	return ""
}

// isVariable says why a text is no name of an environment variable. A credential that
// stands there by mistake is refused, and not quoted.
func isVariable(v any) string {
	if !variableForm().MatchString(v.(string)) {
		return `what stands there is no name of an environment variable as leakline takes it: capitals, digits and at least one "_", ` +
			`such as "OPENAI_ADMIN_KEY"; the credential itself belongs into that variable, never into this file`
	}
	return ""
}

func isOrganization(v any) string {
	if !ownerForm().MatchString(v.(string)) {
		return "what stands there is no organization's name, as in https://github.com/NAME"
	}
	return ""
}

func isTryTimeout(v any) string {
	if !tryForm().MatchString(v.(string)) {
		return fmt.Sprintf(`%s is no time of one try; write 1s to 999s, or 1m to 9m`, shownValue(v))
	}
	return ""
}

func isSpan(v any) string {
	if !spanForm().MatchString(v.(string)) {
		return fmt.Sprintf(`%s is no time; write days or hours, at most 9999, such as "90d"`, shownValue(v))
	}
	return ""
}

// named judges a table whose keys are names that the user chooses.
func (j *judge) named(s *shape, table map[string]any, path []string) {
	for name, v := range table {
		below := append(path[:len(path):len(path)], name)
		at := j.spots[joined(below...)]
		if _, is := v.(map[string]any); is && s.each.kind != aTable {
			j.wrong(at.key, `a name that holds dots is written in quotes: "api.example.com" = …`, "%s: %s is not %s", shownPath(below), aTable, s.each.kind)
			continue
		}
		if why := s.checkName(name); why != "" {
			j.wrong(at.key, "", "%s: %s", shownPath(path), why)
			continue
		}
		j.value(s.each, v, below)
	}
}

// probes judges the names of the table verify.hosts by the probes that there are.
func (j *judge) probes(hosts map[string]any) {
	if len(hosts) == 0 {
		return
	}
	all := detectors.Probes()
	var tenants []string
	for i := range all {
		if all[i].Tenant {
			tenants = append(tenants, all[i].ID)
		}
	}
	for name := range hosts {
		at := j.spots[joined("verify", "hosts", name)].key
		i := slices.IndexFunc(all, func(p detectors.Probe) bool { return p.ID == name })
		switch {
		case isProbeName(name) != "": // which was said
		case i < 0:
			hint := "those with hosts of customers are " + strings.Join(tenants, ", ")
			if near := nearest(name, tenants); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			j.wrong(at, hint, "verify.hosts: unknown probe %s", shownValue(name))
		case !all[i].Tenant:
			j.wrong(at, "", "verify.hosts: the probe %s asks its provider's own hosts only", shownValue(name))
		}
	}
}

// anchors reads the list trust-anchors. Files are relative to the folder of the
// configuration.
func (j *judge) anchors(v any, path string) []anchor.Anchor {
	list, ok := v.([]map[string]any)
	if !ok {
		list, _ = tablesOf(v)
	}
	var out []anchor.Anchor
	seen := map[string]bool{}
	for i, table := range list {
		below := element([]string{"trust-anchors"}, i)
		text := func(key string) string { s, _ := table[key].(string); return s }
		a := anchor.Anchor{Name: text("name"), Layer: detectors.Layer(text("layer"))}
		var places []string
		for _, kind := range anchorKinds {
			if table[kind] == nil {
				continue
			}
			places = append(places, kind)
			a.Kind = anchor.Kind(kind)
			a.URL, a.File = anchorPlace(text(kind), path)
		}
		if covers, ok := table["covers"].([]any); ok {
			a.Covers = j.covers(covers, append(below, "covers"))
		}
		switch at := j.spots[joined(below...)].key; {
		case len(places) == 0:
			j.wrong(at, "", "trust-anchors: where the anchor stands is missing; write one of %s", strings.Join(anchorKinds, ", "))
		case len(places) > 1:
			j.wrong(at, "write an anchor for each", "trust-anchors: %s exclude each other", strings.Join(places, " and "))
		}
		if a.Name != "" && seen[a.Name] {
			j.wrong(j.spots[joined(append(below, "name")...)].value, "", "trust-anchors.name: there is another anchor of the name %s", shownValue(a.Name))
		}
		seen[a.Name] = true
		out = append(out, a)
	}
	return out
}

// anchorPlace tells an address from a file.
func anchorPlace(text, config string) (address, file string) {
	if strings.Contains(text, "://") {
		return text, ""
	}
	if text == "" {
		return "", ""
	}
	return "", besideConfig(config, text)
}

// covers reads what an anchor may judge: detectors, judged by the catalogue, and
// repositories.
func (j *judge) covers(list []any, path []string) []string {
	var out []string
	var all []detectors.Detector
	for i, x := range list {
		text, ok := x.(string)
		if !ok || notBlank(text) != "" {
			continue // which was said
		}
		out = append(out, text)
		if strings.ContainsAny(text, `/\*`) {
			continue
		}
		if all == nil {
			all = detectors.Catalogue()
		}
		if !slices.ContainsFunc(all, func(d detectors.Detector) bool { return d.ID == text }) {
			j.wrong(j.spots[joined(element(path, i)...)].value, suggestDetector(all, text),
				"trust-anchors.covers: %s is no detector, and no repository, which has a slash", shownValue(text))
		}
	}
	return out
}

// read takes over the values of the table verify, which were judged.
func (s *verifySettings) read(table map[string]any) {
	for name, v := range table {
		switch name {
		case "hosts":
			s.hosts = map[string][]string{}
			for probe, list := range tableOf(v) {
				s.hosts[probe] = textList(list)
			}
		case "per-minute":
			s.perMinute = map[string]int{}
			for host, n := range tableOf(v) {
				s.perMinute[host] = int(n.(int64))
			}
		case "timeout":
			s.timeout, _ = time.ParseDuration(v.(string))
		case "proxy":
			s.proxy = v.(bool)
		}
	}
}

// read takes over the values of the table reconcile, which were judged.
func (s *reconcileSettings) read(table map[string]any) {
	for name, v := range table {
		if name == "unused-after" {
			s.unusedAfter = spanOf(v.(string))
			continue
		}
		text := func(key string) string { t, _ := tableOf(v)[key].(string); return t }
		if s.providers == nil {
			s.providers = map[string]reconcileProvider{}
		}
		s.providers[name] = reconcileProvider{text("credential-env"), text("host"), text("organization")}
	}
}

// spanOf reads whole days or hours, which were judged.
func spanOf(text string) time.Duration {
	n, _ := strconv.Atoi(text[:len(text)-1])
	if strings.HasSuffix(text, "d") {
		return time.Duration(n) * day
	}
	return time.Duration(n) * time.Hour
}

// withhold takes back what says whom leakline asks and tells, and what it believes, in a file
// that nobody named: it may have come with what is scanned.
func (c *config) withhold() {
	none := defaultConfig()
	c.verify, c.anchors, c.reconcile, c.issues, c.outlets = none.verify, none.anchors, none.reconcile, none.issues, none.outlets
	c.boundary.reads = nil
	for path := range c.spots {
		table, _, _ := strings.Cut(path, "\x00")
		if !slices.Contains(outwardTables, table) {
			continue
		}
		if !slices.Contains(c.withheld, table) {
			c.withheld = append(c.withheld, table)
		}
		delete(c.spots, path)
	}
	slices.Sort(c.withheld)
}

// withholding says what was taken back; nil if nothing was. Commands that ask others
// say it as a warning.
func (c *config) withholding() error {
	if len(c.withheld) == 0 {
		return nil
	}
	return hinted{
		fmt.Errorf("%s: what it says of %s does not count here, because nobody named the file: it may have come with what is scanned",
			c.path, strings.Join(c.withheld, ", ")),
		"name it: --config FILE or LEAKLINE_CONFIG",
	}
}

// allWarnings are those of reading the file, and what was withheld.
func (c *config) allWarnings() []string {
	out := slices.Clone(c.warnings)
	if err := c.withholding(); err != nil {
		text := err.Error()
		var h hinted
		if errors.As(err, &h) {
			text += " (" + h.hint + ")"
		}
		out = append(out, text)
	}
	return out
}

func (c *config) writeVerify(out *lines) {
	v := &c.verify
	out.printf("\n[verify]\n")
	var hosts, limits []string
	for _, probe := range slices.Sorted(maps.Keys(v.hosts)) {
		hosts = append(hosts, tomlText(probe)+" = "+tomlTexts(v.hosts[probe]))
	}
	for _, host := range slices.Sorted(maps.Keys(v.perMinute)) {
		limits = append(limits, fmt.Sprintf("%s = %d", tomlText(host), v.perMinute[host]))
	}
	c.writeValue(out, "verify", "hosts", tomlInline(hosts))
	c.writeValue(out, "verify", "per-minute", tomlInline(limits))
	c.writeValue(out, "verify", "timeout", tomlText(fmt.Sprintf("%ds", v.timeout/time.Second)))
	c.writeValue(out, "verify", "proxy", strconv.FormatBool(v.proxy))
}

func tomlInline(pairs []string) string {
	if len(pairs) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}

func (c *config) writeAnchors(out *lines) {
	for i := range c.anchors {
		a := &c.anchors[i]
		place := a.URL
		if place == "" {
			place = fullPath(a.File)
		}
		out.printf("\n[[trust-anchors]]  # %s:%d\n", tomlComment(c.path), c.spots[joined(element([]string{"trust-anchors"}, i)...)].key.line)
		out.printf("name = %s\n%s = %s\n", tomlText(a.Name), a.Kind, tomlText(place))
		if a.Layer != "" {
			out.printf("layer = %s\n", tomlText(string(a.Layer)))
		}
		if len(a.Covers) > 0 {
			out.printf("covers = %s\n", tomlTexts(a.Covers))
		}
	}
}

func (c *config) writeReconcile(out *lines) {
	r := &c.reconcile
	if r.unusedAfter == 0 && len(r.providers) == 0 {
		return
	}
	out.printf("\n[reconcile]\n")
	if r.unusedAfter != 0 {
		c.writeValue(out, "reconcile", "unused-after", tomlText(limitText(r.unusedAfter)))
	}
	for _, name := range slices.Sorted(maps.Keys(r.providers)) {
		out.printf("\n[reconcile.%s]  # %s:%d\n", name, tomlComment(c.path), c.spots[joined("reconcile", name)].key.line)
		p := r.providers[name]
		for _, field := range []struct{ key, value string }{
			{"credential-env", p.credentialEnv}, {"host", p.host}, {"organization", p.organization},
		} {
			if field.value != "" {
				out.printf("%s = %s\n", field.key, tomlText(field.value))
			}
		}
	}
}
