package errors_test

import (
	"errors"
	"fmt"
	"net/http/httptest"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A handler of the host's own can refuse in the same words and shape.
func Example() {
	err := &autherr.Error{Kind: autherr.Forbidden, Reason: "not_the_owner", Message: "Only the owner may delete this"}

	w := httptest.NewRecorder()
	autherr.Write(w, httptest.NewRequest("DELETE", "/products/7", nil), err)
	fmt.Print(w.Code, " ", w.Body)
	fmt.Println(errors.Is(err, autherr.Forbidden))
	// Output:
	// 403 {"status":403,"message":"Only the owner may delete this","additional":"","reference":""}
	// true
}

func ExampleProblem() {
	w := httptest.NewRecorder()
	autherr.Problem{}.WriteError(w, httptest.NewRequest("GET", "/", nil), errors.New("what nobody shall read"))
	fmt.Print(w.Body)
	// Output: {"type":"about:blank","title":"Internal Server Error","status":500}
}
