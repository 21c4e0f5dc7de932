package accuracy

import (
	_ "embed"
	"fmt"
	"strings"

	"leakline/detectors/sample"
)

// Part says which part of the corpus a line belongs to.
type Part string

// The parts.
const (
	Steer Part = "steer" // to be looked at
	Held  Part = "held"  // held back: to be looked at when a change is done
	Made  Part = "made"  // generated

	// Providers are credentials of named kinds and what is mistaken for them, by layer;
	// half of them is held back.
	Providers     Part = "providers"
	ProvidersHeld Part = "providers-held"
)

// Parts lists the parts in the order of reports.
var Parts = []Part{Steer, Held, Made, Providers, ProvidersHeld}

// Line is a labelled line.
type Line struct {
	Part Part
	// Secret is the label: the value is a credential.
	Secret bool
	// Kind is the syntax in which it stands (assign, bare, call, args, url, flag, …), or
	// of a provider's the layer.
	Kind string
	// File is the ending of the file's name, or the name where it has none.
	File string
	// Text is the line, with the value at [Start, End).
	Text       string
	Start, End int
}

//go:embed lines.tsv
var drawn string

//go:embed providers.tsv
var provided string

// Lines returns the corpus. It is the same at every call.
func Lines() ([]Line, error) {
	var out []Line
	for _, file := range []struct{ name, seed, text string }{{"lines.tsv", "accuracy/", drawn}, {"providers.tsv", "providers/", provided}} {
		for i, row := range strings.Split(strings.TrimSuffix(file.text, "\n"), "\n") {
			f := strings.Split(row, "\t")
			if len(f) != 5 || f[1] != "true" && f[1] != "false" {
				return nil, fmt.Errorf("%s:%d: %d fields, label %q", file.name, i+1, len(f), f[min(1, len(f)-1)])
			}
			l := Line{Part: Part(f[0]), Secret: f[1] == "true", Kind: f[2], File: f[3]}
			if err := l.set(fmt.Sprint(file.seed, i), strings.ReplaceAll(f[4], lineEnd, "\n")); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file.name, i+1, err)
			}
			out = append(out, l)
		}
	}
	m, err := made()
	return append(out, m...), err
}

// lineEnd stands for the end of a line in a text of several.
const lineEnd = "⏎"

// set sets the text from one in which the value stands between « and », in the
// notation of package sample.
func (l *Line) set(seed, marked string) error {
	before, rest, ok := strings.Cut(marked, "«")
	notation, after, closed := strings.Cut(rest, "»")
	if !ok || !closed || notation == "" {
		return fmt.Errorf("no value is marked")
	}
	value, err := sample.Expand(seed, notation)
	if err != nil {
		return err
	}
	l.Text = before + value + after
	l.Start, l.End = len(before), len(before)+len(value)
	return nil
}
