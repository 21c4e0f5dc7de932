// Package verify answers whether a credential still opens anything, by asking the
// provider whose format it has.
//
// Principal types: [Verifier], made by [New] from probes that it refuses if an answer
// of somebody on the way could pass for the provider's; its Verify takes
// [Question]s and gives one scanner.Verification for each. [Refine] lets the answer
// correct what a finding says of itself; [PerMinute] gives the limits of the probes'
// hosts to the client that sends them.
//
// The one decision: unknown is never rounded. A key is inactive only if every host
// that could know it says so in words that the probe names; it is active only if the
// same host, asked once with a wrong secret of the same shape, says something else.
// Whatever else comes back, or does not, is unknown with its reason.
package verify
