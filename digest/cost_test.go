package digest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/digest"
)

// requests are n requests with one nonce, made before they are needed.
func requests(l *lab, n int) []*http.Request {
	c := l.client("Mufasa")
	list := make([]*http.Request, n)
	for i := range list {
		c.nc = uint32(i + 1)
		list[i] = httptest.NewRequest("GET", "/a", nil)
		list[i].RemoteAddr = home
		list[i].Header.Set("Authorization", c.params("GET", "/a", "").String())
	}
	return list
}

// BenchmarkVerify is the scheme alone, and BenchmarkMiddleware the gate around a handler that does nothing, each with the
// counts of one nonce.
func BenchmarkVerify(b *testing.B) {
	benchmark(b, func(l *lab) func(*http.Request) {
		return func(r *http.Request) { _, _ = l.scheme.Verify(r.Context(), r) }
	})
}

func BenchmarkMiddleware(b *testing.B) {
	benchmark(b, func(l *lab) func(*http.Request) {
		gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{l.scheme}, Scopes: catalogue(b)})
		require.NoError(b, err)
		handler := gate.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		w := discard{http.Header{}}
		return func(r *http.Request) {
			clear(w.header)
			handler.ServeHTTP(w, r)
		}
	})
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(status int)      { panic(status) }

func benchmark(b *testing.B, with func(l *lab) func(*http.Request)) {
	for _, a := range []digest.Algorithm{digest.SHA256, digest.MD5} {
		for name, change := range map[string]func(*digest.Config){
			"rspauth": nil, "plain": func(cfg *digest.Config) { cfg.WithoutRspAuth = true },
			"unthrottled": func(cfg *digest.Config) { cfg.WithoutRspAuth, cfg.Throttle, cfg.InsecureUnthrottled = true, nil, true },
		} {
			b.Run(a.String()+"/"+name, func(b *testing.B) {
				l := newLab(b, func(cfg *digest.Config) {
					cfg.NonceLifetime = 1000 * time.Hour
					if change != nil {
						change(cfg)
					}
				}, a)
				serve := with(l)
				list := requests(l, min(b.N, 1<<16))
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					if i%len(list) == 0 && i > 0 {
						b.StopTimer()
						list = requests(l, len(list))
						b.StartTimer()
					}
					serve(list[i%len(list)])
				}
			})
		}
	}
}

// BenchmarkFloor is what cannot be left out: a look-up and two hashes.
func BenchmarkFloor(b *testing.B) {
	for _, a := range []digest.Algorithm{digest.SHA256, digest.MD5} {
		b.Run(a.String(), func(b *testing.B) {
			l := newLab(b, nil, a)
			c := l.client("Mufasa")
			ha1s := map[string]digest.Sum{}
			for name, password := range passwords {
				ha1s[name] = digest.HA1(a, name, realm, password)
			}
			e := digest.Exchange{Algorithm: a, QOP: digest.Auth, Nonce: c.nonce, NC: "00000001", CNonce: c.cnonce, Method: "GET", URI: "/a"}
			b.ReportAllocs()
			for b.Loop() {
				e.Response(ha1s["Mufasa"])
			}
		})
	}
}
