// Package reconcile joins incidents to the owner's own list of keys, as the provider's
// administration shows it, and says what the list proves: which leaked keys live, which
// are dead, whose they are, and which keys have an owner who has left.
//
// Principal functions: [Read], which reads a provider's list as an [Inventory];
// [Join], which compares it with [Leak]s and gives a [Report].
//
// The one decision: no leaked secret is sent, not even a part of it. A list shows a
// short form of each key, the ledger keeps a keyed hash of the same form (see package
// remediate/hint), and the two are compared here. So three things are kept apart. A
// match is one only if its form is long enough for a list of that length, and stands for
// one incident and one key. A state that the list states (disabled, expired) proves what
// it says. And absence proves death only if the list was read to its end, holds every
// key of the kind, shows each in a form that is known, and had this very key before or
// is known to be the list of its organisation. Everything else is unknown, and says why.
//
// What a list says is hostile and bounded: names are cleaned before they are shown,
// pages that go round in circles end, and nothing of an answer stands in an error.
package reconcile
