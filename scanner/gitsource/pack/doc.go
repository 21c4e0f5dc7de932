// Package pack reads git packs that are mapped into memory: single objects, and
// all of them at once along their delta chains.
//
// A pack holds most objects as deltas: instructions that copy ranges of a base
// and insert new bytes. [File.Walk] visits every object with the instructions
// that made it, each base before what is built on it, so that whoever looks at
// the objects can take over what is known of the copied ranges.
//
// Formats: https://git-scm.com/docs/gitformat-pack
package pack
