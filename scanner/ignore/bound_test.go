package ignore

import (
	"strings"
	"testing"
)

// TestLongLines: hostile text around a secret costs no more than in proportion: this
// ends at once, or not within the time that tests have.
func TestLongLines(t *testing.T) {
	for _, unit := range []string{"leakline:allow ", "leakline:allow reason=\"x\" ", "gitleaks:allow a=", "\"'`", "*/ leakline:allow ", "unt=x "} {
		long := strings.Repeat(unit, 1<<17/len(unit))
		for _, text := range []string{"«hunter2x» # " + long, "# leakline:allow " + long + "\n«hunter2x»", long + "«hunter2x»"} {
			_ = New(Options{Now: now}).Ignored(candidateIn(t, text, generic))
		}
		_, _ = ParseEntries("F", []byte("path:x reason:"+long))
		_, _ = ParseEntries("F", []byte(long))
		_ = Glob(strings.Repeat("**/a/", 1<<10)+"b", strings.Repeat("a/", 1<<10)+"c")
		_ = guessBits(long)
	}
}
