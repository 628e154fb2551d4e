package oauth1

import (
	"strconv"
	"time"
)

// parseTimestamp reads a positive number of seconds (§3.3): decimal digits alone, without zeros in front.
func parseTimestamp(text string) (seconds int64, ok bool) {
	if text == "" || text[0] == '0' {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return seconds, err == nil
}

// inWindow reports whether a timestamp is at most window away from now, on either side. Both are whole seconds: a client
// whose clock agrees with ours is never too early.
func inWindow(seconds int64, now time.Time, window time.Duration) bool {
	distance := now.Unix() - seconds
	if distance < 0 {
		distance = -distance
	}
	return distance <= int64(window/time.Second)
}

// windowEnd is the first moment at which a request with this timestamp is not accepted any more.
func windowEnd(seconds int64, window time.Duration) time.Time {
	return time.Unix(seconds, 0).Add(window + time.Second)
}
