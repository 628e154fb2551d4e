package faulty_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// whole is all that a store in memory can do.
func whole() storetest.Backend {
	db := memory.New()
	return storetest.Backend{
		Users: db, Passwords: db, UserWriter: db, UserHashes: db, Clients: db, Grants: db, Tokens: db, TokenUses: db,
		Handles: db, Once: db, Counters: db, Events: db, Sweeper: db,
	}
}

func TestWhatIsWrappedKeepsTheLaw(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Backend { return faulty.Wrap(whole(), new(faulty.Calls)) })
}

// eachMethod calls each method of each member of b with zero arguments, and tells what it is called and answered.
func eachMethod(b storetest.Backend, tell func(method string, answer []reflect.Value)) {
	members := reflect.ValueOf(b)
	for i := range members.NumField() {
		member := members.Field(i)
		if member.Kind() != reflect.Interface || member.IsNil() {
			continue
		}
		for m := range member.Type().NumMethod() {
			method := member.Type().Method(m)
			tell(method.Name, member.Method(m).Call(zeroes(method.Type)))
		}
	}
}

// zeroes are zero arguments but for the context, and without what may be left out.
func zeroes(method reflect.Type) []reflect.Value {
	arguments := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < method.NumIn(); i++ {
		if i < method.NumIn()-1 || !method.IsVariadic() {
			arguments = append(arguments, reflect.Zero(method.In(i)))
		}
	}
	return arguments
}

func TestEachMethodFollowsThePlanUnderItsName(t *testing.T) {
	for says, fault := range map[string]faulty.Fault{"failed": {Failed: faulty.ErrBroken}, "lost": {Lost: faulty.ErrBroken}} {
		t.Run(says, func(t *testing.T) {
			var calls faulty.Calls
			calls.Follow(faulty.Each(fault))
			var names []string
			eachMethod(faulty.Wrap(whole(), &calls), func(method string, answer []reflect.Value) {
				names = append(names, method)
				assert.Equal(t, faulty.ErrBroken, answer[len(answer)-1].Interface(), method)
				for _, found := range answer[:len(answer)-1] {
					assert.True(t, found.IsZero(), "%s answers with something", method)
				}
			})
			assert.Equal(t, names, calls.Made())
			assert.Len(t, names, 31, "26 and the optional ones")
		})
	}
}

func TestOnlyALostAnswerWasDone(t *testing.T) {
	ctx := context.Background()
	var calls faulty.Calls
	b := faulty.Wrap(whole(), &calls)
	calls.Follow(faulty.Nth(2, faulty.Fault{Failed: faulty.ErrBroken}))
	require.NoError(t, b.UserWriter.CreateUsers(ctx, store.User{ID: "1", Name: "alice"}))
	require.ErrorIs(t, b.UserWriter.CreateUsers(ctx, store.User{ID: "2", Name: "bob"}), faulty.ErrBroken)
	_, err := b.Users.UserByID(ctx, "2")
	require.ErrorIs(t, err, store.ErrNotFound, "it never got there")

	calls.Follow(faulty.Each(faulty.Fault{Lost: faulty.ErrBroken}, "CreateUsers"))
	require.ErrorIs(t, b.UserWriter.CreateUsers(ctx, store.User{ID: "2", Name: "bob"}), faulty.ErrBroken)
	found, err := b.Users.UserByName(ctx, "bob")
	require.NoError(t, err, "other methods are let through")
	assert.Equal(t, "2", found.ID)
	assert.Equal(t, []string{"CreateUsers", "UserByName"}, calls.Made())

	calls.Follow(nil)
	assert.Empty(t, calls.Made())
	assert.ErrorIs(t, b.UserWriter.CreateUsers(ctx, store.User{ID: "2", Name: "bob"}), store.ErrExists, "the store's own word")
}

func TestADelayEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls faulty.Calls
		b := faulty.Wrap(whole(), &calls)
		calls.Follow(faulty.Each(faulty.Fault{Delay: time.Hour}))
		begin := time.Now()
		require.NoError(t, b.UserWriter.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
		assert.Equal(t, time.Hour, time.Since(begin))

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := b.UserWriter.CreateUsers(ctx, store.User{ID: "2", Name: "bob"})
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Hour+time.Minute, time.Since(begin))
		calls.Follow(nil)
		_, err = b.Users.UserByID(t.Context(), "2")
		assert.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestWhatIsAbsentStaysAbsent(t *testing.T) {
	b := faulty.Wrap(storetest.Backend{}, new(faulty.Calls))
	assert.Zero(t, b.Has())

	plain := faulty.Wrap(storetest.Backend{Users: struct{ store.Users }{memory.New()}, Tokens: struct{ store.Tokens }{memory.New()}}, new(faulty.Calls))
	assert.NotImplements(t, (*store.UserHashes)(nil), plain.Users)
	assert.NotImplements(t, (*store.TokenUses)(nil), plain.Tokens)
	full := faulty.Wrap(whole(), new(faulty.Calls))
	assert.Implements(t, (*store.UserHashes)(nil), full.Users)
	assert.Implements(t, (*store.TokenUses)(nil), full.Tokens)
}

func TestAPlanIsAskedInOrder(t *testing.T) {
	var calls faulty.Calls
	b := faulty.Wrap(whole(), &calls)
	var seen []int // without a lock of its own
	calls.Follow(func(n int, _ string) faulty.Fault {
		seen = append(seen, n)
		return faulty.Fault{}
	})
	errs := make(chan error)
	for range 50 {
		go func() {
			_, err := b.Users.UserByID(context.Background(), "nobody")
			errs <- err
		}()
	}
	for range 50 {
		assert.True(t, errors.Is(<-errs, store.ErrNotFound))
	}
	calls.Follow(nil)
	assert.Len(t, seen, 50)
	assert.True(t, slices.IsSorted(seen))
}
