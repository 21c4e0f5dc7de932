package report

import (
	"bufio"

	"leakline/scanner"
)

// writeJSONL writes one line per finding, and nothing if there is none.
func writeJSONL(w *bufio.Writer, r *scanner.Result, _ Options, c *cleaner) error {
	for _, f := range r.Findings {
		line, err := encode(c.finding(f))
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
