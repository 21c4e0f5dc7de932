package identity

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"leakline/detectors"
)

// context collects the evidence outside of the secret.
func (h *hearing) context() {
	h.names()
	h.block()
	h.beside()
	h.file()
	if h.repo != nil {
		for _, s := range h.repo.signs() {
			if s.speaks(h.provider) {
				h.sign(s, byRepo, detectors.EvidenceImport, `a manifest of the repository names the package "`, `"`)
			}
		}
	}
}

// names reads the name.
func (h *hearing) names() {
	lookWords([]byte(h.name), inName, h.provider, func(s *sign) {
		h.word(s, byName, detectors.EvidenceName, `the name has the word "`, `"`)
	})
}

// word adds what a word says. What the detector itself demanded is true of each of
// its matches: such a word only tips, and says nothing at all if it names a
// protocol, which customers and staff use alike.
func (h *hearing) word(s *sign, r rank, kind detectors.EvidenceKind, before, after string) {
	if h.demanded(s.text) {
		if protocols[s.text] {
			return
		}
		s = weakened(s)
	}
	h.sign(s, r, kind, before, after)
}

// protocols are words that say what a credential is for and not for whom.
var protocols = map[string]bool{"saml": true, "scim": true, "sso": true, "mfa": true, "totp": true, "otp": true, "auth ldap bind": true}

// weakened is a sign that only tips.
func weakened(s *sign) *sign {
	if s.weak {
		return s
	}
	c := *s
	c.weak = true
	return &c
}

// demanded says that the detector could not have matched without a phrase: it names
// the provider or the control, or stands in each of the detector's names that the
// secret's name falls under.
func (h *hearing) demanded(phrase string) bool {
	key := strings.ReplaceAll(phrase, " ", "")
	if strings.EqualFold(key, string(h.d.Identity.Control)) || strings.Contains(h.provider, phrase) {
		return true
	}
	if len(h.d.Near) == 1 && strings.EqualFold(h.d.Near[0], key) {
		return true
	}
	name := plain(h.name)
	in := false
	for _, n := range h.d.Names {
		switch {
		case !inOrder(name, strings.Fields(n)):
		case strings.Contains(plain(n), key):
			in = true
		default:
			return false
		}
	}
	return in
}

// plain is a name in lower case, letters and digits alone.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlnum(byte(r)) {
			return rune(lower(byte(r)))
		}
		return -1
	}, name)
}

// inOrder says that words occur in a name one after the other.
func inOrder(name string, words []string) bool {
	for _, w := range words {
		w = plain(w)
		i := strings.Index(name, w)
		if i < 0 {
			return false
		}
		name = name[i+len(w):]
	}
	return true
}

// block reads what stands around the secret: words and hosts of its block, calls
// that send or compare, and hosts further away.
func (h *hearing) block() {
	b := around(h.doc.Data, h.own)
	h.around = b
	group := envGroup(h.name)
	way, provisioning := noDirection, h.d.Identity.Control == detectors.SCIM
	b.eachText(func(text []byte, heading bool) {
		other := !heading && group != "" && otherGroup(text, group)
		take := func(s *sign) *sign {
			if other {
				return weakened(s)
			}
			return s
		}
		lookWords(text, inBlock, h.provider, func(s *sign) {
			h.word(take(s), inOwn, detectors.EvidenceNeighbour, `"`, `" stands beside it`)
		})
		lookHosts(text, h.provider, func(s *sign) {
			h.sign(take(s), inOwn, detectors.EvidenceHost, "the host ", " stands beside it")
		})
		if provisioning && way == noDirection {
			way = directionOf(text)
		}
	})
	if provisioning {
		h.direct(way)
	}
	for _, part := range [...]span{{b.near.lo, b.own.lo}, {b.own.hi, b.near.hi}} {
		lookHosts(h.doc.Data[part.lo:part.hi], h.provider, func(s *sign) {
			if !h.hostBeside(s) {
				h.sign(s, nearby, detectors.EvidenceHost, "the host ", " is nearby")
			}
		})
	}
}

// hostBeside says that a host is noted already as one of the block.
func (h *hearing) hostBeside(s *sign) bool {
	detail := "the host " + s.text + " stands beside it"
	return slices.ContainsFunc(h.found, func(f found) bool {
		return f.Kind == detectors.EvidenceHost && f.Detail == detail
	})
}

// direct reads which way a provisioning credential goes: an identity provider
// presents a SCIM bearer to the product that issued it, and our directory presents
// one to the services that we buy.
func (h *hearing) direct(way direction) {
	at := inOwn
	if way == noDirection {
		way, at = h.facts.contents().direction, byFile
	}
	f := found{rank: at, Evidence: detectors.Evidence{Kind: detectors.EvidenceDirection}}
	switch way {
	case inbound:
		f.Layer = app
		f.Detail = "the code compares it with what others present to us"
	case outbound:
		f.Layer, f.class = infra, detectors.WorkforceIdentity
		if slices.ContainsFunc(h.found, func(o found) bool { return o.Layer == ai && !o.weak && o.rank <= inOwn }) {
			f.Layer, f.class = ai, ""
		}
		f.Detail = "the code presents it to a service that we use"
	default:
		return
	}
	h.note(f)
}

// beside reads the public identifiers of the same block.
func (h *hearing) beside() {
	ms := h.doc.Beside
	from := sort.Search(len(ms), func(i int) bool { return ms[i].End > h.around.body.lo })
	for i := from; i < len(ms) && i < from+20 && ms[i].Start < h.around.body.hi; i++ {
		d := ms[i].Detector
		if d == nil || !d.Public || len(d.AmbiguousLayers) > 0 || ms[i].Start == h.Start {
			continue
		}
		if d.Identity.Layer == detectors.Unclassified || d.Identity.Layer == "" {
			continue
		}
		h.note(found{
			rank: inOwn, weak: !strings.EqualFold(d.Provider, h.d.Provider), class: d.Identity.Class,
			Evidence: detectors.Evidence{
				Kind: detectors.EvidenceNeighbour, Layer: d.Identity.Layer,
				Detail: "a public identifier stands beside it: " + d.Provider + " " + d.Title,
			},
		})
	}
}

// file reads the path and the imports.
func (h *hearing) file() {
	for _, s := range h.facts.signs {
		if s.speaks(h.provider) {
			h.word(s, byFile, detectors.EvidenceFile, `the path has "`, `"`)
		}
	}
	for _, s := range h.facts.contents().imports {
		if s.speaks(h.provider) {
			h.sign(s, byImport, detectors.EvidenceImport, `the file imports "`, `"`)
		}
	}
}

// envGroup is the first telling word of a name that is written as environment
// variables are: variables of one service share it. It is empty for other names.
func envGroup(name string) string {
	if !isEnvName([]byte(name)) {
		return ""
	}
	for word := range strings.SplitSeq(name, "_") {
		if word != "" && !envPrefixes[word] {
			return word
		}
	}
	return ""
}

// envPrefixes begin variables of many services alike.
var envPrefixes = map[string]bool{
	"NEXT": true, "PUBLIC": true, "VITE": true, "REACT": true, "APP": true, "EXPO": true, "NUXT": true, "GATSBY": true,
	"PROD": true, "PRODUCTION": true, "STAGING": true, "STAGE": true, "STG": true, "DEV": true, "TEST": true, "LOCAL": true,
	"MY": true, "TF": true, "VAR": true, "THE": true, "DEFAULT": true, "CLIENT": true, "SECRET": true, "API": true,
}

// otherGroup says that a line assigns an environment variable of another service.
func otherGroup(line []byte, group string) bool {
	line = bytes.TrimLeft(line, " \t-\"'#")
	line = bytes.TrimPrefix(line, []byte("export "))
	end := 0
	for end < len(line) && (isAlnum(line[end]) || line[end] == '_') {
		end++
	}
	if end == len(line) || !isEnvName(line[:end]) {
		return false
	}
	rest := bytes.TrimLeft(line[end:], "\"' ")
	if len(rest) == 0 || rest[0] != '=' && rest[0] != ':' {
		return false
	}
	other := envGroup(string(line[:end]))
	return other != "" && other != group
}

// isEnvName says that a name has upper-case letters, digits and underscores alone,
// with at least one underscore.
func isEnvName(name []byte) bool {
	under := false
	for _, b := range name {
		switch {
		case b == '_':
			under = true
		case isUpper(b) || b >= '0' && b <= '9':
		default:
			return false
		}
	}
	return under
}
