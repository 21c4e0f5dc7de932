package boundary

import (
	"time"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// Input is what a map and the rules are made of.
type Input struct {
	Target    string
	Sightings []inventory.Sighting // in order of path and line
	// Findings are those of a scan at low confidence, with all their places; their
	// secrets are never read here, only their fingerprints.
	Findings []scanner.Finding
	// Commits of places, authors who have left and days since a credential came in
	// are known only where a repository was scanned with its history.
	History bool
	Policy  Policy
	Now     time.Time
	// Codeowners is the text of the tree's CODEOWNERS (the first of CodeownersPaths
	// that is there), "" if there is none.
	Codeowners string
	// Files is how many files were read for the sightings; Unread how much was asked
	// for and could not be read.
	Files, Unread int
	// Begun says when each layer began, nil where no history was read.
	Begun *Begun
	// Roots are the names of folders and repositories that are read together, with
	// which their paths begin; nil if it is one.
	Roots []string
	// Readings are what administrations of providers say, if they were asked.
	Readings []ProviderReading
}

// Policy is the section "boundaries" of the configuration.
type Policy struct {
	Path         string // of the file, "" if there is none
	Given        bool   // the section stands there
	Layers       map[detectors.Layer]LayerPolicy
	Environments map[detectors.Environment][]string // globs of paths
	Waivers      []Waiver
	// Left are people who have left, as names or e-mails (from a directory's export).
	Left []string
	// MaxAge is after how long a credential is older than policy; 0 is never.
	MaxAge time.Duration
	// MaxReadingAge is after how long a reading is old; 0 is ReadingAge.
	MaxReadingAge time.Duration
}

// LayerPolicy is what is declared of one layer.
type LayerPolicy struct {
	Owners, Reviewers         []string
	Directory, Console, Audit string
	// Controls are declared by somebody on a day: control → declaration.
	Controls map[string]Declaration
	// Read names the administrations that are read for the layer.
	Read []string
	Line int // of the layer's table
}

// Declaration is a control that a person declares.
type Declaration struct {
	Standing string // "on", "off" or words
	By       string
	On       time.Time
	Line     int
}

// Waiver accepts violations of a rule.
type Waiver struct {
	Rule   string    `json:"rule"`
	Path   string    `json:"path,omitempty"` // a glob; "" is every path
	Reason string    `json:"reason"`
	Until  time.Time `json:"until,omitzero"`
	Line   int       `json:"line,omitempty"` // of the configuration
}

// Standing says how a control is known.
type Standing string

// The standings.
const (
	Shown    Standing = "shown"              // a line shows it
	Declared Standing = "declared"           // somebody says so
	ReadFrom Standing = "read from provider" // the provider's API says so
	NotShown Standing = "not shown"          // looked for, and no line shows it
	NotRead  Standing = "not looked"         // nothing was read that could show it
)

// Where is one place that a reader can look at.
type Where struct {
	Path string `json:"path"`
	Line int    `json:"line,omitempty"`
	Text string `json:"text,omitempty"` // what stands there, without any secret
	How  string `json:"how,omitempty"`
}

// Map is the inventory of both layers of one tree.
type Map struct {
	Target string  `json:"target"`
	Planes []Plane `json:"planes"` // ai-platform, application-auth
	// Roots say what each of several repositories shows.
	Roots []Root `json:"roots,omitempty"`
	Edges []Edge `json:"edges,omitempty"`
	// Servers are the tool servers of agents, Routes those that reach a model.
	Servers []Use `json:"servers,omitempty"`
	Routes  []Use `json:"routes,omitempty"`
	// Begun says when each layer began, if a history was read.
	Begun *Begun `json:"begun,omitempty"`
	// Complete says whether all that was asked for was read.
	Complete bool `json:"complete"`
	// secrets is what the rules of secrets have found, once one was asked.
	secrets map[string][]Violation
}

// Plane is one layer.
type Plane struct {
	Layer      detectors.Layer `json:"layer"`
	Question   string          `json:"question"` // that the layer answers
	Owners     []string        `json:"owners,omitempty"`
	OwnersFrom string          `json:"owners_from,omitempty"` // "policy", "CODEOWNERS"
	Directory  string          `json:"directory,omitempty"`
	Console    string          `json:"console,omitempty"`
	Audit      string          `json:"audit,omitempty"`
	Reviewers  []string        `json:"reviewers,omitempty"` // of privileged sessions
	Uses       []Use           `json:"uses,omitempty"`
	Controls   []Control       `json:"controls"`
	Identities []Identity      `json:"identities,omitempty"`
	Questions  []string        `json:"questions,omitempty"`
}

// Use is a provider, a system, a tool server or a route.
type Use struct {
	Name    string  `json:"name"`
	Title   string  `json:"title,omitempty"`
	Version string  `json:"version,omitempty"`
	Shown   []Where `json:"shown"`
}

// Control is one identity control of a layer.
type Control struct {
	Name     string    `json:"name"` // SSO, SCIM, MFA, …
	Question string    `json:"question"`
	Answers  string    `json:"answers"` // "who may use the platform", "who may use the product", …
	Standing Standing  `json:"standing"`
	Shown    []Where   `json:"shown,omitempty"`
	By       string    `json:"by,omitempty"`
	On       time.Time `json:"on,omitzero"`
	Says     string    `json:"says,omitempty"` // the declaration's word: "on", "off", …
	// Readings are what administrations of providers say of it.
	Readings []ControlReading `json:"readings,omitempty"`
}

// Identity is a key or a client by its name.
type Identity struct {
	Name      string              `json:"name"`
	Provider  string              `json:"provider,omitempty"`
	Subject   detectors.Subject   `json:"subject,omitempty"`
	Privilege detectors.Privilege `json:"privilege,omitempty"`
	Form      detectors.Form      `json:"form,omitempty"`
	Owners    []string            `json:"owners,omitempty"`
	// OwnersFrom is "policy" or "CODEOWNERS". Provisioners make it and hand it out,
	// Reviewers look at what is done with privileged ones.
	OwnersFrom   string    `json:"owners_from,omitempty"`
	Provisioners []string  `json:"provisioners,omitempty"`
	Reviewers    []string  `json:"reviewers,omitempty"`
	Directory    string    `json:"directory,omitempty"`
	Console      string    `json:"console,omitempty"`
	Audit        string    `json:"audit,omitempty"`
	Lifecycle    Lifecycle `json:"lifecycle"`
	Shown        []Where   `json:"shown"`
	// Literal says that a value of it stands in the tree (a finding), Fingerprints of
	// which secrets.
	Literal      bool     `json:"literal,omitempty"`
	Fingerprints []string `json:"fingerprints,omitempty"`
}

// Lifecycle is how an identity is made, suspended and removed.
type Lifecycle struct {
	Created   string `json:"created,omitempty"`
	Suspended string `json:"suspended,omitempty"`
	Removed   string `json:"removed,omitempty"`
}

// Edge is a credential that joins planes, or a program to one.
type Edge struct {
	From string `json:"from"` // a program (its folder) or a plane
	To   string `json:"to"`   // a use
	By   string `json:"by"`   // the identity's name
	At   Where  `json:"at"`
	// Crosses says that it joins the planes themselves, Rule which rule finds that.
	Crosses bool   `json:"crosses,omitempty"`
	Rule    string `json:"rule,omitempty"`

	layer detectors.Layer // of a program's edge: that of its identity
}

// Severity ranks violations as findings.
type Severity = scanner.Severity

// Rule is one thing that must not be.
type Rule struct {
	ID       string
	Title    string
	Severity Severity
	Remedy   string
	// Frameworks are the controls of standards that it touches: "NHI9:2025", …
	Frameworks []string
	// Find gives the violations in an input.
	Find func(*Input, *Map) []Violation
}

// Violation is one place where a rule is broken.
type Violation struct {
	Rule        string            `json:"rule"`
	Title       string            `json:"title"`
	Severity    Severity          `json:"severity"`
	At          Where             `json:"at"`
	Also        []Where           `json:"also,omitempty"`
	Why         string            `json:"why"`
	Remedy      string            `json:"remedy"`
	Layers      []detectors.Layer `json:"layers,omitempty"`
	Fingerprint string            `json:"fingerprint,omitempty"` // of the secret, if one is concerned
	Frameworks  []string          `json:"frameworks,omitempty"`
	Waived      *Waiver           `json:"waived,omitempty"`
}
