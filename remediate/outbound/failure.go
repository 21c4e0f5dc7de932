package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

// Kind is what kept a request from being answered.
type Kind string

// The kinds of failure.
const (
	Timeout        Kind = "timeout"         // no answer in time, or the run was stopped
	DNS            Kind = "dns"             // the host has no address
	PrivateAddress Kind = "private-address" // the host has an address that is not public
	TLS            Kind = "tls"             // its certificate or its TLS can't be trusted
	Network        Kind = "network"         // no connection, or one that broke
	RateLimited    Kind = "rate-limited"    // it says that too much was asked
	TooLarge       Kind = "too-large"       // its answer is longer than allowed
	Redirect       Kind = "redirect"        // it sends on to where nothing may be sent
	Proxy          Kind = "proxy"           // the proxy is down or refuses
	Outage         Kind = "outage"          // it answers 5xx
	Refused        Kind = "refused"         // the request is one that is never sent
)

// Failure says why there is no answer. Host is one of the request's own hosts, or
// empty; Why is a clause without any part of the request or the answer.
type Failure struct {
	Kind Kind
	Host string
	Why  string

	ended error // context.Canceled or context.DeadlineExceeded, if the caller's context ended
	later bool  // of a kind that mostly stays: this one may pass
}

// Error gives the host, if known, and the reason.
func (f *Failure) Error() string {
	if f.Host == "" {
		return f.Why
	}
	return f.Host + ": " + f.Why
}

// Unwrap gives the error of the caller's context, if that has ended.
func (f *Failure) Unwrap() error { return f.ended }

// again says whether a further try can have another result.
func (f *Failure) again() bool {
	switch f.Kind {
	case Timeout, Network, RateLimited, Outage:
		return f.ended == nil
	}
	return f.later
}

// speaksOf says whether the failure tells something of the host.
func (f *Failure) speaksOf() bool { return f.Kind != Refused && f.ended == nil }

// ended is the failure of a request whose caller's context is done.
func ended(ctx context.Context, host string) *Failure {
	why := "not asked to the end: the run was stopped"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		why = "not asked to the end: the time for the run is over"
	}
	return &Failure{Kind: Timeout, Host: host, Why: why, ended: ctx.Err()}
}

// explain makes a failure of what the transport says. None of its words are taken
// over.
func explain(err error, host string, limit time.Duration, now time.Time) *Failure {
	var own *Failure
	if errors.As(err, &own) {
		return &Failure{Kind: own.Kind, Host: host, Why: own.Why, later: own.later}
	}
	fail := func(k Kind, why string) *Failure { return &Failure{Kind: k, Host: host, Why: why} }
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		return &Failure{Kind: Proxy, Host: host, Why: "no connection to the proxy; see HTTPS_PROXY", later: true}
	}
	if why := explainTLS(err, now); why != "" {
		return fail(TLS, why)
	}
	var ne net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout() {
		return fail(Timeout, fmt.Sprintf("no answer within %s", limit))
	}
	text := err.Error() // to tell it apart only
	switch {
	case strings.Contains(text, "headers exceeded") || strings.Contains(text, "header list larger"):
		return fail(TooLarge, fmt.Sprintf("the header of its answer is longer than %d bytes", maxHeader))
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail(Network, "it refuses the connection")
	case errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH):
		return fail(Network, "it can't be reached from here")
	}
	return fail(Network, "the connection broke")
}

// explainTLS says what is wrong with the peer's TLS, or nothing if it is not that.
func explainTLS(err error, now time.Time) string {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil {
		whose := "its certificate"
		if invalid.Cert.IsCA {
			whose = "the certificate of its authority"
		}
		day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
		return fmt.Sprintf("%s is valid from %s to %s, and this machine's clock says %s: one of them is wrong",
			whose, day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter), day(now))
	}
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return "its certificate is signed by nobody whom this machine trusts: somebody on the way may read along"
	case errors.As(err, &name):
		return "its certificate is for another name: somebody else answers"
	case errors.As(err, &invalid), errors.As(err, &verification):
		return "its certificate is not valid"
	case errors.As(err, &record):
		return "it does not speak TLS"
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return "no TLS could be agreed on (1.2 at least)"
	}
	if strings.Contains(err.Error(), "tls: ") { // to tell it apart only
		return "no TLS could be agreed on (1.2 at least)"
	}
	return ""
}
