package identity

import "leakline/detectors"

// PathEnvironment is the environment that a path names: its file, else the nearest
// folder that names one.
func PathEnvironment(p string) detectors.Environment { return pathEnvironment(p) }

// MadeUpAt says of a path at which values are mostly made up what it is, as "a test
// path" or "documentation"; else it is empty.
func MadeUpAt(p string) string { return string(fixtureOf(p)) }
