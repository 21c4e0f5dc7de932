// Package examples answers whether the files that people copy into their CI do what they
// say. It holds tests only: they take the commands out of testdata/examples, action.yml
// and the Dockerfile, and run them with the built program on real git repositories,
// checked out as the CI does it and with the variables it sets.
//
// The one decision: what is run is what stands in the files. Only the systems around it
// are played: their own steps (a checkout, an upload) by git and by what records the
// call. The shells, git and leakline are the real ones.
package examples
