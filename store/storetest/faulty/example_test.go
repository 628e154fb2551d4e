package faulty_test

import (
	"context"
	"fmt"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// rename is the step of a program: it reads an app and writes it back.
func rename(clients store.Clients, id, name string) error {
	c, err := clients.Client(context.Background(), id)
	if err != nil {
		return err
	}
	c.Name = name
	return clients.PutClient(context.Background(), c)
}

// Each call of a step is made to fail in turn, and then each to lose its answer. What is stored, and what comes of trying
// again, tells the two apart.
func Example() {
	for _, fault := range []faulty.Fault{{Failed: faulty.ErrBroken}, {Lost: faulty.ErrBroken}} {
		for n := range 2 {
			db := memory.New(memory.UsersElsewhere())
			_ = db.PutClient(context.Background(), store.Client{ID: "app", Name: "old"})

			var calls faulty.Calls
			clients := faulty.Wrap(storetest.Backend{Clients: db}, &calls).Clients
			calls.Follow(faulty.Nth(n+1, fault))
			err := rename(clients, "app", "new")
			made := calls.Made()

			stored, _ := db.Client(context.Background(), "app")
			calls.Follow(nil)
			fmt.Println(made, err != nil, stored.Name, rename(clients, "app", "new"))
		}
	}
	// Output:
	// [Client] true old <nil>
	// [Client PutClient] true old <nil>
	// [Client] true old <nil>
	// [Client PutClient] true new <nil>
}
