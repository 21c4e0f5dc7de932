// Package inventory answers "what of either layer does a tree show, and where?":
// the AI platforms and the systems of application authentication that a program
// uses, the identity controls that stand in it, the names of the credentials that
// it reads, the routes by which its users reach a model, and what its documents
// claim. It never holds a value of a credential.
//
// Principal types: [Entry], one AI platform, system or control as data, with the
// packages, hosts, names and marks that show it; [Sighting], one line that shows
// one; [Reader], which reads files, several at once, and gives their sightings in a
// fixed order.
//
// The one decision: a sighting is a line that anybody can look at. What no line
// shows is not said to be absent; that is a question for its owner (package
// boundary).
package inventory
