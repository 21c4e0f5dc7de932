// Package evidence answers "what can the owner of one layer show an auditor, and
// how does the auditor know that nobody changed it?".
//
// Principal types: [Source], what is known of both layers; [Bundle], one layer's
// evidence, made of it by [New]; [Seal], which makes its files, with a manifest that the
// layer's owner signs, and [Sealed.Write] a folder of them; [Verify], which proves such
// a folder.
//
// The one decision: a bundle holds one layer. What belongs to both, such as a secret
// that opens both doors, stands in both bundles and is marked there; nothing of the
// other layer stands beside it. What was looked for and is not there is no proof of
// anything, and is written down as the question that it is.
package evidence
