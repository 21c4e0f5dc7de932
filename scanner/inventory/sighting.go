package inventory

import "leakline/detectors"

// Kind says what a sighting shows.
type Kind string

// The kinds.
const (
	// Provider is an AI platform, or tooling of one, in use.
	Provider Kind = "provider"
	// System authenticates the product's users or manages them.
	System Kind = "system"
	// Control is an identity control that stands in code or configuration.
	Control Kind = "control"
	// Reference is the name of a credential that is read from the environment, from
	// a store or from settings, or that is given a value here.
	Reference Kind = "reference"
	// Server is a server of tools for AI agents (Model Context Protocol) that a
	// configuration starts or calls.
	Server Kind = "server"
	// Route is a request handler, or what answers requests, in which an AI platform is
	// called.
	Route Kind = "route"
	// Guard is a check of the caller's identity in front of routes.
	Guard Kind = "guard"
	// Safety is a check of content: moderation, guardrails, a safeguard model.
	Safety Kind = "safety"
	// Claim is a control or an attestation that a document claims.
	Claim Kind = "claim"
	// Principal is an identity of a cloud or a directory with what it is granted.
	Principal Kind = "principal"
	// Provisioning is an endpoint or a handler of SCIM (RFC 7644).
	Provisioning Kind = "provisioning"
)

// How says by what a sighting is known, the surest first.
type How string

// The ways.
const (
	ByManifest How = "manifest" // a dependency, with its version if it names one
	ByImport   How = "import"
	ByConfig   How = "config" // a key of a configuration file
	ByHost     How = "host"   // an address of the provider
	ByName     How = "name"   // the name of an environment variable or setting
	ByCode     How = "code"   // a call or a declaration
	ByText     How = "text"   // a sentence of a document
)

// Sighting is one line that shows something.
type Sighting struct {
	Kind  Kind            `json:"kind"`
	Layer detectors.Layer `json:"layer,omitempty"`
	// Name is an entry's name ("openai", "auth0", "SCIM"), of a reference the
	// credential's name ("OPENAI_API_KEY"), of a route its path if the line has one.
	Name string `json:"name"`
	// Version is what a manifest demands, as written.
	Version string `json:"version,omitempty"`
	How     How    `json:"how"`
	Path    string `json:"path"` // slash-separated, relative to the tree
	Line    int    `json:"line"` // 1-based
	// Text is what was recognised: a package, a host, a name, a call; never more of
	// the line, which may hold a secret.
	Text string `json:"text,omitempty"`
	// Grants are what a principal may do, in the words of its file; of a route or
	// a guard, what else decides (a matcher, an exception).
	Grants []string `json:"grants,omitempty"`
	// Covers are, of a guard, the paths, folders or names of routes that it stands in
	// front of; empty for all of its tree, or of its file if Local.
	Covers []string `json:"covers,omitempty"`
	Local  bool     `json:"local,omitempty"`
	// Client says that the file is sent to browsers or devices.
	Client bool `json:"client,omitempty"`
	// Parts are what belongs to it elsewhere: of a route the checks in front of it, of
	// a principal what it is granted.
	Parts []Part `json:"parts,omitempty"`

	bridge bool // it counts only where its framework is seen otherwise, see ai_bridges.go
}

// Part is a line that belongs to a sighting.
type Part struct {
	Kind  Kind            `json:"kind"`
	Layer detectors.Layer `json:"layer,omitempty"`
	Path  string          `json:"path"`
	Line  int             `json:"line"`
	Text  string          `json:"text,omitempty"`
}

// Entry is one AI platform, system of application authentication or control.
type Entry struct {
	Name  string // one word in lower case, or the control's name
	Title string
	Kind  Kind // Provider, System or Control
	Layer detectors.Layer
	// Control is the entry's control if Kind is Control; of a System those that it
	// always brings, so that using it shows them.
	Controls []string
	// Packages are the names of dependencies by ecosystem: npm, pypi, go, gem, maven
	// (group:artifact), nuget, composer, cargo. "name*" is a prefix.
	Packages map[string][]string
	// Imports are what an import of it names where that is not the package's name.
	Imports []string
	// Hosts are addresses that belong to it alone.
	Hosts []string
	// Names are names of environment variables and settings that belong to it alone.
	Names []string
	// Marks are texts in code or configuration that stand nowhere else.
	Marks []string
	// Source is the URL of the documentation that says so.
	Source string
}
