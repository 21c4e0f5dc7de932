// Package outbound answers how leakline asks a host that holds no repository: the
// provider of a credential, the owner of a list of keys, a published trust anchor.
// There is no other way out to them.
//
// Principal types: [Client], whose Do sends a [Request] and gives an [Answer] or a
// [Failure]; [Options] say where from and how fast; [GetJSON] and [Pages] read documents
// and lists of an administration; [Public] says whether an address may be dialled.
//
// The one decision: who is asked is fixed before anything is resolved, and what is
// dialled is what was checked. A request names the hosts that it may go to; their
// names are resolved once per connection, every address that comes back must be
// public (or, for a host that the configuration says is private, of a private network),
// and one of those very addresses is dialled, so that no name server can answer twice.
// Through a proxy it is the proxy that resolves names.
//
// A failure never holds an address of a page, a header, a body or the words of
// another library, any of which could hold a credential: it is a kind, a host of the
// request's own list and a sentence of this package.
package outbound
