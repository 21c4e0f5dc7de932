package gitsource

// ParseDate and SplitWords are what TestDates and TestWords compare with git and
// the shell.
var (
	ParseDate  = parseDate
	SplitWords = splitWords
)
