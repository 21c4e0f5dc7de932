package boundary

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// ReadingsSchema is the JSON Schema of [Readings].
//
//go:embed readings.schema.json
var ReadingsSchema string

// ReadingsForm names the form of the JSON text.
const ReadingsForm = "leakline-boundary-readings-1"

// What an administration says of a control.
const (
	On     = "on"
	Off    = "off"
	Partly = "partly"
)

// ReadingAge is after how long a reading is old, unless the policy says otherwise.
const ReadingAge = 30 * 24 * time.Hour

// Bounds of a file of readings.
const (
	maxReadings = 4 << 20 // bytes
	maxSays     = 400     // characters of a text
)

// Readings are what administrations of providers have said of controls (package
// boundary/standing asks them). They hold no secret, and of people nothing but how many.
type Readings struct {
	Schema    string            `json:"schema"`
	Complete  bool              `json:"complete"` // nothing failed
	Providers []ProviderReading `json:"providers"`
}

// ProviderReading is what one administration said.
type ProviderReading struct {
	Provider string          `json:"provider"` // one word, as in the inventory
	Title    string          `json:"title"`
	Layer    detectors.Layer `json:"layer"`
	Host     string          `json:"host"`
	App      string          `json:"app,omitempty"` // the platform's application in a directory
	At       time.Time       `json:"at"`
	Requests int             `json:"requests"` // how many were sent
	Controls []Reading       `json:"controls"`
	// Untold are the controls of which it does not tell, Failures those that could not
	// be read.
	Untold   []Untold `json:"untold"`
	Failures []Untold `json:"failures"`
	Source   string   `json:"source"` // the provider's documentation
}

// Reading is what an administration says of a control.
type Reading struct {
	Control  string    `json:"control"`
	Standing string    `json:"standing"` // on, off, partly
	Says     string    `json:"says"`     // in numbers
	Requests []string  `json:"requests"` // that said so: "GET /v1/organization/users"
	At       time.Time `json:"at"`
	Source   string    `json:"source,omitempty"` // where the provider documents that
}

// Untold is a control of which nothing was said.
type Untold struct {
	Control string `json:"control"`
	Why     string `json:"why"`
}

// ControlReading is what an administration says of a control, as a map shows it.
type ControlReading struct {
	Provider string    `json:"provider"`
	Title    string    `json:"title"`
	Standing string    `json:"standing"`
	Says     string    `json:"says"`
	At       time.Time `json:"at"`
	Old      bool      `json:"old,omitempty"` // older than the policy allows
	Where    Where     `json:"where"`         // the host, and by which requests
}

// WriteJSON writes readings for programs; see [ReadingsSchema].
func (r *Readings) WriteJSON(out io.Writer) error {
	return encodeJSON(out, r)
}

// ParseReadings reads what WriteJSON wrote. It refuses everything else, in one line.
func ParseReadings(in io.Reader) (*Readings, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxReadings+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxReadings:
		return nil, fmt.Errorf("these are no readings: more than %d bytes", maxReadings)
	}
	var form struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(text, &form); err != nil || form.Schema == "" {
		return nil, errors.New("these are no readings: they are what 'leakline boundary read' writes")
	}
	if form.Schema != ReadingsForm {
		return nil, fmt.Errorf("the readings are of the form %q, and %s is read here", clipped(tidy(form.Schema), 40), ReadingsForm)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	r := new(Readings)
	if err := d.Decode(r); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return nil, fmt.Errorf("the readings are wrong: %s is no %s", tidy(kind.Field), kind.Type)
		}
		return nil, errors.New("the readings are wrong: " + clipped(tidy(strings.TrimPrefix(err.Error(), "json: ")), 80))
	}
	if d.More() {
		return nil, errors.New("the readings are wrong: something follows them")
	}
	for i := range r.Providers {
		if why := r.Providers[i].wrong(); why != "" {
			return nil, fmt.Errorf("the readings are wrong: providers[%d]%s", i, why)
		}
	}
	return r, nil
}

// wrong says what is wrong with a provider's readings, "" if nothing is.
func (p *ProviderReading) wrong() string {
	plain := func(s string) bool { return s != "" && tidy(s) == s && utf8.RuneCountInString(s) <= maxSays }
	switch {
	case !plain(p.Provider) || !plain(p.Title) || !plain(p.Host):
		return ": a provider has a name, a title and a host"
	case !slices.Contains(doors, p.Layer):
		return fmt.Sprintf(".layer: %q is none of %s, %s", clipped(tidy(string(p.Layer)), 40), doors[0], doors[1])
	}
	for i, c := range p.Controls {
		at := fmt.Sprintf(".controls[%d]", i)
		switch {
		case !slices.ContainsFunc(asked[p.Layer], func(k known) bool { return k.name == c.Control }):
			return fmt.Sprintf("%s: %q is no control of %s", at, clipped(tidy(c.Control), 40), p.Layer)
		case c.Standing != On && c.Standing != Off && c.Standing != Partly:
			return fmt.Sprintf("%s: %q is none of %s, %s, %s", at, clipped(tidy(c.Standing), 40), On, Off, Partly)
		case c.At.IsZero():
			return at + ": when it was read is missing"
		case !plain(c.Says) || len(c.Requests) == 0 || !slices.ContainsFunc(c.Requests, plain):
			return at + ": what was said, or by which request, is missing"
		}
	}
	return ""
}

// ReadableControls are the controls of a layer that can be read, in the order of maps.
func ReadableControls(l detectors.Layer) []string {
	var out []string
	for _, k := range asked[l] {
		out = append(out, k.name)
	}
	return out
}

// readings notes at the controls of a plane what administrations say of them. One that is
// not old outdoes a line, for it says what is in force; the lines stay beside it.
func (b *builder) readings(p *Plane, of func(string) *Control) {
	for i := range b.in.Readings {
		r := &b.in.Readings[i]
		if r.Layer != p.Layer || !b.concerns(p, r) {
			continue
		}
		for _, x := range r.Controls {
			if x.At.After(b.in.Now) || b.superseded(r, &x) { // not known on that day, or known better
				continue
			}
			c := of(x.Control)
			old := b.in.Now.Sub(x.At) > b.in.Policy.OldAfter()
			c.Readings = append(c.Readings, ControlReading{
				Provider: r.Provider, Title: r.Title, Standing: x.Standing, Says: x.Says, At: x.At, Old: old,
				Where: Where{Path: r.Host, How: strings.Join(x.Requests, ", ")},
			})
			if !old || c.Standing != Shown {
				c.Standing = ReadFrom
			}
		}
	}
}

// superseded says that the same administration has said something of a control later.
func (b *builder) superseded(r *ProviderReading, x *Reading) bool {
	return slices.ContainsFunc(b.in.Readings, func(o ProviderReading) bool {
		return o.Provider == r.Provider && o.Layer == r.Layer && o.Host == r.Host && o.App == r.App && slices.ContainsFunc(o.Controls, func(y Reading) bool {
			return y.Control == x.Control && y.At.After(x.At) && !y.At.After(b.in.Now)
		})
	})
}

// concerns says whether an administration that was read is one of this program's: of what
// it uses, a directory, or of what the policy says is read for the layer.
func (b *builder) concerns(p *Plane, r *ProviderReading) bool {
	return len(p.Uses) == 0 || r.App != "" || slices.Contains(directories, r.Provider) || slices.Contains(b.in.Policy.Layers[p.Layer].Read, r.Provider) ||
		slices.ContainsFunc(p.Uses, func(u Use) bool { return u.Name == r.Provider })
}

// directories are administrations that can stand behind either layer, whatever a program
// calls what asks them.
var directories = []string{"okta", "entra-id", "keycloak"}

// OldAfter is after how long a reading is old.
func (p *Policy) OldAfter() time.Duration {
	if p.MaxReadingAge > 0 {
		return p.MaxReadingAge
	}
	return ReadingAge
}

// Age counts the readings of a provider that are old on a day, and those that came later
// and do not count.
func (p *Policy) Age(r *ProviderReading, now time.Time) (old, later int) {
	for _, c := range r.Controls {
		switch {
		case c.At.After(now):
			later++
		case now.Sub(c.At) > p.OldAfter():
			old++
		}
	}
	return old, later
}

// Read sums up what administrations say of a control: on, off, partly, "" if none was read.
// What is not old counts first.
func (c *Control) Read() string {
	sum := ""
	for _, old := range []bool{false, true} {
		for _, r := range c.Readings {
			switch {
			case r.Old != old:
			case sum == "":
				sum = r.Standing
			case sum != r.Standing:
				sum = Partly
			}
		}
		if sum != "" {
			return sum
		}
	}
	return ""
}

// Holds says that a control is there, in part at least: by a line, by what an
// administration says, or by somebody's word.
func (c *Control) Holds() bool {
	switch c.Standing {
	case Shown:
		return true
	case ReadFrom:
		return c.Read() != Off
	case Declared:
		return !off(c.Says)
	}
	return false
}

// lines are the places of a control that the tree shows, without where it is declared.
func (c *Control) lines() []Where {
	return slices.DeleteFunc(slices.Clone(c.Shown), func(w Where) bool {
		return w.How == string(inventory.ByConfig) && (w.Text == "" || w.Path == c.By)
	})
}

// told is what administrations say of a control, in words.
func (c *Control) told() string {
	var parts []string
	for _, r := range c.Readings {
		s := "read from " + tidy(r.Title) + " on " + r.At.UTC().Format(time.DateOnly)
		if r.Old {
			s += " (old)"
		}
		parts = append(parts, s+": "+r.Standing+", "+tidy(r.Says))
	}
	return strings.Join(parts, "; ")
}

// askRead is what a reading leaves to ask: what is off or in part, what is old, and what
// contradicts a declaration.
func (c *Control) askRead() string {
	if c.Standing != ReadFrom {
		return ""
	}
	var parts []string
	for _, r := range c.Readings {
		switch day := r.At.UTC().Format(time.DateOnly); {
		case r.Old:
			parts = append(parts, fmt.Sprintf("What %s said on %s is old.", tidy(r.Title), day))
		case r.Standing == Off && c.By != "" && c.Says != "" && !off(c.Says):
			parts = append(parts, fmt.Sprintf("It is declared %s, and %s says: %s.", tidy(c.Says), tidy(r.Title), tidy(r.Says)))
		case r.Standing != On:
			parts = append(parts, fmt.Sprintf("%s says: %s.", tidy(r.Title), tidy(r.Says)))
		}
	}
	return strings.Join(parts, " ")
}
