package boundary

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"leakline/detectors"
	apps "leakline/testdata/boundary"
)

// ownLayer is a layer's table in the configuration of an application.
type ownLayer struct {
	Owner     []string `toml:"owner"`
	Owners    []string `toml:"owners"`
	Reviewers []string `toml:"reviewers"`
	Directory string   `toml:"directory"`
	Console   string   `toml:"console"`
	Audit     string   `toml:"audit"`
	Controls  map[string]struct {
		Standing string    `toml:"standing"`
		By       string    `toml:"by"`
		On       time.Time `toml:"on"`
	} `toml:"controls"`
}

// ownConfig is the table boundaries of an application, as the command reads it.
type ownConfig struct {
	Boundaries *struct {
		AI           *ownLayer                          `toml:"ai-platform"`
		Auth         *ownLayer                          `toml:"application-auth"`
		Environments map[detectors.Environment][]string `toml:"environments"`
		Policy       struct {
			MaxAge string `toml:"max-age"`
			Max    string `toml:"max_age"` // the same, as the command takes it
		} `toml:"policy"`
		Waivers []struct {
			Rule   string    `toml:"rule"`
			Path   string    `toml:"path"`
			Reason string    `toml:"reason"`
			Until  time.Time `toml:"until"`
		} `toml:"waiver"`
	} `toml:"boundaries"`
}

// ownPolicy is what the configuration of an application declares.
func ownPolicy(t testing.TB, a *apps.App) Policy {
	t.Helper()
	text := string(a.Files[".leakline.toml"])
	var c ownConfig
	if _, err := toml.Decode(text, &c); err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	p := Policy{Layers: map[detectors.Layer]LayerPolicy{}}
	b := c.Boundaries
	if b == nil {
		return p
	}
	p.Path, p.Given, p.Environments = ".leakline.toml", true, b.Environments
	for l, x := range map[detectors.Layer]*ownLayer{detectors.AIPlatform: b.AI, detectors.ApplicationAuth: b.Auth} {
		if x == nil {
			continue
		}
		before, _, _ := strings.Cut(text, "[boundaries."+string(l)+"]")
		out := LayerPolicy{
			Owners: append(x.Owner, x.Owners...), Reviewers: x.Reviewers, Directory: x.Directory, Console: x.Console, Audit: x.Audit,
			Line: 1 + strings.Count(before, "\n"), Controls: map[string]Declaration{},
		}
		for name, d := range x.Controls {
			line := 0
			for i, text := range strings.Split(text, "\n") {
				if line == 0 && i+1 > out.Line && strings.HasPrefix(strings.TrimSpace(text), name+" ") {
					line = i + 1
				}
			}
			out.Controls[name] = Declaration{Standing: d.Standing, By: d.By, On: d.On, Line: line}
		}
		p.Layers[l] = out
	}
	if m := cmp.Or(b.Policy.MaxAge, b.Policy.Max); m != "" {
		var days int
		if _, err := fmt.Sscanf(m, "%dd", &days); err != nil {
			t.Fatalf("%s: max-age %q: %v", a.Name, m, err)
		}
		p.MaxAge = time.Duration(days) * 24 * time.Hour
	}
	for _, w := range b.Waivers {
		p.Waivers = append(p.Waivers, Waiver{Rule: w.Rule, Path: w.Path, Reason: w.Reason, Until: w.Until, Line: 1})
	}
	for _, x := range a.Truth.Left {
		p.Left = append(p.Left, x.Email)
	}
	return p
}
