package anchor

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// The namespaces of SAML metadata and of the keys in it.
// https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
// https://www.w3.org/TR/xmldsig-core1/
const (
	metadataSpace  = "urn:oasis:names:tc:SAML:2.0:metadata"
	signatureSpace = "http://www.w3.org/2000/09/xmldsig#"
	maxDepth       = 64
)

// samlReader walks through metadata.
type samlReader struct {
	decoder  *xml.Decoder
	now      time.Time
	depth    int
	entities []string // the ids of the open entities
	ended    bool     // the outermost element is closed
	keys     []Key
}

// keyDescriptor is md:KeyDescriptor (SAML 2.0 metadata, section 2.4.1.1), whose KeyInfo
// is that of XML Signature.
type keyDescriptor struct {
	Certificates []string `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>X509Data>X509Certificate"`
	Values       []struct {
		RSA struct {
			Modulus  string `xml:"Modulus"`
			Exponent string `xml:"Exponent"`
		} `xml:"http://www.w3.org/2000/09/xmldsig# RSAKeyValue"`
	} `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>KeyValue"`
}

// parseSAML reads all keys of the metadata of an entity or of several, whatever their
// use: a key that may only encrypt is still somebody's way in. The signature over the
// metadata is not checked, and its own key is none of the metadata's; TLS says who
// published it.
//
// Metadata whose validUntil has passed is refused, as nobody may use it any more, and
// so is a key that is not given by a certificate or as the numbers of RSA.
func parseSAML(data []byte, now time.Time) ([]Key, error) {
	r := &samlReader{decoder: xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))), now: now}
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) && r.ended {
			return r.keys, nil
		}
		if err != nil {
			return nil, errors.New("what it shows is no SAML metadata: it is no well-formed XML in UTF-8, or broken off")
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, errors.New("its metadata has a document type, which is refused")
		case xml.StartElement:
			err = r.begin(&t)
		case xml.EndElement:
			r.end(t)
		case xml.CharData:
			if r.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				err = errors.New("what it shows is no SAML metadata: something stands around it")
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

func (r *samlReader) begin(t *xml.StartElement) error {
	isEntity := t.Name == xml.Name{Space: metadataSpace, Local: "EntityDescriptor"}
	if r.ended || r.depth == 0 && !isEntity && t.Name != (xml.Name{Space: metadataSpace, Local: "EntitiesDescriptor"}) {
		return errors.New("what it shows is no SAML metadata" + page(t))
	}
	if r.depth++; r.depth > maxDepth {
		return fmt.Errorf("its metadata is nested more than %d deep", maxDepth)
	}
	if t.Name.Space != metadataSpace {
		return nil
	}
	if err := r.valid(t); err != nil {
		return err
	}
	switch {
	case isEntity:
		r.entities = append(r.entities, entityName(attribute(t, "entityID")))
	case t.Name.Local == "KeyDescriptor":
		return r.key(t)
	}
	return nil
}

// page says, for errors, that the element begins a page for people.
func page(t *xml.StartElement) string {
	if strings.EqualFold(t.Name.Local, "html") {
		return portal([]byte("<"))
	}
	return ""
}

func (r *samlReader) end(t xml.EndElement) {
	if r.depth--; r.depth == 0 {
		r.ended = true
	}
	if t.Name.Space == metadataSpace && t.Name.Local == "EntityDescriptor" {
		r.entities = r.entities[:len(r.entities)-1]
	}
}

// valid refuses what says of itself that it is out of date.
func (r *samlReader) valid(t *xml.StartElement) error {
	text := attribute(t, "validUntil")
	if text == "" {
		return nil
	}
	until, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00", text)
	if err != nil {
		if until, err = time.Parse("2006-01-02T15:04:05.999999999", text); err != nil { // without a zone: UTC, SAML 2.0 core, section 1.3.3
			return errors.New("its metadata does not say until when it is valid in a form that is known")
		}
	}
	if !r.now.Before(until) {
		return fmt.Errorf("its metadata was valid until %s, and this machine's clock says %s", until.UTC().Format(time.DateOnly), r.now.Format(time.DateOnly))
	}
	return nil
}

// key reads a KeyDescriptor with all that is in it.
func (r *samlReader) key(t *xml.StartElement) error {
	var d keyDescriptor
	if r.depth--; r.decoder.DecodeElement(&d, t) != nil {
		return errors.New("one of its keys is no well-formed XML, or broken off")
	}
	before := len(r.keys)
	for _, text := range d.Certificates {
		key, err := certificate64(text)
		if err != nil {
			return err
		}
		r.add(key)
	}
	for _, v := range d.Values {
		if v.RSA.Modulus == "" {
			continue
		}
		key, err := rsaValue(v.RSA.Modulus, v.RSA.Exponent)
		if err != nil {
			return err
		}
		r.add(key)
	}
	switch {
	case len(r.keys) == before:
		return errors.New("one of its keys is given neither by a certificate nor as the numbers of RSA")
	case len(r.keys) > maxKeys:
		return fmt.Errorf("it shows more than %d keys", maxKeys)
	}
	return nil
}

func (r *samlReader) add(key Key) {
	if n := len(r.entities); n > 0 {
		key.Name = cmp.Or(r.entities[n-1], key.Name)
	}
	r.keys = append(r.keys, key)
}

// rsaValue reads ds:RSAKeyValue: two numbers in base64 (XML Signature, section 4.5.2.2).
func rsaValue(modulus, exponent string) (Key, error) {
	n, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(modulus), ""))
	if err != nil {
		return Key{}, errors.New("one of its keys is no base64")
	}
	e, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(exponent), ""))
	if err != nil {
		return Key{}, errors.New("one of its keys is no base64")
	}
	text, err := json.Marshal(map[string]string{
		"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(n), "e": base64.RawURLEncoding.EncodeToString(e),
	})
	if err != nil {
		return Key{}, err
	}
	return single(text)
}

func attribute(t *xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// entityName is the id of an entity without what may be a credential in it: user
// information and query of a URL.
func entityName(id string) string {
	u, err := url.Parse(id)
	if err != nil || u.Host == "" {
		return short(id)
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return short(u.String())
}
