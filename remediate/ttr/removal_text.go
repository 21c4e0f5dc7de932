package ttr

import (
	"bufio"
	"fmt"
	"time"
)

// writeRemovalText writes removal curves for people.
func writeRemovalText(w *bufio.Writer, r *Removal, o WriteOptions) error {
	p := newPage(w, o)
	p.bold("Removal from repositories, as of " + r.AsOf.UTC().Format(time.DateOnly))
	p.line("")
	p.text("", "This is removal, not remediation: a secret that was removed opens what it opened until it is revoked. Nothing here is compared with the baseline of "+
		fmt.Sprint(BaselineDays)+" days.")
	for i := range r.Groups {
		p.removals(&r.Groups[i])
	}
	return nil
}

func (p *page) removals(g *RemovalGroup) {
	p.title(g.Name)
	s := count(g.N, "secret", "secrets") + ": " + thousands(g.Removed) + " removed, " + thousands(g.Present) + " present"
	if g.Present > 0 {
		s += ", the oldest for " + figure(g.LongestPresent) + " days"
	}
	p.text("  ", s+".")
	if g.Apart+g.Undated > 0 {
		p.text("  ", fmt.Sprintf("In no figure: %s that no branch was seen to hold, %s whose begin or end is not known.", thousands(g.Apart), thousands(g.Undated)))
	}
	if g.Removed < MinClosures {
		p.text("  ", fmt.Sprintf("Under %d removals: no curve.", MinClosures))
		return
	}
	median := "not reached"
	if g.Median != nil {
		median = dayRange(g.Median) + " days"
	}
	p.line("  median until removal  " + median)
	for _, x := range g.Shares {
		p.line(fmt.Sprintf("  present at day %5d  %s", x.Day, percentRange(&x.Interval)))
	}
	if g.Name == string(ByTotal) {
		for _, s := range plot(g.Curve, 30) {
			p.line(s)
		}
	}
}
