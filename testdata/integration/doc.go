// Package integration finds the real programs that leakline is tested with, and so
// answers "has each integration run for real?".
//
// A test that needs such a program is named TestIntegration and the tool, and calls
// [Need], which gives its path. If it is missing the test is skipped with the reason
// or, if LEAKLINE_TEST_ALL is set, fails. The program in list reads what go test
// -json says of these tests and prints which tools ran and which did not, as the
// last thing of a test run.
//
// The one decision: the list is made of the test run's own output. So it is right
// for results that come from the cache too, which are replayed. What the cache does
// not see is that a program outside of the module came or went: the environment
// variable LEAKLINE_TEST_TOOLS holds what is there (list -state prints it), and Need
// reads it so that a change has the tests run again.
package integration
