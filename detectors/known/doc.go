// Package known recognises values that are published: sample keys and tokens of
// standards and manuals, test keys of vendors, keys of emulators, and the default
// secrets of frameworks and servers.
//
// Principal functions: [Public], for values that open nothing, and [Default], for
// values that sign, encrypt or open for whoever left them in place.
//
// The one decision: a value is recognised by the whole of it, never by a part, so
// that a real key that merely resembles a sample is never lost. Whatever is shaped
// like a key stands here as the first half of its SHA-256 alone; what reads as
// words stands as it is.
//
// It imports nothing of leakline, so that the engine may ask it before it throws a
// default away as a placeholder.
package known
