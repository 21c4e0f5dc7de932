package inventory

import "testing"

// sightingsOf reads some files as one tree.
func sightingsOf(t testing.TB, files map[string]string) []Sighting {
	t.Helper()
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		r.Read(name, []byte(text))
	}
	all, _ := r.Sightings()
	return all
}
