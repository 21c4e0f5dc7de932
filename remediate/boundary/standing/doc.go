// Package standing answers which identity controls are in force, by asking the
// providers' own administrations.
//
// Principal types: [Provider], one entry of a table that says who is asked, with whose
// credential, and which controls it can tell of; [Providers] is the table, [Read] asks
// one of them and gives a boundary.ProviderReading.
//
// The one decision: an administration is believed for what it documents, and for no
// more. A control is on, off or partly on by numbers that one named request gave; what
// no request tells is untold, what could not be read is a failure, and neither is ever
// off. Which layer a directory stands behind is said by its user, for it cannot be read.
//
// Answers are hostile and bounded: pages end, nothing of an answer but numbers and days
// stands in a reading or an error, and no credential stands in either.
package standing
