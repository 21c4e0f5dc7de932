package proof

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// The namespaces of SAML metadata and of the keys in it (SAML 2.0 metadata, section 2;
// XML Signature, section 1.2).
// https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
// https://www.w3.org/TR/xmldsig-core1/
const (
	metadataSpace  = "urn:oasis:names:tc:SAML:2.0:metadata"
	signatureSpace = "http://www.w3.org/2000/09/xmldsig#"
)

// maxCertificate is more than a certificate in base64 takes, in bytes.
const maxCertificate = 64 << 10

// samlReader reads the keys of SAML metadata.
type samlReader struct {
	depth    int
	entities []entity // open, outermost first
	use      string
	inKey    int              // the depth of the open KeyDescriptor; 0 if there is none
	text     *strings.Builder // of the open X509Certificate
	found    []Public
}

// entity is an open EntityDescriptor and the role in it that is open.
type entity struct {
	id    string
	role  string
	depth int
}

// readSAML reads the certificates that KeyDescriptors of SAML metadata hold. A
// certificate in a signature over the metadata is its publisher's and is passed over.
// Document types are refused: they define entities.
func readSAML(data []byte) ([]Public, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	r := samlReader{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return r.found, nil
		}
		if err != nil { // its text may quote the content
			return nil, errors.New("it is no well-formed XML in UTF-8")
		}
		if err := r.token(token); err != nil {
			return nil, err
		}
	}
}

func (r *samlReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errors.New("it has a document type, which is refused")
	case xml.StartElement:
		if r.depth++; r.depth > maxElements {
			return fmt.Errorf("its elements are nested more than %d deep", maxElements)
		}
		r.begin(t)
	case xml.EndElement:
		err := r.end()
		r.depth--
		return err
	case xml.CharData:
		if r.text != nil {
			if r.text.Len()+len(t) > maxCertificate {
				return fmt.Errorf("it has a certificate of more than %d bytes", maxCertificate)
			}
			r.text.Write(t)
		}
	}
	return nil
}

func (r *samlReader) begin(t xml.StartElement) {
	switch {
	case t.Name.Space == metadataSpace && t.Name.Local == "EntityDescriptor":
		r.entities = append(r.entities, entity{id: attribute(t, "entityID"), depth: r.depth})
	case t.Name.Space == metadataSpace && t.Name.Local == "KeyDescriptor" && r.inKey == 0:
		r.inKey, r.use = r.depth, attribute(t, "use")
	case t.Name.Space == metadataSpace && strings.HasSuffix(t.Name.Local, "Descriptor") && len(r.entities) > 0:
		r.entities[len(r.entities)-1].role = t.Name.Local
	case t.Name.Space == signatureSpace && t.Name.Local == "X509Certificate" && r.inKey > 0:
		r.text = &strings.Builder{}
	}
}

func (r *samlReader) end() error {
	if n := len(r.entities); n > 0 && r.entities[n-1].depth == r.depth {
		r.entities = r.entities[:n-1]
	}
	if r.inKey == r.depth {
		r.inKey = 0
	}
	if r.text == nil {
		return nil
	}
	text := r.text.String()
	r.text = nil
	if len(r.entities) == 0 {
		return nil
	}
	if len(r.found) >= maxPublicKeys {
		return fmt.Errorf("it has more than %d keys", maxPublicKeys)
	}
	r.found = append(r.found, r.certificate(text)...)
	return nil
}

// certificate reads the text of an X509Certificate: base64 of DER, with white space.
func (r *samlReader) certificate(text string) []Public {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	in := r.entities[len(r.entities)-1]
	p := Public{Kind: SAML, Name: entityName(in.id), Role: in.role, NotAfter: c.NotAfter}
	if r.use == "signing" || r.use == "encryption" { // SAML 2.0 metadata, section 2.4.1.1
		p.Use = r.use
	}
	return one(p, bounded(c.PublicKey))
}

func attribute(t xml.StartElement, name string) string {
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
		return id
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
