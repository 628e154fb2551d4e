package oauth1_test

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
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

// floors are the HMACs that nobody can avoid: two hashes, over 300 bytes and their pad.
var floors = map[string]func(){
	"HMAC-SHA1": func() {
		var room [64 + 300]byte
		var outer [64 + sha1.Size]byte
		inner := sha1.Sum(room[:])
		copy(outer[64:], inner[:])
		sha1.Sum(outer[:])
	},
	"HMAC-SHA256": func() {
		var room [64 + 300]byte
		var outer [64 + sha256.Size]byte
		inner := sha256.Sum256(room[:])
		copy(outer[64:], inner[:])
		sha256.Sum256(outer[:])
	},
}

// BenchmarkVerify lets verification and floor take turns, so that both meet the same noise, and reports their ratio.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	const tokens, slice, floorSlice = 1024, 500, 2500 // of about the same length
	var requests [tokens]*http.Request
	scheme := w.scheme(func(c *oauth1.Config) {
		c.Once = &freshOnce{Once: memory.New()}
		c.MaxNonces = 1 << 40
	})
	for method, floor := range floors {
		b.Run(method, func(b *testing.B) {
			for i := range requests {
				id := fmt.Sprintf("%s_%d_%d", method, i, b.N)
				w.putToken(id, "text"+id, "secret"+id, appKey, "u1")
				app := client.Client{Key: appKey, Secret: appSecret, Token: "text" + id, TokenSecret: "secret" + id, Method: method, Now: w.clock.Now}
				requests[i] = app.Request(client.Call{URL: "https://api.example.com/v2/products?size=original&page=2"})
			}
			var ratios []float64
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
				for range floorSlice {
					floor()
				}
				ratios = append(ratios, float64(middle.Sub(begin))/slice/(float64(time.Since(middle))/floorSlice))
				if len(ratios)%100 == 0 {
					fmt.Println(middle.Sub(begin)/slice, time.Since(middle)/slice)
				}
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-floor")
			b.ReportMetric(0, "ns/op")
		})
	}
}
