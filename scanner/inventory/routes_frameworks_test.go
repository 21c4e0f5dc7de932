package inventory

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRoutesOfFrameworks: testdata/routes has a file for each framework, with small
// programs. Each begins with "# what it shows", then the routes that reach a model, each
// with its line, its path and whether it is guarded, open or unknown, and the line that
// says so, if one does: FILE:LINE PATH STATE [FILE:LINE]. Then come its files.
func TestRoutesOfFrameworks(t *testing.T) {
	names, err := filepath.Glob("testdata/routes/*.txt")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range strings.Split("\n"+string(text), "\n# ")[1:] {
			title, rest, _ := strings.Cut(c, "\n")
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txt")+", "+title, func(t *testing.T) {
				head, files := archive(rest)
				want := strings.FieldsFunc(head, func(r rune) bool { return r == '\n' })
				slices.Sort(want)
				if got := routesWithReasons(t, files); !slices.Equal(got, want) {
					t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
				}
			})
		}
	}
}

// archive splits a text into what stands before its files, and these: each begins with
// a line "-- name --".
func archive(text string) (head string, files map[string]string) {
	files = map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if n, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(n, " --\n") {
			name = strings.TrimSuffix(n, " --\n")
			files[name] = ""
			continue
		}
		if name == "" {
			head += line
		} else {
			files[name] += line
		}
	}
	return head, files
}

func routesWithReasons(t *testing.T, files map[string]string) []string {
	t.Helper()
	all := sightingsOf(t, files)
	var out []string
	for _, s := range all {
		if s.Kind != Route {
			continue
		}
		is := "unknown"
		for _, p := range s.Parts {
			switch p.Kind {
			case Guard:
				is = fmt.Sprintf("guarded %s:%d", p.Path, p.Line)
			case Opening:
				is = fmt.Sprintf("open %s:%d", p.Path, p.Line)
			case Elsewhere:
				if is == "unknown" {
					is = "open"
				}
			}
		}
		out = append(out, fmt.Sprintf("%s:%d %s %s", s.Path, s.Line, s.Name, is))
	}
	slices.Sort(out)
	return out
}
