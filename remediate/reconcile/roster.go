package reconcile

// roster is a list of people: who is still there.
type roster struct {
	owners   map[string]Owner
	complete bool
}

// newRoster makes one of a list that was read, wholly if err is nil.
func newRoster[T any](list []T, err error, owner func(*T) (id string, o Owner)) *roster {
	r := &roster{owners: map[string]Owner{}, complete: err == nil}
	for i := range list {
		if id, o := owner(&list[i]); id != "" {
			r.owners[id] = o
		}
	}
	return r
}

// of gives an owner with what the list says of them. That somebody is missing says that
// they have left only if the list is complete.
func (r *roster) of(o Owner) Owner {
	known, ok := r.owners[o.ID]
	switch {
	case ok:
		if o.Name == "" {
			o.Name = known.Name
		}
		if o.Email == "" {
			o.Email = known.Email
		}
		o.State = Present
		if known.State != "" {
			o.State, o.Why = known.State, known.Why
		}
	case r.complete && o.ID != "":
		o.State, o.Why = Left, "they are no member of the organisation any more"
	default:
		o.State = OwnerUnknown
	}
	return o
}
