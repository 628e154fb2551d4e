package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// scale prints what tokens cost by their number: in memory beside a plain map, and in a SQLite file of up to 100,000.
func scale() {
	fmt.Println("| tokens | in | look-up | × map | bytes a token | full collection |")
	fmt.Println("|---:|---|---:|---:|---:|---:|")
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		scaleMemory(n)
	}
	for _, n := range []int{1_000, 100_000} {
		scaleFile(n)
	}
}

// numberedText is the text of token i. It is made when it is needed, so that the store is all that is kept.
func numberedText(i int) string {
	return "bench_pat_" + strconv.Itoa(i) + "_of_as_many_symbols_as_tokens_have"
}

func putNumbered(db store.Tokens, n int) {
	now, ctx := time.Now(), context.Background()
	batch := make([]store.Token, 0, 1000)
	for i := range n {
		batch = append(batch, store.Token{
			Digest: store.DigestOf(numberedText(i)), ID: fmt.Sprintf("%025d", i), Kind: store.DeveloperToken, User: "id" + strconv.Itoa(i%apps),
			Scopes: []string{"read"}, Hint: "text", Created: now, Expires: now.Add(24 * time.Hour),
		})
		if len(batch) == cap(batch) || i == n-1 {
			check(db.PutTokens(ctx, batch, 0))
			batch = batch[:0]
		}
	}
}

// lookUps goes over the n tokens in no order that a cache knows.
func lookUps(n int, lookUp func(store.Digest)) pair.Op {
	const stride = 7919 // prime, and no divisor of any n here
	return func(i int) { lookUp(store.DigestOf(numberedText(i * stride % n))) }
}

func scaleMemory(n int) {
	before := heap()
	db := memory.New()
	for i := range apps {
		check(db.CreateUsers(context.Background(), store.User{ID: "id" + strconv.Itoa(i), Name: userName(i), Scopes: []string{"read"}}))
	}
	putNumbered(db, n)
	bytes := float64(heap()-before) / float64(n)
	pause := collection()
	table := make(map[store.Digest]principal, n)
	for i := range n {
		table[store.DigestOf(numberedText(i))] = principal{user: uint64(i)}
	}
	floor := lookUps(n, func(d store.Digest) {
		if _, ok := table[d]; !ok {
			panic("not found")
		}
	})
	op := lookUps(n, func(d store.Digest) { must(db.LookUpToken(context.Background(), d)) })
	r := pair.Measure(floor, pair.System{Op: op}, pair.Options{Slice: 4 * time.Millisecond, Round: 250 * time.Millisecond, Rounds: 5, Cores: 1})
	printScale(n, "memory", fmt.Sprintf("%.0f ns | %.2f | %.0f | %.1f ms", r.System, r.Ratio, bytes, float64(pause.Microseconds())/1000))
}

func scaleFile(n int) {
	folder := must(os.MkdirTemp("", "sesame-bench"))
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "tokens.db")
	ctx := context.Background()
	file := must(sqlstore.OpenSQLite(name))
	defer file.Close()
	check(sqlstore.Migrate(ctx, file))
	db := must(sqlstore.New(file))
	for i := range apps {
		check(db.CreateUsers(ctx, store.User{ID: "id" + strconv.Itoa(i), Name: userName(i), Scopes: []string{"read"}}))
	}
	putNumbered(db, n)
	op := lookUps(n, func(d store.Digest) { must(db.LookUpToken(ctx, d)) })
	const measured = 20_000
	begin := time.Now()
	for i := range measured {
		op(i)
	}
	took := time.Since(begin) / measured
	printScale(n, "SQLite", fmt.Sprintf("%d ns |  | %d |  ", took.Nanoseconds(), size(name)/int64(n)))
}

func printScale(n int, where, rest string) { fmt.Printf("| %d | %s | %s |\n", n, where, rest) }

// size is that of a file, with what SQLite has not moved into it yet.
func size(name string) (bytes int64) {
	for _, part := range []string{name, name + "-wal"} {
		if info, err := os.Stat(part); err == nil {
			bytes += info.Size()
		}
	}
	return bytes
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// collection is how long a full one takes: the best of some, since others are at work on the machine.
func collection() time.Duration {
	best := time.Hour
	for range 5 {
		begin := time.Now()
		runtime.GC()
		best = min(best, time.Since(begin))
	}
	return best
}
