// Package postgres gives tests a real PostgreSQL server.
//
// Principal types: [Cluster], a server of this test binary's own in a folder of
// its own, on a loopback port of its own. [URL] gives a fresh database on the one
// that all tests of a binary share; [Private] starts one that a test may stop and
// kill.
//
// The one decision: a server ends with the test binary, however that ends. A
// shell that reads a pipe from the test binary stops the server and removes its
// folder when the pipe closes, which the kernel does even after SIGKILL.
//
// A machine without PostgreSQL skips these tests, loudly; with
// LEAKLINE_TEST_ALL=1 it fails them. testdata/tools/install.sh installs
// it on Debian.
package postgres
