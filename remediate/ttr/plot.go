package ttr

import (
	"strconv"
	"strings"
)

// The plot of a curve: rows of so many columns, one for each 1.5 days.
const (
	plotRows    = 6
	plotColumns = 60
)

// eighths are the blocks by which a column grows within a row.
var eighths = []rune(" ▁▂▃▄▅▆▇█")

// plot draws the share that is open by days, as an area, with a mark below one
// day: lines without their break. Unknown days stay empty.
func plot(ps []Point, mark int) []string {
	if len(ps) == 0 {
		return nil
	}
	last := ps[len(ps)-1].Day
	level := make([]int, plotColumns) // in eighths of a row
	for c := range level {
		d := c * int(Horizon) / plotColumns
		if d <= last {
			level[c] = int(ps[d].Open*plotRows*8 + 0.5)
		}
	}
	var out []string
	for row := plotRows - 1; row >= 0; row-- {
		var b strings.Builder
		switch row {
		case plotRows - 1:
			b.WriteString("  100 % ")
		case plotRows/2 - 1:
			b.WriteString("   50 % ")
		default:
			b.WriteString("        ")
		}
		b.WriteString("│")
		for _, l := range level {
			b.WriteRune(eighths[min(max(l-8*row, 0), 8)])
		}
		out = append(out, b.String())
	}
	return append(out, plotAxis(mark)...)
}

// plotAxis is the line below the plot, and the days that it marks.
func plotAxis(mark int) []string {
	axis := []rune("    0 % └" + strings.Repeat("─", plotColumns))
	marks := []rune(strings.Repeat(" ", len(axis)+4))
	for _, m := range []struct {
		day  int
		text string
	}{{0, "0"}, {mark, strconv.Itoa(mark)}, {60, "60"}, {90, "90 days"}} {
		at := 9 + min(m.day*plotColumns/int(Horizon), plotColumns-1)
		if m.day > 0 {
			axis[at] = '┬'
		}
		marks = append(marks[:at], append([]rune(m.text), marks[min(len(marks), at+len(m.text)):]...)...)
	}
	return []string{string(axis), strings.TrimRight(string(marks), " ")}
}
