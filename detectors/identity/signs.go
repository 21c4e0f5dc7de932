package identity

import (
	"strings"
	"sync"

	"leakline/detectors"
)

// sign is what one word, host, package or file pattern says of a layer.
type sign struct {
	text  string // as evidence shows it
	layer detectors.Layer
	class detectors.Class // of the infrastructure layer
	// weak says that it only tips a balance: it decides when nothing stronger of
	// any kind is there.
	weak bool
	// generic says that it is clear enough to give a secret an owner of which
	// nothing else is known.
	generic bool
	// tool says that it is an AI tool that people host themselves, with users and
	// sessions of its own.
	tool bool
	// vendors, lower-case parts of provider names, limit the sign to their
	// credentials. Nil means all.
	vendors []string
	where   where
}

// where says what a word was read in.
type where uint8

const (
	inName    where = 1 << iota // the name that the secret is assigned to
	inBlock                     // the same object, section or group of assignments
	inPath                      // the path of the file
	inAccount                   // the name of the account inside the secret
	anywhere  = inName | inBlock | inPath | inAccount
)

// everyProvider is a provider for whose credentials every sign counts.
const everyProvider = "*"

// speaks says whether the sign counts for a provider's credentials.
func (s *sign) speaks(provider string) bool {
	if s.vendors == nil || provider == everyProvider {
		return true
	}
	for _, v := range s.vendors {
		if strings.Contains(provider, v) {
			return true
		}
	}
	return false
}

// wordGroup is one row of the table of words.
type wordGroup struct {
	sign
	words string // phrases, separated by commas; their words by blanks
}

// wordIndex gives the signs of a phrase, joined as eachPhrase joins it.
var wordIndex = sync.OnceValue(func() map[string][]sign {
	index := map[string][]sign{}
	add := func(s sign, phrase string) {
		s.text = phrase
		key := strings.ReplaceAll(phrase, " ", "")
		if s.layer == "" {
			index[key] = append([]sign{s}, index[key]...)
			return
		}
		index[key] = append(index[key], s)
	}
	for _, g := range wordGroups {
		for phrase := range strings.SplitSeq(g.words, ",") {
			add(g.sign, strings.TrimSpace(phrase))
		}
	}
	for realm, s := range realmWords {
		s.where = inBlock | inName
		for _, key := range []string{"realm ", "realms ", "realm name "} {
			add(s, key+realm)
		}
	}
	return index
})

// lookWords calls found with every sign of a text's words. A phrase hides the
// shorter phrases that it ends in, and a neutral sign the others of its phrase.
func lookWords(text []byte, in where, provider string, found func(*sign)) {
	index := wordIndex()
	eachPhrase(text, func(phrase []byte) bool {
		taken := false
		signs := index[string(phrase)]
		for i := range signs {
			s := &signs[i]
			if s.where&in == 0 || !s.speaks(provider) {
				continue
			}
			taken = true
			if s.layer == "" { // the neutral ones stand first
				break
			}
			found(s)
		}
		return taken
	})
}

// Short forms for the tables.
const (
	ai    = detectors.AIPlatform
	app   = detectors.ApplicationAuth
	infra = detectors.Infrastructure

	workforce = detectors.WorkforceIdentity
)

// realmWords are names of Keycloak realms that say whose identities are in them.
var realmWords = map[string]sign{
	"customer": {layer: app}, "customers": {layer: app}, "consumer": {layer: app}, "consumers": {layer: app},
	"public": {layer: app}, "users": {layer: app, weak: true}, "ciam": {layer: app}, "b2c": {layer: app},
	"shop": {layer: app}, "portal": {layer: app, weak: true}, "clients": {layer: app, weak: true},
	"employee": {layer: infra, class: workforce}, "employees": {layer: infra, class: workforce},
	"staff": {layer: infra, class: workforce}, "workforce": {layer: infra, class: workforce},
	"internal": {layer: infra, class: workforce}, "corp": {layer: infra, class: workforce},
	"corporate": {layer: infra, class: workforce}, "company": {layer: infra, class: workforce},
	"infra": {layer: infra, class: workforce}, "kubernetes": {layer: infra, class: workforce},
	// The master realm holds the administrators of the others.
	"master": {layer: infra, class: workforce, weak: true},
}
