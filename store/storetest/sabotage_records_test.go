package storetest_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// gives makes a sabotage of a change to each record that method is given.
func gives(method string, change func(record reflect.Value)) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, given: func(called string, record any) {
			if called == method {
				change(reflect.ValueOf(record).Elem())
			}
		}}
	}
}

// finds makes a sabotage of a change to each record of this type that method returns; an empty method is all of them.
func finds[R any](method string, change func(record *R)) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, found: func(called string, record any) {
			if r, ok := record.(*R); ok && (method == "" || called == method) {
				change(r)
			}
		}}
	}
}

// walk calls do for all that is in v. Lists are copied on the way: they are the caller's.
func walk(v reflect.Value, do func(v reflect.Value)) {
	if v.Kind() == reflect.Slice && !v.IsNil() {
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		v.Set(fresh)
	}
	do(v)
	if v.Type().PkgPath() == "time" || v.Type().PkgPath() == "net/netip" {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), do)
		}
	}
}

func walkTimes(record reflect.Value, change func(time.Time) time.Time) {
	walk(record, func(v reflect.Value) {
		if at, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(change(at)))
		}
	})
}

// fields are the paths of all fields of a record's type, those of its lists' elements included.
func fields(t reflect.Type, prefix string) []string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() != reflect.TypeFor[store.User]().PkgPath() {
		return []string{strings.TrimPrefix(prefix, ".")}
	}
	var all []string
	for i := range t.NumField() {
		all = append(all, fields(t.Field(i).Type, prefix+"."+t.Field(i).Name)...)
	}
	return all
}

func forget(v reflect.Value, path string) {
	if v.Kind() == reflect.Slice && path != "" {
		walk(v, func(reflect.Value) {})
		for i := range v.Len() {
			forget(v.Index(i), path)
		}
		return
	}
	if path == "" {
		v.SetZero()
		return
	}
	field, rest, _ := strings.Cut(path, ".")
	forget(v.FieldByName(field), rest)
}

// forgetsEachField are one store for each field of what method writes.
func forgetsEachField(method, check string) []sabotage {
	written := map[string]reflect.Type{
		"CreateUsers": reflect.TypeFor[store.User](), "UpdateUser": reflect.TypeFor[store.User](),
		"ReplacePassword": reflect.TypeFor[store.Password](), "PutClient": reflect.TypeFor[store.Client](),
		"PutGrant": reflect.TypeFor[store.Grant](), "PutTokens": reflect.TypeFor[store.Token](), "RotateToken": reflect.TypeFor[store.Token](),
		"PutHandle": reflect.TypeFor[store.Handle](), "AdvanceHandle": reflect.TypeFor[store.Handle](),
		"AppendEvents": reflect.TypeFor[store.Event](), "MarkDelivery": reflect.TypeFor[store.Delivery](),
	}
	var all []sabotage
	for _, path := range fields(written[method], "") {
		if path == "Stage" || path == "Version" && strings.Contains(check, "adding") {
			continue // it is 0 on its way in; the store counts
		}
		all = append(all, gives(method, func(record reflect.Value) { forget(record, path) }))
	}
	return all
}

// fillsIn gives zero times a value, and zero texts where the record has no times.
func fillsIn(method string) sabotage {
	return gives(method, func(record reflect.Value) {
		timed := false
		walkTimes(record, func(at time.Time) time.Time {
			timed = true
			if at.IsZero() {
				return time.Unix(0, 0).UTC()
			}
			return at
		})
		walk(record, func(v reflect.Value) {
			if !timed && v.Kind() == reflect.String && v.IsZero() {
				v.SetString("-")
			}
		})
	})
}

func timesTo(unit time.Duration) func(string) sabotage {
	return func(method string) sabotage {
		return gives(method, func(record reflect.Value) {
			walkTimes(record, func(at time.Time) time.Time { return at.Truncate(unit) })
		})
	}
}

func returnsLocalTime(string) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, found: func(_ string, record any) {
			walkTimes(reflect.ValueOf(record).Elem(), func(at time.Time) time.Time { return at.In(time.FixedZone("here", 3600)) })
		}}
	}
}

// nanoseconds keeps times as 64-bit nanoseconds, which end in 2262.
func nanoseconds(method string) sabotage {
	return gives(method, func(record reflect.Value) {
		walkTimes(record, func(at time.Time) time.Time { return time.Unix(0, at.UnixNano()).UTC() })
	})
}

func zeroIsNone(method string) sabotage {
	return gives(method, func(record reflect.Value) {
		walkTimes(record, func(at time.Time) time.Time {
			if at.Unix() == 0 {
				return time.Time{}
			}
			return at
		})
	})
}

// emptyListHasOne splits the empty text into one part, say.
func emptyListHasOne(method string) sabotage {
	return gives(method, func(record reflect.Value) {
		walk(record, func(v reflect.Value) {
			switch {
			case v.Kind() == reflect.Slice && !v.IsNil() && v.Len() == 0:
				v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			case v.Kind() == reflect.Map && !v.IsNil() && v.Len() == 0:
				v.Set(reflect.MakeMap(v.Type()))
				v.SetMapIndex(reflect.Zero(v.Type().Key()), reflect.Zero(v.Type().Elem()))
			}
		})
	})
}

// graft puts the lists of from, whose type is into's or that of a part of it, in the place of those there.
func graft(into, from reflect.Value) {
	if into.Kind() != reflect.Struct {
		return
	}
	for i := range into.NumField() {
		switch field := into.Field(i); {
		case into.Type() != from.Type():
			if into.Type().PkgPath() != "time" {
				graft(field, from)
			}
		case field.Kind() == reflect.Slice || field.Kind() == reflect.Map:
			field.Set(from.Field(i))
		}
	}
}

// keepsReference returns the very lists that method was given last.
func keepsReference(method string) sabotage {
	return func(sound everything) everything {
		var kept reflect.Value
		return saboteur{everything: sound,
			given: func(called string, record any) {
				if called == method {
					kept = reflect.New(reflect.TypeOf(record).Elem()).Elem()
					kept.Set(reflect.ValueOf(record).Elem())
				}
			},
			found: func(_ string, record any) {
				if kept.IsValid() {
					graft(reflect.ValueOf(record).Elem(), kept)
				}
			},
		}
	}
}

// changesInPlace writes over the lists that it returned before when method is called.
func changesInPlace(method string) sabotage {
	return func(sound everything) everything {
		var mu sync.Mutex
		var returned []reflect.Value
		return saboteur{everything: sound,
			found: func(_ string, record any) {
				mu.Lock()
				defer mu.Unlock()
				returned = append(returned, reflect.ValueOf(record).Elem())
			},
			call: func(ctx context.Context, called string, do func(context.Context) error) error {
				mu.Lock()
				defer mu.Unlock()
				for _, record := range slices.Backward(returned) {
					if called == method {
						overwrite(record)
						record.SetZero()
					}
				}
				return do(ctx)
			},
		}
	}
}

// overwrite zeroes all elements of the lists in v, where they are.
func overwrite(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			overwrite(v.Index(i))
			v.Index(i).SetZero()
		}
	case v.Kind() == reflect.Map:
		v.Clear()
	case v.Kind() == reflect.Struct && v.Type().PkgPath() == reflect.TypeFor[store.User]().PkgPath():
		for i := range v.NumField() {
			overwrite(v.Field(i))
		}
	}
}
