package throttle_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func Example() {
	limits, err := throttle.New(throttle.Config{
		Counters:          memory.New(),
		PerAccountAddress: 3,
		Clock:             func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }, // time stands still here
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	try := func(pin string) {
		r := httptest.NewRequest("POST", "/unlock", nil)
		attempt, err := limits.Reserve(context.Background(), r, throttle.Account{Kind: "pin", ID: "door 7"})
		switch {
		case errors.Is(err, autherr.TooManyRequests):
			fmt.Println(pin, "is not looked at")
		case err != nil:
			fmt.Println(err)
		case pin != "4711":
			fmt.Println(pin, "is wrong")
		default:
			fmt.Println(pin, "is right", attempt.Succeeded(context.Background()))
		}
	}
	for _, pin := range []string{"0000", "4711", "1234", "1111", "4711"} {
		try(pin)
	}
	// Output:
	// 0000 is wrong
	// 4711 is right <nil>
	// 1234 is wrong
	// 1111 is wrong
	// 4711 is not looked at
}
