// Package hint says under which short form a provider's list of keys shows a
// secret, so that a leaked one is recognised there without being sent anywhere.
//
// Principal functions: [Hints], what is recorded of a secret when it is seen;
// [Listed], the same of an entry of a provider's list.
//
// The one decision: a hint is keyed. It is the HMAC of the short form under the
// ledger's key, for a short form of three or four characters could be guessed from
// anything less. Whoever has the ledger and its key learns from a hint no more than
// the provider's list shows to every administrator.
package hint
