package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
)

// start measures what every call of leakline pays.
func (b *bench) start() error {
	idle := []*contender{
		{name: "true", args: []string{"true"}},
		{name: "leakline version", args: []string{b.leakline, "version"}},
	}
	race(1, b.runs*4, idle)
	table("start-up: nothing to do", idle)
	kilobyte := settings(1 << 10)
	short := []*contender{
		{name: "cat", args: []string{"cat"}, stdin: kilobyte, piped: true},
		{name: "leakline stdin", args: []string{b.leakline, "stdin"}, stdin: kilobyte, piped: true},
	}
	race(1, b.runs*4, short)
	table("start-up: 1 KB on standard input", short)
	return nil
}

// settings is n bytes of harmless configuration.
func settings(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "option_%d = %d\n", r.IntN(1000), r.IntN(1_000_000))
	}
	return b.Bytes()[:n]
}

// folder measures files: the source tree of Go, which whoever runs this has.
func (b *bench) folder() error {
	source, err := goSource()
	if err != nil {
		return err
	}
	dir := []string{b.leakline, "dir", "-q", "--allow-incomplete", brokenArchives}
	cs := []*contender{
		{name: "cat (every file)", args: []string{"sh", "-c", `find "$0" -type f -print0 | xargs -0 cat`, source}, piped: true},
		{name: "leakline dir -j 1", args: slices.Concat(dir, []string{"-j", "1", source})},
		{name: "leakline dir", args: slices.Concat(dir, []string{source})},
	}
	for _, peer := range []string{"gitleaks", "betterleaks"} {
		if path := b.peer(peer); path != "" {
			cs = append(cs, &contender{name: peer + " dir", args: []string{path, "dir", source, "--no-banner", "--exit-code", "0"}})
		}
	}
	race(1, b.runs, cs)
	table("a folder: the Go source tree, "+source, cs)
	return nil
}
