package engine

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// TestSimpleIsRegexp: on every pattern of the catalogue that is matched without
// package regexp, examples and damaged examples give what regexp gives.
func TestSimpleIsRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 13))
	simples, others, matched, compared := 0, 0, 0, 0
	for _, d := range detectors.Catalogue() {
		if d.Pattern == "" {
			continue
		}
		tree, err := syntax.Parse(d.Pattern, syntax.Perl)
		if err != nil {
			t.Errorf("%s: %v", d.ID, err)
			continue
		}
		p := newSimple(tree)
		if p == nil {
			others++
			continue
		}
		simples++
		re := regexp.MustCompile(`\A(?:` + d.Pattern + `)`)
		re.Longest()
		whole := regexp.MustCompile(`\A(?:` + d.Pattern + `)\z`)
		whole.Longest()
		for k, text := range damaged(t, r, d) {
			if len(text) > 200 && k%5 != 0 { // package regexp takes long for them
				continue
			}
			compared++
			matched += same(t, d.ID, p, re, text, false) + same(t, d.ID, p, whole, text, true)
		}
	}
	t.Logf("%d patterns without regexp, %d with; %d texts, %d matches", simples, others, compared, matched)
	if simples < 5*others || matched < compared/4 {
		t.Errorf("%d of %d patterns are simple, %d of %d texts match: too few to say anything", simples, simples+others, matched, compared)
	}
}

// damaged makes examples of a detector, as they are and with a byte removed,
// doubled or changed.
func damaged(t *testing.T, r *rand.Rand, d detectors.Detector) []string {
	var out []string
	for i := range d.Samples {
		for n := range 2 {
			x, err := sample.Example(d, i, n)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, x.Value, x.Value+"=", x.Value+"a", x.Value+" x")
			for range 4 {
				b := []byte(x.Value)
				k := r.IntN(len(b))
				switch r.IntN(3) {
				case 0:
					b = append(b[:k], b[k+1:]...)
				case 1:
					b = append(b[:k+1], b[k:]...)
				default:
					b[k] = "aZ0_-.=/ é"[r.IntN(11)]
				}
				out = append(out, string(b))
			}
		}
	}
	return out
}

func same(t *testing.T, id string, p *simple, re *regexp.Regexp, text string, whole bool) int {
	t.Helper()
	end, from, to, ok := match(p, text, whole)
	loc := re.FindStringSubmatchIndex(text)
	if ok != (loc != nil) {
		t.Fatalf("%s: simple says %v, regexp %v, of a text of %d bytes", id, ok, loc != nil, len(text))
	}
	if !ok {
		return 0
	}
	g := max(re.SubexpIndex("secret"), 0)
	if loc[1] != end || loc[2*g] != from || loc[2*g+1] != to {
		t.Fatalf("%s: simple gives %d, %d-%d; regexp %d, %d-%d", id, end, from, to, loc[1], loc[2*g], loc[2*g+1])
	}
	return 1
}

// TestDistances: counting gives what the walk over regexp's program gives.
func TestDistances(t *testing.T) {
	counted := 0
	for _, d := range detectors.Catalogue() {
		if d.Reader != detectors.ReadPattern || len(d.Anchors) == 0 {
			continue
		}
		tree, err := syntax.Parse(d.Pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		prog, err := syntax.Compile(tree.Simplify())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range d.Anchors {
			got, want := newSimple(tree).distances(a), distances(prog, a)
			if got == nil {
				continue
			}
			counted++
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q at %v, by the program %v", d.ID, a, got, want)
			}
		}
	}
	if counted < 200 {
		t.Errorf("only %d anchors were counted", counted)
	}
}
