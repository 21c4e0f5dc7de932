package hooklog

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Rate is what the runs of one repository amount to. Each secret counts once.
type Rate struct {
	Repo string `json:"repo"`
	// Runs counts the runs of each stage.
	Runs map[Stage]int `json:"runs"`
	// Secrets counts all that were met; Stopped those that the hook pre-commit stopped
	// and that were met nowhere later; Arrived the others, by how they came past it.
	Secrets int          `json:"secrets"`
	Stopped int          `json:"stopped"`
	Arrived map[Past]int `json:"arrived,omitempty"`
	// Past counts what came past the hook: bypassed, no hook, or one of the two. Rate
	// is its share of Secrets, 0 to 1; it is left out if there are none.
	Past  int       `json:"past"`
	Rate  *float64  `json:"rate,omitempty"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// Rates gives the rates of all repositories, by name. Name gives the repository of a
// clone, and may be told a name that a run noted.
func Rates(runs []Run, name func(clone, noted string) string) []Rate {
	noted := map[string]string{}
	for _, r := range runs {
		if r.Repo != "" {
			noted[r.Clone] = r.Repo
		}
	}
	byRepo := map[string]*tally{}
	names := map[string]string{}
	for _, r := range runs {
		repo, ok := names[r.Clone]
		if !ok {
			repo = name(r.Clone, noted[r.Clone])
			names[r.Clone] = repo
		}
		t := byRepo[repo]
		if t == nil {
			t = &tally{Rate: Rate{Repo: repo, Runs: map[Stage]int{}, First: r.At}, secrets: map[string]Past{}}
			byRepo[repo] = t
		}
		t.add(&r)
	}
	var rates []Rate
	for _, repo := range slices.SortedFunc(maps.Keys(byRepo), strings.Compare) {
		rates = append(rates, byRepo[repo].rate())
	}
	return rates
}

// tally counts the runs of one repository.
type tally struct {
	Rate
	secrets map[string]Past // "" was stopped and not met since
}

func (t *tally) add(r *Run) {
	t.Runs[r.Stage]++
	t.Last = r.At
	for _, s := range r.Secrets {
		past := s.Past
		if r.Stage == PreCommit {
			past = ""
			if !r.Stopped {
				past = LetThrough
			}
		}
		t.secrets[s.Fingerprint] = surer(t.secrets[s.Fingerprint], past)
	}
}

// surer gives the better known of two ways.
func surer(a, b Past) Past {
	if a == "" || b != "" && rank(b) < rank(a) {
		return b
	}
	return a
}

func rank(p Past) int { return slices.Index(Ways(), p) }

func (t *tally) rate() Rate {
	r := t.Rate
	r.Secrets = len(t.secrets)
	for _, past := range t.secrets {
		if past == "" {
			r.Stopped++
			continue
		}
		if r.Arrived == nil {
			r.Arrived = map[Past]int{}
		}
		r.Arrived[past]++
		if past != LetThrough {
			r.Past++
		}
	}
	if r.Secrets > 0 {
		share := float64(r.Past) / float64(r.Secrets)
		r.Rate = &share
	}
	return r
}
