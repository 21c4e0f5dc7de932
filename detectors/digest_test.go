package detectors_test

import (
	"reflect"
	"slices"
	"testing"

	"leakline/detectors"
)

func digest(t *testing.T, ds []detectors.Detector, version string) string {
	t.Helper()
	d, err := detectors.Digest(ds, version)
	if err != nil {
		t.Fatal(err)
	}
	if len(d) != 64 {
		t.Fatalf("digest %q has %d characters", d, len(d))
	}
	return d
}

// TestDigest: the digest changes with every field of a detector, with the version
// and with what is left out, and not with the order.
func TestDigest(t *testing.T) {
	all := detectors.Catalogue()
	want := digest(t, all, "1")
	if digest(t, detectors.Catalogue(), "1") != want {
		t.Error("it differs between two calls")
	}
	turned := slices.Clone(all)
	slices.Reverse(turned)
	if digest(t, turned, "1") != want {
		t.Error("it depends on the order")
	}
	if digest(t, all, "2") == want || digest(t, all[1:], "1") == want || digest(t, nil, "1") == want {
		t.Error("it is blind to the version, or to a detector that is left out")
	}
	fields := reflect.TypeFor[detectors.Detector]()
	for i := range fields.NumField() {
		changed := slices.Clone(all)
		if !change(reflect.ValueOf(&changed[0]).Elem().Field(i)) {
			t.Errorf("field %s is of a kind that this test can't change", fields.Field(i).Name)
		}
		if digest(t, changed, "1") == want {
			t.Errorf("it is blind to the field %s", fields.Field(i).Name)
		}
	}
}

// change gives a field another value.
func change(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Struct:
		return change(v.Field(0))
	default:
		return false
	}
	return true
}
