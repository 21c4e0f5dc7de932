package identity

import (
	"bytes"
	"sync"

	"leakline/detectors"
)

// Facts is what a document says of every secret in it. It is safe for concurrent
// use. It keeps the document's data only until a secret asks for its contents.
type Facts struct {
	path        string
	fixture     fixture
	translation bool // it holds what a program says to people
	environment detectors.Environment
	signs       []*sign // of the path
	tool        bool    // a third party's tool reads the file
	pipeline    bool    // a CI/CD service reads it
	personal    bool    // it is a person's own
	// contents is read when first needed: most secrets say themselves whose they are.
	contents func() contents
}

// contents is what a document says beyond its path.
type contents struct {
	imports   []*sign
	direction direction // of provisioning
}

// Read gathers the facts of a document: its kind of path, its environment, what it
// imports. It looks at the first 64 KiB of the data.
func Read(path string, data []byte) *Facts {
	parts := pathParts(path)
	f := &Facts{
		path:        path,
		fixture:     fixtureOf(path),
		translation: isTranslation(path),
		environment: pathEnvironment(path),
		tool:        pathAny(toolFiles, parts),
		pipeline:    pathAny(pipelineFiles, parts),
		personal:    pathAny(personalFiles, parts),
	}
	if f.fixture == noFixture && describesAPI(data) {
		f.fixture = docsPath
	}
	lookPath(path, func(s *sign) { f.signs = append(f.signs, s) })
	f.contents = sync.OnceValue(func() contents { return readContents(data) })
	return f
}

func readContents(data []byte) contents {
	var c contents
	if top := data[:min(len(data), importBytes)]; provisions(top) {
		c.direction = directionOf(top)
	}
	seen := map[string]bool{}
	eachImport(data, func(name string) {
		if s := lookModule(name); s != nil && !seen[s.text] && len(c.imports) < maxImports {
			seen[s.text] = true
			c.imports = append(c.imports, s)
		}
	})
	return c
}

// maxImports bounds the packages of one file that are kept.
const maxImports = 50

// provisions says that a text speaks of SCIM, the only use of the direction.
func provisions(text []byte) bool {
	return bytes.Contains(text, []byte("scim")) || bytes.Contains(text, []byte("SCIM")) || bytes.Contains(text, []byte("Scim"))
}

// direction says which way a credential goes.
type direction int

const (
	noDirection direction = iota
	inbound               // others present it to us, and we compare
	outbound              // we present it to others
	bothWays
)

// directionWords are the calls by which code compares what it was sent, or sends
// what it holds.
var directionWords = map[string]direction{
	"timingsafeequal": inbound, "comparedigest": inbound, "securecompare": inbound, "constanttimecompare": inbound,
	"fixedtimeequals": inbound, "hashequals": inbound, "hmacequal": inbound, "messagedigestisequal": inbound,
	"headersauthorization": inbound, "headersgetauthorization": inbound, "headergetauthorization": inbound,
	"getheaderauthorization": inbound, "httpauthorization": inbound, "constructevent": inbound, "verifysignature": inbound,
	"verifytoken": inbound, "verifybearer": inbound, "bearerauth": inbound, "httpbearer": inbound,
	"authenticatewithhttptoken": inbound,
	"axiospost":                 outbound, "axiosget": outbound, "axiosput": outbound, "axiospatch": outbound, "axioscreate": outbound,
	"requestspost": outbound, "requestsget": outbound, "requestsput": outbound, "requestspatch": outbound,
	"requestssession": outbound, "httpxclient": outbound, "httpxpost": outbound, "httpxget": outbound,
	"awaitfetch": outbound, "curl": outbound, "invokerestmethod": outbound, "httpnewrequest": outbound, "httpclient": outbound,
	"scimclient": outbound, "provisioner": outbound, "outboundscim": outbound, "scimendpoint": outbound,
	"targeturl": outbound, "baseaddress": outbound, "secrettoken": outbound,
}

// directionOf reads the direction from the calls in a text.
func directionOf(text []byte) direction {
	d := noDirection
	eachPhrase(text, func(phrase []byte) bool {
		switch w := directionWords[string(phrase)]; {
		case w == noDirection:
		case d == noDirection:
			d = w
		case d != w:
			d = bothWays
		}
		return false
	})
	return d
}
