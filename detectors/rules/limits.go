package rules

// Bounds on configurations: generous for those that people write (gitleaks' own has
// 222 rules in 100 KB), and small enough that a hostile one costs little.
const (
	// MaxFile bounds a configuration file, in bytes.
	MaxFile = 1 << 20

	maxRules     = 5_000
	maxNesting   = 16      // of tables and lists
	maxKey       = 128     // bytes of a key
	maxWords     = 1 << 16 // bytes of all that one pass over a text looks for
	maxSteps     = 50_000  // instructions of one expression
	maxAllSteps  = 2_000_000
	maxExtend    = 2 // files that extend each other: gitleaks reads no more
	maxProblems  = 20
	maxShownText = 120 // bytes of a title
)

// MaxMatches is how many matches one text can have. Of a text with as many there may
// be more.
const MaxMatches = 100_000

const (
	// maxCopied is how many bytes of secrets are copied out of one text; those beyond
	// it keep the text.
	maxCopied = 64 << 20
	// maxPairs bounds the comparisons of matches with other matches of one text, where
	// there could be as many as the product of their numbers.
	maxPairs = 2_000_000
)
