//go:build !race

package filesource

const hugeSize = 4 << 30
