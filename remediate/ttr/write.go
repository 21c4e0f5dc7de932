package ttr

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// WriteOptions say how a report is written. All but Top concern text alone.
type WriteOptions struct {
	Width int  // columns of text; 0: 80
	Color bool // with escapes for a terminal
	ASCII bool // without characters beyond ASCII of our own
	// Top is how many providers, repositories, owners and late incidents text
	// shows; 0: 10. The other formats show all.
	Top int
}

// Formats lists the formats that Write knows. Package metrics writes another,
// prometheus.
func Formats() []string { return []string{"text", "json", "csv"} }

// Write writes a report in one of Formats.
func Write(w io.Writer, format string, r *Report, o WriteOptions) error {
	switch format {
	case "text":
		return flush(w, func(b *bufio.Writer) error { return writeText(b, r, o) })
	case "json":
		return writeJSON(w, r)
	case "csv":
		return flush(w, func(b *bufio.Writer) error { return writeCSV(b, r) })
	}
	return fmt.Errorf("report format %q: write %s", format, list(Formats()))
}

// WriteRemoval writes removal curves in one of Formats.
func WriteRemoval(w io.Writer, format string, r *Removal, o WriteOptions) error {
	switch format {
	case "text":
		return flush(w, func(b *bufio.Writer) error { return writeRemovalText(b, r, o) })
	case "json":
		return writeJSON(w, r)
	case "csv":
		return flush(w, func(b *bufio.Writer) error { return writeRemovalCSV(b, r) })
	}
	return fmt.Errorf("report format %q: write %s", format, list(Formats()))
}

func flush(w io.Writer, write func(*bufio.Writer) error) error {
	b := bufio.NewWriter(w)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err != nil {
		return fmt.Errorf("write time-to-remediate report: %w", err)
	}
	return nil
}

// writeJSON writes a value as one indented JSON text.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write time-to-remediate report: %w", err)
	}
	return nil
}
