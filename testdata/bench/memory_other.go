//go:build !linux

package main

import "os"

// maxRSS is not measured here.
func maxRSS(*os.ProcessState) int64 { return 0 }

// watchAnon is not measured here.
func watchAnon(int) (stop func() int64) { return func() int64 { return 0 } }
