package tokens_test

import "testing"

func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	verifier := newVerifier(b, w.db.Store, w.clock)
	good := w.mint().Secret
	mistyped := []byte(good)
	mistyped[20]++
	if mistyped[20] > 'z' || mistyped[20] == ':' || mistyped[20] == '[' {
		mistyped[20] = 'A'
	}
	for name, text := range map[string]string{"good": good, "mistyped": string(mistyped)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = verifier.Verify(ctx, nil, "Bearer", text)
			}
		})
	}
}
