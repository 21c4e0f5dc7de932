// Package survival answers "how long does it take, when much of it has not
// happened yet?": the share that is still open after some time, the median and the
// mean up to a horizon, each with its 95 % interval, and whether groups differ.
//
// Principal types: [Observation], one incident that was watched from a time to a
// time; [Curve], the product-limit estimate that [Fit] makes of many; [Test], the
// log-rank comparison that [LogRank] makes of groups.
//
// The one decision: what is open counts for as long as it was watched, and is
// never left out. An average of what was closed looks better the longer the rest
// is left alone; these estimates do not.
//
// The figures are those of R's package survival, version 3.5-3, to ten digits:
// testdata/survival.R computes them, and the tests compare. Where R gives NA, a
// flag says that there is no figure; where this package differs on purpose, the
// method says so.
//
// The package is pure: it knows no clock, no unit but the day, and no database.
package survival
