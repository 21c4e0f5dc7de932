package scanner

// UnreadClasses lists the classes of things that were asked for and could not be
// read, for those who name one (--allow-incomplete).
func UnreadClasses() []string {
	return []string{
		"missing", "promised", "corrupt", "encrypted", "bound", "timeout", "unreadable", "vanished", "changed", "loop", "special",
	}
}
