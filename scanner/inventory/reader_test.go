package inventory

import (
	"reflect"
	"sync"
	"testing"

	"leakline/testdata/boundary"
)

// TestReaderAtOnce: files that are read at once, in whatever order, show what they show
// one after the other.
func TestReaderAtOnce(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	one, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	many, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, a := range apps[:8] {
		for _, name := range a.Names() {
			text, err := a.Expand(name)
			if err != nil {
				t.Fatal(err)
			}
			path := a.Name + "/" + name
			one.Read(path, text)
			wait.Go(func() { many.Read(path, text) })
		}
	}
	wait.Wait()
	want, files := one.Sightings()
	got, n := many.Sightings()
	if n != files || !reflect.DeepEqual(got, want) {
		t.Errorf("%d sightings of %d files at once, %d of %d one after the other, or others", len(got), n, len(want), files)
	}
	if len(want) < 200 {
		t.Errorf("only %d sightings: the files test nothing", len(want))
	}
}
