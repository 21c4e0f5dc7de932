//go:build !unix

package pack

import "os"

// mapFile reads the whole file: there is no portable way to map it here.
func mapFile(path string) ([]byte, error) { return os.ReadFile(path) }

func unmapFile([]byte) error { return nil }
