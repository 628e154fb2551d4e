package oauth1_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// freshOnce claims another key each time, so that a request can be verified again and again.
type freshOnce struct {
	store.Once
	n uint64
}

func (o *freshOnce) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	o.n++
	if o.n&(1<<18-1) == 0 {
		o.Once = memory.New()
	}
	binary.LittleEndian.PutUint64(key[:], o.n*0x9e3779b97f4a7c15)
	return o.Once.Claim(ctx, key, until)
}

// floors are the HMACs that nobody can avoid: the padded key and two hashes, over 300 bytes.
var floors = map[string]func(room *[64 + 300]byte, key *[64]byte){
	"HMAC-SHA1": func(room *[64 + 300]byte, key *[64]byte) {
		var outer [64 + sha1.Size]byte
		subtle.XORBytes(room[:], key[:], innerPad[:])
		subtle.XORBytes(outer[:], key[:], outerPad[:])
		inner := sha1.Sum(room[:])
		copy(outer[64:], inner[:])
		sha1.Sum(outer[:])
	},
	"HMAC-SHA256": func(room *[64 + 300]byte, key *[64]byte) {
		var outer [64 + sha256.Size]byte
		subtle.XORBytes(room[:], key[:], innerPad[:])
		subtle.XORBytes(outer[:], key[:], outerPad[:])
		inner := sha256.Sum256(room[:])
		copy(outer[64:], inner[:])
		sha256.Sum256(outer[:])
	},
}

var (
	innerPad = [64]byte(bytes.Repeat([]byte{0x36}, 64))
	outerPad = [64]byte(bytes.Repeat([]byte{0x5c}, 64))
)

// BenchmarkVerify lets verification and floor take turns in short slices, so that both meet the same noise, and reports
// the ratio: the median, and that of the best slices.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	const tokens, slice = 1024, 64
	var requests [tokens]*http.Request
	scheme := w.scheme(func(c *oauth1.Config) {
		c.Once = &freshOnce{Once: memory.New()}
		c.MaxNonces = 1 << 30
	})
	for method, floor := range floors {
		b.Run(method, func(b *testing.B) {
			for i := range requests {
				id := fmt.Sprintf("%s_%d_%d", method, i, b.N)
				w.putToken(id, "text"+id, "secret"+id, appKey, "u1")
				app := client.Client{Key: appKey, Secret: appSecret, Token: "text" + id, TokenSecret: "secret" + id, Method: method, Now: w.clock.Now}
				requests[i] = app.Request(client.Call{URL: "https://api.example.com/v2/products?size=original&page=2"})
			}
			var room [64 + 300]byte
			var key [64]byte
			var verifying, hashing []float64
			next := 0
			b.ReportAllocs()
			for b.Loop() {
				begin := time.Now()
				for range slice {
					if _, err := scheme.Verify(b.Context(), requests[next%tokens]); err != nil {
						b.Fatal(err)
					}
					next++
				}
				middle := time.Now()
				for range 4 * slice {
					floor(&room, &key)
				}
				verifying = append(verifying, float64(middle.Sub(begin))/slice)
				hashing = append(hashing, float64(time.Since(middle))/(4*slice))
			}
			slices.Sort(verifying)
			slices.Sort(hashing)
			half := len(verifying) / 2
			b.ReportMetric(verifying[half]/hashing[half], "x-floor")
			b.ReportMetric(verifying[0]/hashing[0], "x-floor-best")
			b.ReportMetric(verifying[half], "ns/verify")
			b.ReportMetric(0, "ns/op")
		})
	}
}
