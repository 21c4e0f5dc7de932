package scanner

import (
	"context"
	"iter"
	"testing"
	"time"

	"go.uber.org/goleak"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Formats that no provider has, one for each way in which the scanner treats
// matches.
func testDetectors() []detectors.Detector {
	token := func(id, anchor string, identity detectors.Identity) detectors.Detector {
		return detectors.Detector{
			ID: id, Provider: "Test", Title: id + " token", Identity: identity,
			Anchors: []string{anchor}, Pattern: anchor + "[a-z0-9]{24}", Confirmed: "2026-01-02",
		}
	}
	ai := token("test-ai", "zqai_", detectors.Identity{
		Layer: detectors.AIPlatform, Form: detectors.APIKey, Privilege: detectors.Write, Scope: detectors.OneProject,
	})
	auth := token("test-auth", "zqauth_", detectors.Identity{
		Layer: detectors.ApplicationAuth, Form: detectors.APIKey, Privilege: detectors.Forge, Scope: detectors.All,
	})
	public := token("test-public", "zqpub_", detectors.Identity{Layer: detectors.ApplicationAuth})
	public.Public = true
	unsure := token("test-unsure", "zqunsure_", detectors.Identity{Layer: detectors.AIPlatform, Privilege: detectors.Read})
	unsure.Confirmed = ""
	low := detectors.Detector{
		ID: "test-low", Title: "inferred token", Names: []string{"lowly token"}, Pattern: "[a-z0-9]{20}",
		Identity: detectors.Identity{Layer: detectors.Infrastructure, Class: detectors.Data},
	}
	pem := detectors.Detector{
		ID: "test-pem", Title: "private key", Anchors: []string{"-----BEGIN "}, Pattern: "(?:RSA )?PRIVATE KEY",
		Reader: detectors.ReadPEM, Confirmed: "2026-01-02", Identity: detectors.Identity{Layer: detectors.Infrastructure},
	}
	either := token("test-either", "zqeither_", detectors.Identity{Layer: detectors.ApplicationAuth, Form: detectors.APIKey})
	either.AmbiguousLayers = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	return []detectors.Detector{ai, auth, public, unsure, low, pem, either}
}

// expand makes a secret of a test format; equal seeds give equal ones.
func expand(t testing.TB, seed, notation string) string {
	t.Helper()
	s, err := sample.Expand(seed, notation)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newScanner(t testing.TB) *Scanner {
	t.Helper()
	set, err := engine.Compile(testDetectors())
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Check(); err != nil {
		t.Fatal(err)
	}
	key, err := detectors.NewKey("a key for tests only")
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &Scanner{Set: set, Key: key, Authors: AuthorsShow, Now: func() time.Time { return clock }}
}

// memory is a source of chunks and errors that are given.
type memory struct {
	items []any // Chunk or error
	tally Tally
}

func (m *memory) Chunks(ctx context.Context) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		for _, item := range m.items {
			if ctx.Err() != nil {
				yield(Chunk{}, ctx.Err())
				return
			}
			var ok bool
			switch v := item.(type) {
			case Chunk:
				ok = yield(v, nil)
			case error:
				ok = yield(Chunk{}, v)
			case func():
				v()
				ok = true
			}
			if !ok {
				return
			}
		}
	}
}

func (m *memory) Tally() Tally { return m.tally }

func file(path, content string) Chunk {
	return Chunk{Data: []byte(content), Location: Location{Path: path}}
}

// scan scans chunks and fails the test if the result is not complete.
func scan(t testing.TB, s *Scanner, items ...any) *Result {
	t.Helper()
	res, err := s.Scan(context.Background(), &memory{items: items})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Summary.Complete {
		t.Fatalf("incomplete: %v", res.Summary.Errors)
	}
	return res
}

// one gives the only finding of a result.
func one(t testing.TB, res *Result) Finding {
	t.Helper()
	if len(res.Findings) != 1 {
		t.Fatalf("%d findings, want 1: %+v", len(res.Findings), res.Findings)
	}
	return res.Findings[0]
}
