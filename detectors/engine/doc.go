// Package engine finds the catalogue's credentials in bytes.
//
// Principal type: [Set], a compiled list of detectors, safe for concurrent use.
// [Set.Find] is the whole of it for most callers. The history engine uses its
// two halves: [Set.Anchors], one pass of a literal prefilter, and [Set.Judge],
// which decides what stands at one anchor.
//
// The one decision: a verdict is a function of the bytes in its read extent and
// of nothing else. All bytes are looked at through a [view], which records the
// span that was read; the begin and the end of the data count as one byte each.
// So a verdict may be carried over to any other data that holds the same bytes,
// which is what makes scanning a history cheaper than printing it. Hence bounds
// are in bytes, never in lines or seconds; a pattern is matched anchored at its
// literal, never searched for; and what needs more than the extent (the file,
// its imports, the repository) is a second stage per hit, in package identity.
package engine
