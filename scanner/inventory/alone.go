package inventory

import (
	"bytes"
	"path"
	"strings"
)

// alone are the readers that need one file and no other.
var alone = []func(*Reader, *file, func(Sighting)){
	(*Reader).dependencies,
	(*Reader).imports,
	(*Reader).marks,
	(*Reader).systems,
	(*Reader).controlsOf,
}

// Of gives the platforms, systems and controls that one file shows by itself, and
// keeps nothing: for versions of files, of which a history has many.
func (r *Reader) Of(name string, data []byte) []Sighting {
	if len(data) == 0 || len(data) > maxFile || foreign(name) || bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
		return nil
	}
	base := path.Base(name)
	f := &file{path: name, base: base, ext: strings.ToLower(path.Ext(base)), data: data, client: clientSide(name)}
	var found []Sighting
	for _, read := range alone {
		read(r, f, func(s Sighting) {
			s.Path, s.Client = f.path, s.Client || f.client
			found = append(found, s)
		})
	}
	return found
}
