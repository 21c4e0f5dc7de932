// Command leakline finds the credentials that let people into AI platforms and
// into applications, and says which identity each one opens.
//
// This package parses the command line, builds the objects of the packages below
// it and turns their errors into an exit status. Principal type: [env], all that
// a command may touch of the outside world, so that a whole run can be a test.
// The one decision: standard output carries results and nothing else, and the
// exit status is decided in one place (exit.go).
//
// One file per command; docs/ holds the pages of "leakline help TOPIC".
package main

import "os"

func main() {
	forbidCoreDumps()
	os.Exit(run(os.Args[1:], osEnv()))
}
