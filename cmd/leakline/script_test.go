package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
				"XDG_STATE_HOME": filepath.Join(e.WorkDir, "state"),
			} {
				e.Setenv(k, v)
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" { // whom no permission stops
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"capture": capture,
			"absent":  absent,
		},
	})
}

// capture VAR PATTERN sets a variable to what the pattern's first group matches in
// the last standard output.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture VAR PATTERN")
	}
	m := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("%q matches nothing in the standard output", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// absent SECRETFILE PATH... fails if a file, or one in a folder, holds the text of
// the first file, or the text in hexadecimal, base64 or as an unkeyed hash.
func absent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: absent SECRETFILE PATH...")
	}
	secret := ts.ReadFile(args[0])
	if len(secret) < 16 {
		ts.Fatalf("%q holds no secret", args[0])
	}
	files := 0
	for _, arg := range args[1:] {
		err := filepath.WalkDir(ts.MkAbs(arg), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			files++
			data, err := os.ReadFile(path)
			for what, text := range traces(secret) {
				if bytes.Contains(data, []byte(text)) {
					ts.Fatalf("%s holds the secret: %s", path, what)
				}
			}
			return err
		})
		ts.Check(err)
	}
	if files == 0 {
		ts.Fatalf("there is no file in %q", args[1:])
	}
}

// traces are the forms in which a secret must not be kept.
func traces(secret string) map[string]string {
	sum := sha256.Sum256([]byte(secret))
	return map[string]string{
		"as it is": secret, "a half of it": secret[len(secret)/2:], "in hexadecimal": hex.EncodeToString([]byte(secret)),
		"in base64": base64.RawStdEncoding.EncodeToString([]byte(secret[:len(secret)/3*3])), "its hash": hex.EncodeToString(sum[:]),
	}
}
