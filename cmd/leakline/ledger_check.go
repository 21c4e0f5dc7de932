package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/scanner"
)

func newLedgerCheckCommand(e *env, l *ledgerFlags) *cobra.Command {
	var heads bool
	var expect, layer string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check that nothing recorded was changed, left out or cut off",
		Long: `Follow the hash chains from their begin, compare them with every checkpoint, and
fold all events again: the incidents must come out as the ledger shows them.

Who can write to the database can write all of it anew, or cut off its end, and
no chain shows that. So keep the heads elsewhere: --head prints them, and
--expect-head, with them, proves that what they stand for is still there.

Exit status: 0 if all is well, 1 if something is broken, 2 if it can't be read.`,
		Example: `  leakline ledger check --head > heads
  leakline ledger check --expect-head heads`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			only, err := chainsOf(layer)
			if err != nil {
				return err
			}
			want, err := expectedHeads(expect)
			if err != nil {
				return err
			}
			o, err := l.read(cmd.Context(), e)
			if err != nil {
				return err
			}
			defer o.Close()
			return o.check(cmd.Context(), only, want, heads)
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&layer, "layer", "", "check the evidence of this layer only: "+layerNames())
	fl.BoolVar(&heads, "head", false, "print the head of every chain")
	fl.StringVar(&expect, "expect-head", "", "compare with heads that were printed before: `FILE`, - for standard input, or the heads themselves")
	return cmd
}

// chainsOf gives the chains that are asked for, nil for all. What is of no layer
// stands in the unresolved chain.
func chainsOf(layer string) ([]incident.Chain, error) {
	if layer == "" {
		return nil, nil
	}
	if layer == string(incident.Unresolved) || layer == string(incident.Ledger) {
		return []incident.Chain{incident.Chain(layer)}, nil
	}
	l, err := parseLayer(layer)
	if err != nil {
		return nil, err
	}
	if c := incident.Chain(l); slices.Contains(incident.Chains(), c) {
		return []incident.Chain{c}, nil
	}
	return []incident.Chain{incident.Unresolved}, nil
}

// maxHeads bounds what is read of expected heads, in bytes.
const maxHeads = 1 << 20

// expectedHeads reads heads as writeHeads writes them; nil if none are expected.
func expectedHeads(arg string) (map[incident.Chain]incident.Head, error) {
	if arg == "" {
		return nil, nil
	}
	text := arg
	var in io.Reader
	if arg == "-" {
		in = os.Stdin
	} else if f, err := os.Open(arg); err == nil {
		defer f.Close()
		in = f
	} else if !strings.ContainsAny(arg, " \n,") {
		return nil, fmt.Errorf("--expect-head: %w", err)
	}
	if in != nil {
		data, err := io.ReadAll(io.LimitReader(in, maxHeads))
		if err != nil {
			return nil, fmt.Errorf("--expect-head %q: %w", arg, err)
		}
		text = string(data)
	}
	return parseHeads(text)
}

// parseHeads reads "CHAIN LENGTH HASH", separated by lines or commas; what begins
// with # is a comment.
func parseHeads(text string) (map[incident.Chain]incident.Head, error) {
	heads := map[incident.Chain]incident.Head{}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == ',' }) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		var h incident.Head
		ok := len(f) == 3 && slices.Contains(incident.Chains(), incident.Chain(f[0])) && len(f[2]) == 64
		if ok {
			var err error
			h.Length, err = strconv.ParseInt(f[1], 10, 64)
			h.Hash = f[2]
			ok = err == nil && h.Length >= 0
		}
		if !ok {
			return nil, hinted{fmt.Errorf("--expect-head: %q is no head", line), "give what 'leakline ledger check --head' has printed"}
		}
		heads[incident.Chain(f[0])] = h
	}
	if len(heads) == 0 {
		return nil, hinted{errors.New("--expect-head: there is no head in it"), "give what 'leakline ledger check --head' has printed"}
	}
	return heads, nil
}

// writeHeads writes a head a line, as parseHeads reads them.
func writeHeads(w io.Writer, heads map[incident.Chain]incident.Head, only []incident.Chain) error {
	for _, c := range incident.Chains() {
		if h, ok := heads[c]; ok && (only == nil || slices.Contains(only, c)) {
			if _, err := fmt.Fprintf(w, "%s %d %s\n", c, h.Length, h.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// check checks the ledger or some of its chains. With heads, standard output holds
// these and nothing else.
func (o *opened) check(ctx context.Context, only []incident.Chain, want map[incident.Chain]incident.Head, heads bool) error {
	for c := range want {
		if only != nil && !slices.Contains(only, c) {
			delete(want, c)
		}
	}
	r, err := o.Check(ctx, want)
	if err != nil {
		return err
	}
	if only != nil {
		r.Broken, r.Cut = ofChains(r.Broken, only), ofChains(r.Cut, only)
		r.Wrong, r.WrongTotal = nil, 0 // the evidence is what is asked for, not what is made of it
	}
	out := &lines{w: o.e.stdout}
	if heads {
		out.w = o.e.stderr
		if err := writeHeads(o.e.stdout, r.Heads, only); err != nil {
			return err
		}
	}
	writeCheck(out, &r, len(want))
	if out.err != nil {
		return out.err
	}
	if !r.OK() {
		return outcome(exitFindings)
	}
	return nil
}

// ofChains keeps what concerns some chains.
func ofChains(bs []ledger.Broken, only []incident.Chain) []ledger.Broken {
	return slices.DeleteFunc(bs, func(b ledger.Broken) bool { return !slices.Contains(only, b.Chain) })
}

// writeCheck says what a check found.
func writeCheck(out *lines, r *ledger.Report, expected int) {
	for _, b := range r.Broken {
		out.printf("broken: %s\n", scanner.Printable(b.String()))
	}
	for _, b := range r.Cut {
		out.printf("not what was expected: %s\n", scanner.Printable(b.String()))
	}
	for _, w := range r.Wrong {
		out.printf("wrong: %s\n", scanner.Printable(w.String()))
	}
	if n := r.WrongTotal - len(r.Wrong); n > 0 {
		out.printf("and %d more\n", n)
	}
	if !r.OK() {
		return
	}
	out.printf("ok: %s of %s, every link fits\n", plural(int(r.Events), "event"), plural(int(r.Incidents), "incident"))
	if expected > 0 {
		out.printf("ok: %s still there\n", plural2(expected, "expected head is", "expected heads are"))
		return
	}
	out.printf("that no end was cut off shows only with --expect-head and heads that were kept elsewhere\n")
}
