package detectors

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Digest stands for what a scan with some detectors can find: two scans with the
// same digest would report the same of the same bytes. It is the hexadecimal
// SHA-256 of the program's version and of the detectors' data; their order says
// nothing.
func Digest(ds []Detector, version string) (string, error) {
	sorted := slices.SortedFunc(slices.Values(ds), func(a, b Detector) int { return strings.Compare(a.ID, b.ID) })
	data, err := json.Marshal(sorted)
	if err != nil {
		return "", fmt.Errorf("digest of %d detectors: %w", len(ds), err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "leakline catalogue\x00%s\x00%s", version, data))
	return hex.EncodeToString(sum[:]), nil
}
