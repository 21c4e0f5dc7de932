package ignore

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"sync"

	"leakline/detectors"
	"leakline/scanner"
)

// Gitleaks names a finding by file and line, in the commit that added the line. It
// looks at the lines that commits add, so that what it accepts once is accepted for as
// long as the line stands there, wherever it moves to in its file. leakline looks at
// every version of a file. So an entry of gitleaks is taken to accept the secret in
// that file, and that is known only when all places have been seen.

// accounts remembers, for secrets at places that nobody has accepted by itself, which
// files they stand in and which of these an entry of gitleaks names.
type accounts struct {
	key [32]byte // of this run, in memory
	mu  sync.Mutex
	of  map[string]map[string]*rule // secret, file; nil: no entry names it
}

func newAccounts() *accounts {
	a := &accounts{of: map[string]map[string]*rule{}}
	_, _ = rand.Read(a.key[:]) // never fails (crypto/rand)
	return a
}

func (a *accounts) id(plain string) string {
	mac := hmac.New(sha256.New, a.key[:])
	_, _ = io.WriteString(mac, plain)
	return string(mac.Sum(nil))
}

// account notes a place.
func (s *Set) account(c *scanner.Candidate, file string) {
	if len(s.theirs) == 0 {
		return
	}
	names := []string{file, c.Path}
	if c.Archive != "" {
		names = []string{file + "!" + c.Archive, c.Path + "!" + c.Archive}
	}
	var by *rule
	for _, name := range names {
		for _, r := range s.theirs[name] {
			if r.theirs.holds(c.Place) {
				r.used.Add(1)
				by = r
			}
		}
	}
	id := s.accounts.id(c.Secret.Reveal())
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	files := s.accounts.of[id]
	if files == nil {
		files = map[string]*rule{}
		s.accounts.of[id] = files
	}
	if files[names[0]] == nil {
		files[names[0]] = by
	}
}

// Settle takes out of a result the secrets that entries of gitleaks accept in every
// file where nothing else does. It is called once, after the scan.
func (s *Set) Settle(res *scanner.Result) {
	if len(s.theirs) == 0 {
		return
	}
	for _, by := range []scanner.Mechanism{scanner.ByIgnoreFile, scanner.ByBaseline} {
		res.Drop(by.Hides(), func(f *scanner.Finding) bool {
			r := s.everywhere(f)
			if r == nil || r.by != by {
				return false
			}
			accepted := *f
			accepted.Ignored = r.ignored(s.o.Now)
			res.Ignored = append(res.Ignored, accepted)
			count(&res.Summary, by, f.Layer)
			return true
		})
	}
}

// count counts a secret that is accepted.
func count(sum *scanner.Summary, by scanner.Mechanism, l detectors.Layer) {
	if sum.Ignored == nil {
		sum.Ignored = map[scanner.Mechanism]map[detectors.Layer]int{}
	}
	if sum.Ignored[by] == nil {
		sum.Ignored[by] = map[detectors.Layer]int{}
	}
	sum.Ignored[by][l]++
}

// everywhere gives the entry of a secret that is accepted in all its files.
func (s *Set) everywhere(f *scanner.Finding) *rule {
	files := s.accounts.of[s.accounts.id(f.Plain.Reveal())]
	var last *rule
	for _, r := range files {
		if r == nil {
			return nil
		}
		if last == nil || r.where < last.where {
			last = r
		}
	}
	return last
}
