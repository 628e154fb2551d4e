package redisstore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

// A look-up is judged by when it began: one that is held up between what it found and the changes must not miss one of them
// because its time is over meanwhile.
func TestALookUpThatIsHeldUpMissesNoChange(t *testing.T) {
	var c changes
	c.init(time.Millisecond)
	found := &store.FoundToken{Token: store.Token{ID: "1"}}
	c.add(tokenID("1"))
	began := time.Now()
	c.ends[tokenID("1")], c.until = began, began
	time.Sleep(5 * time.Millisecond)
	assert.True(t, c.concern(found, began))
	assert.False(t, c.concern(found, time.Now()))

	var r recent
	r.init(2)
	r.add(found, began)
	_, ok := r.find(&found.Token.Digest, began.Add(-1))
	assert.True(t, ok)
	_, ok = r.find(&found.Token.Digest, began)
	assert.False(t, ok)
}
