package main

import (
	"fmt"
	"strings"
	"time"
)

// table is what was measured, each beside the first.
func table(systems []system, samples []sample) string {
	var b strings.Builder
	b.WriteString("| server | requests a second | × | p50 | p99 | × |\n|---|---:|---:|---:|---:|---:|\n")
	for i, s := range samples {
		fmt.Fprintf(&b, "| %s | %.0f | %.2f | %s | %s | %.2f |\n", systems[i].words, s.rate, s.rate/samples[0].rate,
			millis(s.p50), millis(s.p99), float64(s.p99)/float64(samples[0].p99))
	}
	return b.String()
}

// costs is how long the processes were on a processor for one request, the generator apart.
func costs(systems []system, samples []sample) string {
	var b strings.Builder
	b.WriteString("| for one request | server | PostgreSQL | Redis |\n|---|---:|---:|---:|\n")
	for i, s := range samples {
		fmt.Fprintf(&b, "| %s | %d µs | %d µs | %d µs |\n", systems[i].words,
			s.used.server.Microseconds(), s.used.postgres.Microseconds(), s.used.redis.Microseconds())
	}
	return b.String()
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
}
