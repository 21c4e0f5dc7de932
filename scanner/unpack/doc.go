// Package unpack answers: what lies in this archive?
//
// Principal type: [Archive], the bytes of one; [Archive.Entries] yields its members,
// those of archives within it included, and what could not be read of it. It knows ZIP
// (and what is one: office files, JAR, wheels, APK), tar, gzip, bzip2, zstd,
// xz and RAR, and one inside another.
//
// The one decision: every bound is on what comes out, in bytes and members, never on a
// ratio or a time. What a bound leaves out, what is encrypted, damaged or of a method
// that is not known, is an error that names it; what was read until then is yielded all
// the same.
package unpack
