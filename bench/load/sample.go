package main

import (
	"slices"
	"time"
)

// A sample is what a slice has shown.
type sample struct {
	rate     float64       // answers a second
	p50, p99 time.Duration // until an answer
	used     cpu           // for one answer
}

// medianOf has the median of each number.
func medianOf(samples []sample) sample {
	return sample{
		rate: median(samples, func(s sample) float64 { return s.rate }),
		p50:  median(samples, func(s sample) time.Duration { return s.p50 }),
		p99:  median(samples, func(s sample) time.Duration { return s.p99 }),
		used: cpu{
			server:   median(samples, func(s sample) time.Duration { return s.used.server }),
			postgres: median(samples, func(s sample) time.Duration { return s.used.postgres }),
			redis:    median(samples, func(s sample) time.Duration { return s.used.redis }),
		},
	}
}

func median[N float64 | time.Duration](samples []sample, of func(sample) N) N {
	var values []N
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
