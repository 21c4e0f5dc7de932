//go:build race

package filesource

// hugeSize is smaller under the race detector, which is ten times slower.
const hugeSize = 512 << 20
