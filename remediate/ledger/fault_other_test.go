//go:build !unix

package ledger_test

import "testing"

// runAs is for systems on which a user can start a process of another.
func runAs(t *testing.T, _, _ string) string {
	t.Helper()
	missing(t, "a process of another user can't be started here")
	return ""
}
