// Package incident says what became of a leaked secret: when it came, when it was
// first reported, who took it on, when it was gone and when it was proven dead.
//
// Principal types: [Event], one thing that happened, never changed once it is
// recorded; [Incident], one secret over time, which is what its events, in order,
// amount to ([Incident.Apply]); [Scan], one look at one repository or folder, which
// [Scan.Events] turns into the events that it adds to what is known.
//
// The one decision: an incident is a function of its events and nothing else. So
// what was known on any day can be computed again, and a store that keeps
// incidents too, to be quick, can be checked against its own events.
//
// The package is pure: it opens no file, knows no clock and no database.
package incident
