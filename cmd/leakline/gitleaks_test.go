package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// TestReadVerb: the arguments of the older verbs are told apart as gitleaks does.
func TestReadVerb(t *testing.T) {
	inner := &cobra.Command{}
	inner.Flags().StringP("report-format", "f", "", "")
	inner.Flags().StringP("config", "c", "", "")
	inner.Flags().BoolP("verbose", "v", false, "")
	inner.Flags().String("redact", "", "")
	inner.Flags().Lookup("redact").NoOptDefVal = "100"
	for args, want := range map[string]string{
		"":                                 ". false false false |",
		"-s a":                             "a false false false |",
		"-sa -v":                           "a false false false |-v",
		"-s=a":                             "a false false false |",
		"--source a --no-git":              "a true false false |",
		"--source=a --pipe --staged":       "a false true true |",
		"--no-git=false":                   ". false false false |",
		"-vs a":                            "a false false false |-v",
		"-vf json -s b":                    "b false false false |-v -f json",
		"-f -s --config --pipe":            ". false false false |-f -s --config --pipe",
		"--redact --no-git --redact=20":    ". true false false |--redact --redact=20",
		"--log-opts --all --log-opts=x -v": ". false false false |-v",
		"--unknown x":                      "error: verb takes no argument \"x\": the target is --source",
		"-x":                               ". false false false |-x",
		"--config":                         "error: flag needs an argument: --config",
		"-s":                               "error: flag needs an argument: -s",
		"-f":                               "error: flag needs an argument: -f",
		"a":                                "error: verb takes no argument \"a\": the target is --source",
		"-- a":                             "error: verb takes no argument \"--\": the target is --source",
		"-vh":                              "error: help",
		"--help":                           "error: help",
	} {
		v, err := readVerb("verb", strings.Fields(args), func(*verb) *cobra.Command { return inner })
		got := ""
		if err != nil {
			got = "error: " + err.Error()
		} else {
			yes := map[bool]string{true: "true", false: "false"}
			got = strings.Join([]string{v.source, yes[v.noGit], yes[v.pipe], yes[v.staged], "|"}, " ") + strings.Join(v.rest, " ")
		}
		if got != want {
			t.Errorf("%q: %s, want %s", args, got, want)
		}
	}
}

// TestLimit: a time may be a number of seconds.
func TestLimit(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "90": 90 * time.Second, "90s": 90 * time.Second, "2m": 2 * time.Minute, "1h30m": 90 * time.Minute} {
		var l limit
		if err := l.Set(text); err != nil || time.Duration(l) != want {
			t.Errorf("%q: %v, %v", text, time.Duration(l), err)
		}
	}
	for _, text := range []string{"", "soon", "1.5", "99999999999"} {
		if err := new(limit).Set(text); err == nil {
			t.Errorf("%q is taken for a time", text)
		}
	}
}

// TestEnableRule: ids of gitleaks' own rules stand for detectors.
func TestEnableRule(t *testing.T) {
	for id, want := range map[string][]string{
		"github-pat": {"github-pat"}, "hashicorp-tf-api-token": {"terraform-cloud-token"}, "droneci-access-token": nil, "nosuch": nil,
	} {
		f := &scanFlags{}
		c := compatFlags{enableRules: []string{id}}
		if err := c.enable(f); (err == nil) != (want != nil) || !slices.Equal(f.enable, want) {
			t.Errorf("%q: %q, %v", id, f.enable, err)
		}
	}
}
