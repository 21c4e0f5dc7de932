package inventory

// alone are the readers that need one file and no other.
var alone = []func(*Reader, *file, func(Sighting)){
	(*Reader).dependencies,
	(*Reader).imports,
	(*Reader).marks,
	(*Reader).platforms,
	(*Reader).systems,
	(*Reader).controlsOf,
}

// Of gives the platforms, systems and controls that one file shows by itself, and
// keeps nothing: for versions of files, of which a history has many.
func (r *Reader) Of(name string, data []byte) []Sighting {
	found, _ := r.read(name, data, alone)
	return found
}
