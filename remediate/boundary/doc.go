// Package boundary answers "who may use the AI platform, who may use the product,
// who answers for each, and does anything cross?".
//
// Principal types: [Map], the inventory of both layers of one tree, with owners,
// controls, identities and the credentials that join the planes; [Rule] and
// [Violation], what must not cross, and where it does; [Policy], what the owners
// have declared; [Bundle], one layer's evidence, never mixed with the other's.
//
// The one decision: only what is there can violate. A control that no line shows is
// a question put to its owner, never a violation, and a control of one layer is
// never evidence for the other.
package boundary
