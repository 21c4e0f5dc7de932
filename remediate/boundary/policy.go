package boundary

import (
	"time"

	"leakline/scanner/ignore"
)

// waiver gives what accepts a violation of a rule in a file on a day.
func (p *Policy) waiver(rule, path string, now time.Time) *Waiver {
	for i := range p.Waivers {
		w := &p.Waivers[i]
		if w.Rule == rule && (w.Path == "" || ignore.Glob(w.Path, path)) && (w.Until.IsZero() || now.Before(w.Until)) {
			return w
		}
	}
	return nil
}
