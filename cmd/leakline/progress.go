package main

import (
	"fmt"
	"time"

	"leakline/scanner"
)

// progress shows one line on a terminal while a scan runs, and returns what
// takes it away.
func (f *scanFlags) progress(e *env, s *scanner.Scanner) (done func()) {
	if !e.terminal || f.quiet {
		return func() {}
	}
	fmt.Fprint(e.stderr, "looking at what there is …") // a history's trees are walked before its first blob
	s.Progress = func(p scanner.Progress) {
		fmt.Fprintf(e.stderr, "\r\x1b[K%s", progressLine(p))
	}
	return func() { fmt.Fprint(e.stderr, "\r\x1b[K") }
}

// progressLine is one line of at most 80 columns.
func progressLine(p scanner.Progress) string {
	seconds := max(p.Elapsed.Seconds(), 0.001)
	line := fmt.Sprintf("%d scanned, %s, %s/s, %d found", p.Chunks, byteSize(p.Bytes), byteSize(int64(float64(p.Bytes)/seconds)), p.Findings)
	if p.Done > 0.01 && p.Done <= 1 {
		left := time.Duration(seconds * (1 - p.Done) / p.Done * float64(time.Second))
		line += fmt.Sprintf(", %.0f %%, about %s left", 100*p.Done, left.Round(time.Second))
	}
	return line
}

func byteSize(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	x, i := float64(n), 0
	for ; x >= 1000 && i < len(units)-1; i++ {
		x /= 1000
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", x, units[i])
}
