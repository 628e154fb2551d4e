package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

func TestFilledLeavesNothingZero(t *testing.T) {
	now := time.Now()
	for _, record := range []any{
		filled[store.User](1, now), filled[store.Client](1, now), filled[store.Grant](1, now), filled[store.Token](1, now),
		filled[store.Handle](1, now), filled[store.Event](1, now), filled[store.FoundToken](1, now),
	} {
		v := reflect.New(reflect.TypeOf(record)).Elem()
		v.Set(reflect.ValueOf(record))
		visit(v, func(v reflect.Value) {
			assert.False(t, v.IsZero(), "a %v in %T", v.Type(), record)
			if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
				assert.NotZero(t, v.Len(), "a %v in %T", v.Type(), record)
			}
		})
	}
	assert.Panics(t, func() { filled[struct{ Run func() }](1, now) }, "a field of a type that nothing fills")
}

func TestFilledDiffersBySeed(t *testing.T) {
	now := time.Now()
	one, two := filled[store.Token](1, now), filled[store.Token](2, now)
	a, b := reflect.ValueOf(one), reflect.ValueOf(two)
	for i := range a.NumField() {
		if a.Field(i).Kind() != reflect.Bool {
			assert.NotEqual(t, a.Field(i).Interface(), b.Field(i).Interface(), a.Type().Field(i).Name)
		}
	}
}

func TestCanonicalAndScribbleLeaveTheRecordThatTheyAreOf(t *testing.T) {
	now := time.Now()
	one := filled[store.Client](1, now)
	other := copied(one)
	assert.Equal(t, one, other)
	scribble(&other)
	assert.Equal(t, filled[store.Client](1, now), one, "after its copy was scribbled over")
	assert.NotEqual(t, one, other)
	empty := store.Event{Details: map[string]string{}}
	assert.Nil(t, canonical(empty).Details)
	assert.NotNil(t, empty.Details)
}
