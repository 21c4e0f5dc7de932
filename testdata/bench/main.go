// Command bench times whole processes of leakline beside others that read the
// same bytes, in turn (A B C A B C …), and prints medians and ratios. It judges
// nothing.
//
// Usage: go run ./testdata/bench PATH-TO-LEAKLINE [RUNS]
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := bench(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// contender is one command of a race.
type contender struct {
	name  string
	args  []string
	stdin []byte

	wall, cpu []time.Duration
	rss       int64 // bytes, the largest of all runs
}

func bench(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: bench PATH-TO-LEAKLINE [RUNS]")
	}
	leakline, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	runs := 7
	if len(args) > 1 {
		if runs, err = strconv.Atoi(args[1]); err != nil {
			return err
		}
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	source := filepath.Join(strings.TrimSpace(string(out)), "src")
	kilobyte := text(1 << 10)

	race("start-up: nothing to do", runs*3, []*contender{
		{name: "true", args: []string{"true"}},
		{name: "leakline version", args: []string{leakline, "version"}},
	})
	race("start-up: 1 KB on standard input", runs*3, []*contender{
		{name: "cat", args: []string{"cat"}, stdin: kilobyte},
		{name: "leakline stdin", args: []string{leakline, "stdin"}, stdin: kilobyte},
	})
	folder := []*contender{
		{name: "cat (every file)", args: []string{"sh", "-c", "find '" + source + "' -type f -print0 | xargs -0 cat"}},
		{name: "leakline dir -j 1", args: []string{leakline, "dir", "-q", "-j", "1", source}},
		{name: "leakline dir", args: []string{leakline, "dir", "-q", source}},
	}
	for _, peer := range []string{"gitleaks", "betterleaks"} {
		if path, err := exec.LookPath(peer); err == nil {
			folder = append(folder, &contender{name: peer + " dir", args: []string{path, "dir", source, "--no-banner", "--exit-code", "0"}})
		} else {
			fmt.Printf("not measured beside it: %s (not on the PATH)\n", peer)
		}
	}
	race("a folder: the Go source tree, "+source, min(runs, 5), folder)
	return nil
}

// text is n bytes of harmless configuration.
func text(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "option_%d = %d\n", r.IntN(1000), r.IntN(1_000_000))
	}
	return b.Bytes()[:n]
}

// race runs the contenders in turn and prints a table; the first is the measure
// of the ratios.
func race(title string, runs int, cs []*contender) {
	for i := range runs + 1 {
		for _, c := range cs {
			wall, cpu, rss, err := c.run()
			if err != nil {
				fmt.Printf("%s: %v\n", c.name, err)
				continue
			}
			if i > 0 { // the first round warms the caches
				c.wall, c.cpu, c.rss = append(c.wall, wall), append(c.cpu, cpu), max(c.rss, rss)
			}
		}
	}
	fmt.Printf("\n%s (median of %d)\n", title, runs)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\twall ms\tratio\tCPU ms\tratio\tpeak MB\t\n")
	for _, c := range cs {
		if len(c.wall) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.2f\t%.1f\t%.2f\t%d\t\n", c.name,
			ms(median(c.wall)), ratio(c.wall, cs[0].wall), ms(median(c.cpu)), ratio(c.cpu, cs[0].cpu), c.rss>>20)
	}
	w.Flush()
}

func (c *contender) run() (wall, cpu time.Duration, rss int64, err error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(c.stdin), io.Discard, io.Discard
	begin := time.Now()
	err = cmd.Run()
	wall = time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() < 2 {
		err = nil // findings
	}
	if cmd.ProcessState == nil {
		return wall, 0, 0, err
	}
	return wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), maxRSS(cmd.ProcessState), err
}

func median(ds []time.Duration) time.Duration {
	s := slices.Clone(ds)
	slices.Sort(s)
	return s[len(s)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func ratio(a, b []time.Duration) float64 {
	if len(a) == 0 || len(b) == 0 || median(b) == 0 {
		return 0
	}
	return float64(median(a)) / float64(median(b))
}
