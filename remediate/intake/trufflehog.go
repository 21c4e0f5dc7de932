package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/scanner"
)

// trufflehogResult is a line of trufflehog 3's --json. Raw is what it dedupes by,
// which may be the id of a pair; RawV2 is all parts in one; SecretParts, in newer
// ones, are the parts by name.
//
// Source: reports written by trufflehog 3.97, and the messages in
// proto/source_metadata.proto of github.com/trufflesecurity/trufflehog.
type trufflehogResult struct {
	SourceMetadata struct {
		Data map[string]json.RawMessage
	}
	DetectorName, DecoderName string
	Verified                  bool
	Raw, RawV2                string
	ExtraData, SecretParts    map[string]string

	Level, Msg string // of a line of its log, which some pipelines mix in
}

// trufflehogPlace are the members that the sources' metadata share. Not every
// source has each.
type trufflehogPlace struct {
	Repository, Project, Commit, File, Path, Email, Timestamp, Link string
	Bucket, Image, Layer                                            string
	Line                                                            int
}

// readTrufflehog reads the lines of trufflehog's --json.
func readTrufflehog(r io.Reader, in *intake) error {
	return elements(r, true, func(_ int, raw json.RawMessage) error {
		n := in.next()
		var t trufflehogResult
		if err := decode(raw, &t); err != nil {
			in.strange(n, err)
			return nil
		}
		switch {
		case t.DetectorName == "" && t.Level != "" && t.Msg != "":
			in.skip(n, "it is a line of trufflehog's log")
			return nil
		case t.DetectorName == "" || len(t.SourceMetadata.Data) != 1:
			in.strange(n, errors.New("it has no DetectorName, or not one source in SourceMetadata.Data"))
			return nil
		}
		var p trufflehogPlace
		for _, data := range t.SourceMetadata.Data {
			if err := decode(data, &p); err != nil {
				in.skip(n, "its source: %v", err)
				return nil
			}
		}
		return in.add(t.record(in, n, &p))
	})
}

func (t *trufflehogResult) record(in *intake, n int, p *trufflehogPlace) *record {
	r := &record{element: n, rule: t.DetectorName, verified: t.Verified}
	r.repo = cmp.Or(p.Repository, repoOfLink(p.Link), p.Project, p.Image, p.Bucket)
	place := scanner.Place{Path: cmp.Or(p.File, p.Path), StartLine: p.Line, Commit: p.Commit}
	if place.Path == "" {
		place.Path = "(" + strings.ToLower(slices.Sorted(maps.Keys(t.SourceMetadata.Data))[0]) + ")"
	}
	r.places = []scanner.Place{place}
	if p.Commit != "" {
		name, email := person(p.Email)
		at := in.when(n, "timestamp", p.Timestamp)
		r.introduced = scanner.Commit{ID: p.Commit, Author: name, Email: email, AuthoredAt: at, CommittedAt: at}
	}
	t.secret(r)
	return r
}

// secret puts the secret and what is known around it into a record: the parts, each
// behind its name as a file would have it, then what is raw.
func (t *trufflehogResult) secret(r *record) {
	if hidden(t.Raw) {
		return
	}
	r.secret = t.Raw
	var secrets, surely []string
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(t.SecretParts)) {
		value := t.SecretParts[name]
		if hidden(value) {
			continue
		}
		all.WriteString(assigned(named(t.DetectorName+"_"+name), value) + "\n")
		if !public().MatchString(name) {
			secrets = append(secrets, value)
		}
		if surest().MatchString(name) {
			surely = append(surely, value)
		}
	}
	if rest, ok := strings.CutPrefix(t.RawV2, t.Raw+":"); ok && len(t.SecretParts) == 0 && !hidden(rest) {
		secrets = append(secrets, rest) // of a pair
	}
	switch {
	case len(secrets) == 1:
		r.secret = secrets[0]
	case len(surely) == 1:
		r.secret = surely[0]
	}
	r.texts = append(r.texts, within(r.secret, r.secret)...)
	if all.Len() > 0 {
		r.texts = append(r.texts, text{data: all.String(), made: true})
	}
	for _, raw := range []string{t.Raw, t.RawV2} {
		if raw != r.secret && !hidden(raw) {
			r.texts = append(r.texts, text{data: raw})
		}
	}
}

// surest matches the names of parts that are the secret of a pair.
var surest = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)secret|password|private`) })

// public matches the names of parts that are no secrets.
var public = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|_)(id|user|username|account|account_name|cloud_name|host|domain|url|endpoint|region|registry|email|name|subdomain|tenant|database)$`)
})
