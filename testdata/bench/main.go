// Command bench times whole processes of leakline beside others that read the
// same bytes, in turn (A B C A B C …) and in one run, and prints medians and
// ratios. Beside a ratio that has a target it says "holds" or "misses"; it never
// fails because of one. What is absent is left out, and named.
//
// Usage: go run ./testdata/bench [-runs N] [-only SUITE,…] [-places FILE] PATH-TO-LEAKLINE
//
// The environment says where the rest is:
//
//	LEAKLINE_BENCH_REPOS  a folder of repositories: OWNER/NAME, OWNER/NAME.git,
//	                      OWNER+NAME, OWNER+NAME/repo, NAME or NAME.git below it,
//	                      bare or not, with all their refs (git clone --mirror)
//	LEAKLINE_BENCH_PEERS  a folder with gitleaks, betterleaks and trufflehog
//	                      (else the PATH)
//	LEAKLINE_BENCH_CACHE  where repositories that are derived from those are kept
//	                      (else leakline-bench in the user's cache folder)
//	LEAKLINE_BENCH_ORG    how many repositories the organization of "org" has (else
//	                      1000)
//	LEAKLINE_BENCH_ORG_FAIL
//	                      measure of "org" only the night in which 1 % of the calls
//	                      fail, with so many repositories
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is what all suites share.
type bench struct {
	leakline            string // the program that is measured, an absolute path
	runs                int
	places              string // file for the places that peers name and leakline doesn't, or ""
	repos, peers, cache string // folders; "" if not given
	scratch             string // an empty folder, removed at the end
}

// suites are the groups of measurements by name, in the order they run.
var suites = []struct {
	name string
	run  func(*bench) error
}{
	{"start", (*bench).start},
	{"folder", (*bench).folder},
	{"history", (*bench).history},
	{"peers", (*bench).beside},
	{"remote", (*bench).remote},
	{"growth", (*bench).growth},
	{"rescan", (*bench).rescan},
	{"ledger", (*bench).ledger},
	{"hook", (*bench).hook},
	{"org", (*bench).org},
	{"boundary", (*bench).boundary},
	{"accuracy", (*bench).accuracy},
	{"workers", (*bench).workers},
}

func run(args []string) error {
	b := &bench{
		repos: os.Getenv("LEAKLINE_BENCH_REPOS"),
		peers: os.Getenv("LEAKLINE_BENCH_PEERS"),
		cache: os.Getenv("LEAKLINE_BENCH_CACHE"),
	}
	var names []string
	for _, s := range suites {
		names = append(names, s.name)
	}
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.IntVar(&b.runs, "runs", 5, "runs of each contender")
	fs.StringVar(&b.places, "places", "", "write the places that peers name and leakline doesn't to this file")
	only := fs.String("only", strings.Join(names, ","), "the suites to run")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() != 1 || b.runs < 1 {
		return errors.New("usage: bench [-runs N] [-only SUITE,…] [-places FILE] PATH-TO-LEAKLINE")
	}
	chosen := strings.Split(*only, ",")
	for _, name := range chosen {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown suite %q (there are %s)", name, strings.Join(names, ", "))
		}
	}
	if err := b.prepare(fs.Arg(0)); err != nil {
		return err
	}
	defer os.RemoveAll(b.scratch)
	for _, s := range suites {
		if !slices.Contains(chosen, s.name) {
			continue
		}
		if err := s.run(b); err != nil {
			return fmt.Errorf("suite %s: %w", s.name, err)
		}
	}
	return nil
}

// prepare finds the folders, and makes those that are the bench's own.
func (b *bench) prepare(leakline string) error {
	var err error
	for _, path := range []*string{&leakline, &b.repos, &b.peers, &b.cache, &b.places} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if b.leakline, err = exec.LookPath(leakline); err != nil {
		return err
	}
	if b.cache == "" {
		folder, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("find a place for derived repositories (set LEAKLINE_BENCH_CACHE): %w", err)
		}
		b.cache = filepath.Join(folder, "leakline-bench")
	}
	b.scratch, err = os.MkdirTemp("", "leakline-bench-")
	return err
}

// absent says loudly that something is not measured, and why.
func absent(what, why string) {
	fmt.Printf("\nNOT MEASURED: %s: %s\n", what, why)
}
