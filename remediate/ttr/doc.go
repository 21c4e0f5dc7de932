// Package ttr answers "how long do leaked secrets stay alive after they were
// detected, and whose do?": it makes statistics of incidents, compares them with
// the baseline of 27 days, and says which incidents are late under a policy.
//
// Principal types: [Report], which [New] makes of rows in one pass; [Group], the
// figures of the total, a layer, a provider, a repository or an owner; [Policy],
// within how many days whose incidents must be remediated. [Write] writes a report
// as text, JSON or CSV; package metrics shows it to Prometheus.
//
// The one decision: what is still open is never left out. An open incident counts
// for as long as it was watched (it is censored, in the word of survival
// analysis), so a figure can't be improved by leaving old incidents open, nor by
// dismissing them: who accepts a risk takes nothing out of the curve. Three
// clocks are kept apart everywhere: dwell (introduced to detected), time to
// remediate (detected to proven dead) and exposure (introduced to proven dead);
// removal from a repository is none of them.
package ttr
