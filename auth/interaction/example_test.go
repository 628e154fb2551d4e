package interaction_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed-f67351ce/sesame/auth/interaction"
)

// quiet stands for a test where there is none.
type quiet struct{ testing.TB }

func (quiet) Helper() {}

// A host's own consent page: it shows what is pending and posts what the person decided.
func Example() {
	w := newWorld(quiet{})
	id := w.begin(quiet{}, "1-laptop").Query().Get("id")

	page := func(rw http.ResponseWriter, r *http.Request) {
		pending, err := w.Pending(r, id)
		if err != nil {
			http.Error(rw, "nothing is waiting", http.StatusNotFound)
			return
		}
		fmt.Println(pending.Client.Name, "asks", pending.Subject.User.Name, "to:", pending.Scopes[0].Words)
		_ = w.Decide(rw, r, pending.ID, interaction.Decision{Allow: true})
	}
	answer := httptest.NewRecorder()
	page(answer, as("1-laptop"))
	fmt.Println(answer.Code)
	// Output:
	// Carpets asks Aladdin to: See things
	// 204
}
