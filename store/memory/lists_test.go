package memory

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func TestFamiliesKnowTheirKin(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	fs := newFamilies()
	user, client := &account{}, &app{}
	var model []*family
	for i := range 2000 {
		if random.IntN(3) > 0 {
			grant := &consent{id: strconv.Itoa(i)}
			f := fs.of(store.AccessToken, user, client, grant, fs.termsOf(&store.Token{}))
			require.Same(t, f, fs.of(store.AccessToken, user, client, grant, fs.termsOf(&store.Token{})))
			model = slices.Insert(model, 0, f)
		} else if len(model) > 0 {
			at := random.IntN(len(model))
			fs.drop(model[at])
			require.Empty(t, slices.Collect(relatives(model[at].grant.kinship())))
			model = slices.Delete(model, at, at+1)
		}
		require.Equal(t, len(model), len(slices.Collect(relatives(user.kinship()))))
	}
	assert.True(t, slices.Equal(model, slices.Collect(relatives(user.kinship()))))
	assert.True(t, slices.Equal(model, slices.Collect(relatives(client.kinship()))))
	for i, f := range model {
		if i > 0 {
			assert.Same(t, model[i-1], f.kin[byUser].previous)
		}
	}
}

func TestNumbersAreGivenAgain(t *testing.T) {
	var list numbered[int]
	for i := range 1000 {
		number := list.add(&i)
		require.EqualValues(t, 1, number)
		require.Equal(t, i, *list.get(number))
		list.remove(number)
		require.Nil(t, list.get(number))
	}
	assert.Nil(t, list.get(0))
	assert.Nil(t, list.get(1<<30))
}

func TestDeadlinesComeInOrder(t *testing.T) {
	var d deadlines[int]
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, i := range rand.Perm(1000) {
		assert.True(t, d.file(start.Add(time.Duration(i)*time.Second), i))
	}
	assert.False(t, d.file(time.Time{}, -1), "never")
	now := momentOf(start.Add(500 * time.Second))
	for i := range 500 {
		got, ok := d.take(now)
		require.True(t, ok)
		require.Equal(t, i, got)
	}
	_, ok := d.take(now)
	assert.False(t, ok, "what ends now has not ended before now")
}
