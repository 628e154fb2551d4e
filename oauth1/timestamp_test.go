package oauth1

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTimestamp(t *testing.T) {
	for _, text := range []string{
		"", "0", "-1", "+1", "1.5", "1e9", " 1", "1 ", "0x10", "007", "１２３", "9223372036854775808", "99999999999999999999",
	} {
		_, ok := parseTimestamp(text)
		assert.False(t, ok, text)
	}
	for text, want := range map[string]int64{"1": 1, "137131201": 137131201, "9223372036854775807": 1<<63 - 1} {
		seconds, ok := parseTimestamp(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, seconds)
	}
}

func TestWindow(t *testing.T) {
	at := time.Unix(137131201, 0) // in 1974, as in the RFC
	for _, row := range []struct {
		offset int64
		now    time.Duration
		in     bool
	}{
		{0, 0, true}, {-300, 0, true}, {-301, 0, false}, {300, 0, true}, {301, 0, false},
		{-300, 999 * time.Millisecond, true}, {301, 999 * time.Millisecond, false}, {301, time.Second, true},
		{1<<62 + 1, 0, false}, {1<<63 - 1 - 137131201, 0, false},
	} {
		seconds := at.Unix() + row.offset
		assert.Equal(t, row.in, inWindow(seconds, at.Add(row.now), 5*time.Minute), row)
	}
	t.Run("the window's end is the first moment outside", func(t *testing.T) {
		end := windowEnd(at.Unix(), 5*time.Minute)
		assert.False(t, inWindow(at.Unix(), end, 5*time.Minute))
		assert.True(t, inWindow(at.Unix(), end.Add(-time.Nanosecond), 5*time.Minute))
	})
}
