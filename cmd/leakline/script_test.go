package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"leakline/detectors"
	"leakline/detectors/sample"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"leakline": main,
		"example":  example,
	})
}

// example prints a generated secret: example DETECTOR [SAMPLE [N]].
func example() {
	arg := func(i int) int {
		if len(os.Args) <= i {
			return 0
		}
		n, err := strconv.Atoi(os.Args[i])
		if err != nil {
			panic(err)
		}
		return n
	}
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == os.Args[1] })
	if i < 0 {
		fmt.Fprintf(os.Stderr, "no detector %q\n", os.Args[1])
		os.Exit(1)
	}
	t, err := sample.Example(all[i], arg(2), arg(3))
	if err != nil {
		panic(err)
	}
	fmt.Print(t.Value)
}

// TestScripts plays the files in testdata/script, one topic each.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for k, v := range map[string]string{
				"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A U Thor",
				"GIT_AUTHOR_EMAIL": "author@example.com", "GIT_COMMITTER_NAME": "A U Thor", "GIT_COMMITTER_EMAIL": "author@example.com",
				"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z", "LEAKLINE_KEY": "",
			} {
				e.Setenv(k, v)
			}
			return nil
		},
	})
}
