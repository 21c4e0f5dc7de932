//go:build !unix

package main

// forbidCoreDumps has nothing to forbid: only Unix writes core files.
func forbidCoreDumps() {}
