package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// A sabotage breaks a rule of a sound store.
type sabotage func(everything) everything

// everywhere breaks the rules that hold for many methods: those of the checks in whose names these words are. It is told
// the method that the name begins with.
func everywhere() map[string][]func(method string) sabotage {
	return map[string][]func(method string) sabotage{
		" says that there is none":           {saysNoRows},
		" when its context is done":          {ignoresContext, cancelledIsNotFound},
		" changes nothing when its context ": {writesWhenCancelled},
		" keeps nothing as nothing":          {fillsIn},
		" keeps times to the microsecond":    {timesTo(time.Millisecond), returnsLocalTime},
		" keeps far times":                   {nanoseconds},
		" keeps the time 0 of Unix":          {zeroIsNone},
		" takes an empty list like none":     {emptyListHasOne},
		" keeps no reference to what it ":    {keepsReference},
		" leaves earlier records alone":      {changesInPlace},
		" appends its events":                {forgetsEvents},
		" appends no event when it does ":    {appendsAnyway},
		" does nothing when its events ":     {appendsAfterwards},
		" with its events or not at all":     {appendsAfterwards},
		" one of many":                       {letsCrowdsPass},
		" removes expired ":                  {sweepsNothing, sweepsAllAtOnce},
		" until they have expired":           {sweepsTooSoon},
	}
}

// sabotages are the stores that must fail the check.
func sabotages(c storetest.Check) []sabotage {
	all := particular()[c.Name]
	method, _, _ := strings.Cut(c.Name, " ")
	method = strings.TrimSuffix(method, ",")
	for words, breakers := range everywhere() {
		if strings.Contains(c.Name, words) {
			for _, breaker := range breakers {
				all = append(all, breaker(method))
			}
		}
	}
	if strings.HasSuffix(c.Name, " keeps every field") {
		all = append(all, forgetsEachField(method, c.Name)...)
	}
	if _, by, ok := strings.Cut(strings.TrimSuffix(c.Name, " byte by byte"), " compares "); ok {
		all = append(all, folds(method, by, strings.ToLower), folds(method, by, strings.TrimSpace), folds(method, by, norm.NFKC.String))
	}
	return all
}

// calls makes a sabotage of what is done in the place of each call of method; an empty method is all of them.
func calls(method string, instead func(ctx context.Context, do func(context.Context) error) error) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, call: func(ctx context.Context, called string, do func(context.Context) error) error {
			if method != "" && called != method {
				return do(ctx)
			}
			return instead(ctx, do)
		}}
	}
}

// turns makes method return another error in the place of this fact.
func turns(method string, fact, other error) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		err := do(ctx)
		if errors.Is(err, fact) {
			return other
		}
		return err
	})
}

// shrugs makes method return nil in the place of this fact.
func shrugs(method string, fact error) sabotage { return turns(method, fact, nil) }

func saysNoRows(method string) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		if err := do(ctx); !errors.Is(err, store.ErrNotFound) {
			return store.ErrNotFound // for a list of nothing
		}
		return errors.New("no rows")
	})
}

func ignoresContext(method string) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		return do(context.WithoutCancel(ctx))
	})
}

func cancelledIsNotFound(method string) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", store.ErrNotFound, ctx.Err())
		}
		return do(ctx)
	})
}

func writesWhenCancelled(method string) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		if ctx.Err() != nil {
			do(context.WithoutCancel(ctx))
			return ctx.Err()
		}
		return do(ctx)
	})
}

// crowded calls do, and says whether others were there too.
func crowded(inside *atomic.Int32, do func() error) (bool, error) {
	before := inside.Add(1)
	time.Sleep(500 * time.Microsecond) // let the others in
	err := do()
	return inside.Add(-1) > 0 || before > 1, err
}

// letsCrowdsPass is a store that looks first and then writes: callers that come at once all win.
func letsCrowdsPass(method string) sabotage {
	var inside atomic.Int32
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		crowd, err := crowded(&inside, func() error { return do(ctx) })
		if crowd {
			return nil
		}
		return err
	})
}

// failsInCrowds is a store whose locks get in each other's way.
func failsInCrowds(method string, with error) sabotage {
	var inside atomic.Int32
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		crowd, err := crowded(&inside, func() error { return do(ctx) })
		if crowd {
			return with
		}
		return err
	})
}

// appends makes a sabotage of what is done in the place of each call of method with events.
func appends(method string, instead func(sound everything, ctx context.Context, events []store.Event, do func(...store.Event) error) error) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, append: func(ctx context.Context, called string, events []store.Event, do func(...store.Event) error) error {
			if called != method {
				return do(events...)
			}
			return instead(sound, ctx, events, do)
		}}
	}
}

func forgetsEvents(method string) sabotage {
	return appends(method, func(_ everything, _ context.Context, _ []store.Event, do func(...store.Event) error) error {
		return do()
	})
}

func appendsAnyway(method string) sabotage {
	return appends(method, func(sound everything, ctx context.Context, events []store.Event, do func(...store.Event) error) error {
		return errors.Join(do(), sound.AppendEvents(ctx, events...))
	})
}

// appendsAfterwards does without its events first, and takes its time then.
func appendsAfterwards(method string) sabotage {
	return appends(method, func(sound everything, ctx context.Context, events []store.Event, do func(...store.Event) error) error {
		if err := do(); err != nil || len(events) == 0 {
			return err
		}
		if _, limited := ctx.Deadline(); limited {
			<-ctx.Done()
		}
		return sound.AppendEvents(ctx, events...)
	})
}

func folds(method, by string, fold func(string) string) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, text: func(called, what, text string) string {
			if called == method && what == by {
				return fold(text)
			}
			return text
		}}
	}
}
