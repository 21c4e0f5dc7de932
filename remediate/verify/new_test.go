package verify

import (
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// TestNewRefuses: a probe that could disclose a secret, or believe a stranger, is
// refused with the reason.
func TestNewRefuses(t *testing.T) {
	c := outbound.New(outbound.Options{})
	defer c.Close()
	dead := func(a detectors.Answer) func(*detectors.Probe) {
		return func(p *detectors.Probe) { a.Means = detectors.Inactive; p.Answers = append(p.Answers, a) }
	}
	for why, change := range map[string]func(*detectors.Probe){
		"kebab-case":                      func(p *detectors.Probe) { p.ID = "A b" },
		"names no detector":               func(p *detectors.Probe) { p.Detectors = nil },
		`no detector "nobody"`:            func(p *detectors.Probe) { p.Detectors = []string{"nobody"} },
		`method "DELETE"`:                 func(p *detectors.Probe) { p.Method = "DELETE" },
		"begin with https":                func(p *detectors.Probe) { p.URL = "http://api.groq.example/{secret}" },
		`"10.0.0.1" is no public name`:    func(p *detectors.Probe) { p.URL = "https://10.0.0.1/" },
		`"localhost" is no public name`:   func(p *detectors.Probe) { p.URL = "https://localhost/" },
		`"x.internal" is no public name`:  func(p *detectors.Probe) { p.URL = "https://x.internal/" },
		`"a.example:8443" is no public`:   func(p *detectors.Probe) { p.URL = "https://a.example:8443/" },
		`"u@a.example" is no public`:      func(p *detectors.Probe) { p.URL = "https://u@a.example/" },
		`"{secret}.example" is no public`: func(p *detectors.Probe) { p.URL = "https://{secret}.example/" },
		"neither Hosts nor a Tenant":      func(p *detectors.Probe) { p.URL = "https://{host}/" },
		"does not begin with https://{":   func(p *detectors.Probe) { p.Hosts = []string{"a.example"} },
		"make two probes": func(p *detectors.Probe) {
			p.URL, p.Tenant, p.Hosts = "https://{host}/", true, []string{"a.example"}
		},
		`"::1" is no public name`: func(p *detectors.Probe) { p.URL, p.Hosts = "https://{host}/", []string{"::1"} },
		"fragment":                func(p *detectors.Probe) { p.URL += "#x" },
		"stands for nothing":      func(p *detectors.Probe) { p.URL += "/{user}" },
		"no group of Split":       func(p *detectors.Probe) { p.User = "{secret:id}" },
		"Split is no expression":  func(p *detectors.Probe) { p.Split = "(" },
		"does not carry":          func(p *detectors.Probe) { p.Header = nil },
		"Name: value":             func(p *detectors.Probe) { p.Header = []string{"{secret}"} },
		"not for a probe to set":  func(p *detectors.Probe) { p.Header = append(p.Header, "Host: evil.example") },
		"without a ContentType":   func(p *detectors.Probe) { p.Method, p.Body = "POST", "x" },
		"neither POST nor PUT":    func(p *detectors.Probe) { p.Body, p.ContentType = "x", "text/plain" },
		"no answer means active":  func(p *detectors.Probe) { p.Answers = p.Answers[1:] },
		"by its status alone":     dead(detectors.Answer{Status: []int{401}, Why: "dead"}),
		"does not say why":        dead(detectors.Answer{Body: "dead"}),
		"without any word":        dead(detectors.Answer{Body: ".*", Why: "dead"}),
		"names no member":         dead(detectors.Answer{JSON: []string{"=x"}, Why: "dead"}),
		"error parsing regexp":    dead(detectors.Answer{Header: "(", Why: "dead"}),
		"999 is no status":        dead(detectors.Answer{Status: []int{999}, Body: "x", Why: "dead"}),
		"fits everything":         func(p *detectors.Probe) { p.Answers[0].Status = nil },
		"is no outcome":           func(p *detectors.Probe) { p.Answers[0].Means = "perhaps" },
		"no field":                func(p *detectors.Probe) { p.Identity = []detectors.Reading{{Field: "shoe", JSON: "x"}} },
		"one of them":             func(p *detectors.Probe) { p.Identity = []detectors.Reading{{Field: "user"}} },
		"Source":                  func(p *detectors.Probe) { p.Source = "" },
		"Confirmed is no day":     func(p *detectors.Probe) { p.Confirmed = "yesterday" },
		"PerMinute":               func(p *detectors.Probe) { p.PerMinute = -1 },
	} {
		p := plain()
		change(&p)
		_, err := New(Options{Client: c, Probes: []detectors.Probe{p}})
		if err == nil || !strings.Contains(err.Error(), why) || !strings.HasPrefix(err.Error(), "probe ") {
			t.Errorf("%q: %v", why, err)
		}
	}
	for why, o := range map[string]Options{
		"needs a client":             {Probes: []detectors.Probe{plain()}},
		"there are two of this id":   {Client: c, Probes: []detectors.Probe{plain(), plain()}},
		"and there is none":          {Client: c, Tenants: map[string][]string{"x": {"a.example"}}},
		"its hosts are fixed":        {Client: c, Probes: []detectors.Probe{plain()}, Tenants: map[string][]string{"plain": {"a.example"}}},
		`"127.0.0.1" is no public`:   {Client: c, Probes: []detectors.Probe{tenant()}, Tenants: map[string][]string{"tenant": {"127.0.0.1"}}},
		`"https://a" is no public n`: {Client: c, Probes: []detectors.Probe{tenant()}, Tenants: map[string][]string{"tenant": {"https://a"}}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", why, err)
		}
	}
	if _, err := New(Options{Client: c, Probes: []detectors.Probe{plain(), regional(), tenant()}}); err != nil {
		t.Error(err)
	}
}

func TestPerMinute(t *testing.T) {
	slow, quick := plain(), regional()
	slow.PerMinute, quick.PerMinute = 10, 300
	other := plain()
	other.ID, other.PerMinute = "other", 5
	usual := tenant()
	limit := PerMinute([]detectors.Probe{slow, quick, other, usual}, map[string][]string{"tenant": {"git.acme.example"}})
	for host, want := range map[string]int{
		"api.groq.example": 5, "us.example.com": 300, "eu.example.com": 300, "git.acme.example": 60, "else.example": 0,
	} {
		if got := limit(host); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
}
