package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// The targets of a whole history, against git printing every object of it into
// the null device, and of memory.
const (
	historyWall        = 0.5
	historyCPU         = 1.0
	historyAnon        = 350.0 // MB beside the mapped packs
	historyAttribution = 25.0  // % of the whole
)

// history measures large repositories with all their refs.
func (b *bench) history() error {
	for _, name := range [][2]string{{"git", "git"}, {"rails", "rails"}} {
		r := b.find(name[0], name[1])
		if r == nil {
			continue
		}
		if err := b.wholeHistory(r); err != nil {
			return err
		}
	}
	return nil
}

// wholeHistory races leakline against git on one repository.
func (b *bench) wholeHistory(r *repo) error {
	n, err := objects(r.dir)
	if err != nil {
		return err
	}
	if err := warm(r.dir); err != nil {
		return err
	}
	printed := catFile(r)
	leakline, account := b.scan("leakline git", r.path)
	race(0, b.runs, []*contender{printed, leakline})
	table(fmt.Sprintf("%s, all refs, %d objects", r.name, n), []*contender{printed, leakline})
	target("wall, of git cat-file's", ratio(leakline, printed, wall), historyWall, " x")
	target("CPU, of git cat-file's", ratio(leakline, printed, cpu), historyCPU, " x")
	target("anonymous memory at its peak", leakline.peak(anon)/1e6, historyAnon, " MB")
	if leakline.failed == "" {
		return account.print()
	}
	return nil
}

// catFile is git printing every object of a repository.
func catFile(r *repo) *contender {
	return &contender{
		name: "git cat-file",
		args: []string{"git", "--git-dir=" + r.dir, "cat-file", "--batch-all-objects", "--batch", "--unordered"},
	}
}

// scan is leakline scanning a repository, and where it leaves its account.
func (b *bench) scan(name, repo string, flags ...string) (*contender, account) {
	path := filepath.Join(b.scratch, "summary.json")
	args := append([]string{b.leakline, "git", "-q", "--summary-path", path}, flags...)
	return &contender{name: name, args: append(args, repo), incomplete: path}, account(path)
}

// account is the file that leakline writes its summary to: after a race, that of
// the last run.
type account string

// summary is the part of leakline's summary that the bench reads.
type summary struct {
	Objects map[string]int `json:"objects"`
	Bytes   int64          `json:"bytes"`
	Errors  []struct {
		Class string `json:"class"`
	} `json:"errors"`
	Findings map[string]int     `json:"findings"`
	Seconds  float64            `json:"seconds"`
	Complete bool               `json:"complete"`
	Phases   map[string]float64 `json:"phases"` // seconds of wall time
}

func (a account) read() (summary, error) {
	var s summary
	text, err := os.ReadFile(string(a))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("read leakline's summary: %w", err)
	}
	return s, nil
}

// print says what the last run did: how much it read, what it could not read,
// and how its time was spent.
func (a account) print() error {
	s, err := a.read()
	if err != nil {
		return err
	}
	secrets := 0
	for _, n := range s.Findings {
		secrets += n
	}
	fmt.Printf("  the last run: %d blobs, %d commits, %d trees, %.0f MB scanned, %d secrets\n",
		s.Objects["blobs"], s.Objects["commits"], s.Objects["trees"], float64(s.Bytes)/1e6, secrets)
	if !s.Complete {
		classes := map[string]int{}
		for _, e := range s.Errors {
			classes[e.Class]++
		}
		for _, class := range slices.Sorted(maps.Keys(classes)) {
			fmt.Printf("  NOT READ: %d %s\n", classes[class], class)
		}
	}
	if len(s.Phases) == 0 {
		absent("attribution's share of the whole", "the summary holds no phases")
		return nil
	}
	whole := 0.0
	for _, t := range s.Phases {
		whole += t
	}
	for _, phase := range slices.Sorted(maps.Keys(s.Phases)) {
		fmt.Printf("  phase %-12s %6.2f s, %2.0f %%\n", phase, s.Phases[phase], 100*s.Phases[phase]/max(whole, 1e-9))
	}
	whole = max(whole, s.Seconds)
	who := s.Phases["attribution"] + s.Phases["exposures"] // who brought it in, and how long it stood
	target("attribution and exposure, of the whole", 100*who/max(whole, 1e-9), historyAttribution, " %")
	return nil
}
