package storetest

import (
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"github.com/stretchr/testify/assert"
)

// filled is a record in which nothing is zero, down to the last field of the last element, so that no field that is
// added to a record later can be forgotten. Another seed gives other values everywhere. Its texts hold what is special to
// SQL, JSON and separators.
func filled[R any](seed int, now time.Time) R {
	var r R
	f := filler{n: 100 * seed, now: now}
	f.fill(reflect.ValueOf(&r).Elem(), reflect.TypeFor[R]().Name())
	return r
}

type filler struct {
	n   int
	now time.Time
}

func (f *filler) fill(v reflect.Value, name string) {
	f.n++
	switch v.Interface().(type) {
	case time.Time: // ahead of now: stores that forget by themselves must not forget it
		v.Set(reflect.ValueOf(f.now.Add(time.Duration(f.n)*time.Hour + 123456*time.Microsecond).Truncate(time.Microsecond)))
	case netip.Prefix: // with host bits: the prefix is the owner's text, not a network's number
		v.Set(reflect.ValueOf(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, byte(f.n >> 8), byte(f.n)}), 8)))
	default:
		f.fillKind(v, name)
	}
}

func (f *filler) fillKind(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s-%d é,;:'\"\\%%_\n|", name, f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n%255 + 1))
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), v.Type().Field(i).Name)
		}
	default:
		f.fillMany(v, name)
	}
}

func (f *filler) fillMany(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fillElements(v, name)
	case reflect.Array:
		f.fillElements(v, name)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, name)
		f.fill(value, name)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic("storetest: nothing to fill a " + v.Type().String() + " with")
	}
}

func (f *filler) fillElements(v reflect.Value, name string) {
	for i := range v.Len() {
		f.fill(v.Index(i), name)
	}
}

// visit calls do for v and for what is in it, structs before their fields and lists before their elements.
func visit(v reflect.Value, do func(v reflect.Value)) {
	do(v)
	switch v.Interface().(type) {
	case time.Time, netip.Prefix:
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			visit(v.Field(i), do)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			visit(v.Index(i), do)
		}
	}
}

// copied shares no slice and no map with r.
func copied[R any](r R) R {
	visit(reflect.ValueOf(&r).Elem(), func(v reflect.Value) {
		switch {
		case v.Kind() == reflect.Slice && !v.IsNil():
			fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(fresh, v)
			v.Set(fresh)
		case v.Kind() == reflect.Map && !v.IsNil():
			fresh := reflect.MakeMap(v.Type())
			for keys := v.MapRange(); keys.Next(); {
				fresh.SetMapIndex(keys.Key(), keys.Value())
			}
			v.Set(fresh)
		}
	})
	return r
}

// canonical is r as far as the law goes: times to the microsecond, and an empty list like none.
func canonical[R any](r R) R {
	r = copied(r)
	visit(reflect.ValueOf(&r).Elem(), func(v reflect.Value) {
		if t, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(t.UTC().Truncate(time.Microsecond)))
		} else if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0 {
			v.SetZero()
		}
	})
	return r
}

// scribble changes every element of every slice and map of r, in place.
func scribble[R any](r *R) {
	var inSlice []reflect.Value
	visit(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				inSlice = append(inSlice, v.Index(i))
			}
		case reflect.Map:
			v.Clear()
		}
	})
	for _, element := range inSlice {
		element.SetZero()
	}
}

// setTimes gives every time in r the value at, and emptyLists makes every list an empty one that is not nil.
func setTimes[R any](r *R, at time.Time) {
	visit(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
		if _, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(at))
		}
	})
}

func emptyLists[R any](r *R) {
	visit(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
		}
	})
}

// timesOf are the times in r, in the order of its fields.
func timesOf[R any](r *R) []time.Time {
	var times []time.Time
	visit(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
		if at, ok := v.Interface().(time.Time); ok {
			times = append(times, at)
		}
	})
	return times
}

// same reports where got is not want as far as the law goes, or holds a time that is not in UTC.
func same[R any](t T, want, got R, message string) {
	t.Helper()
	assert.Equal(t, canonical(want), canonical(got), message)
	visit(reflect.ValueOf(&got).Elem(), func(v reflect.Value) {
		if at, ok := v.Interface().(time.Time); ok && at.Location() != time.UTC {
			t.Errorf("%s: %v is not in UTC", message, at)
		}
	})
}
